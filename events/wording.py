"""Events in German words, for mails and pages. All times are in Europe/Berlin."""

import itertools
import re
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe

from events.links import public_url
from events.models import BANDS, Capacity, Event, band_label
from events.place import Told
from kit import markdown
from kit.local_time import clock as clock
from kit.local_time import day as day
from mailings.templates import one_line

_markdown = markdown.parser(breaks=True).disable("code")
_NUMBERS = ("keine", "eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?"
_TIMED = re.compile(rf"((?:{_CLOCK}\s*(?:Uhr\s*)?(?:-|–|bis)\s*)?(?:{_CLOCK}\s*Uhr|\d{{1,2}}[.:]\d{{2}}))[\s:,–-]+(.+)")
_BULLET = re.compile(r"^[-*•–]\s+")
# A line "--" would begin the foot of a mail.
_FOOT = re.compile(r"^--[ \t]*$", re.MULTILINE)


def in_days(days: int) -> str:
    """Such as "heute", "morgen" or "in 12 Tagen"."""
    return {0: "heute", 1: "morgen"}.get(days, f"in {days} Tagen")


def when(event: Event) -> str:
    """Such as "Samstag, 5. Dezember 2026, 15 bis 17.30 Uhr"."""
    begin, end = timezone.localtime(event.begins_at), timezone.localtime(event.ends_at)
    first = f"{format_date(begin, 'l, j. F Y')}, {clock(begin)}"
    if begin.date() == end.date():
        return f"{first.removesuffix(' Uhr')} bis {clock(end)}"
    return f"{first} bis {format_date(end, 'l, j. F Y')}, {clock(end)}"


def until(event: Event) -> str:
    """Such as "Mittwoch, 2. Dezember, 12 Uhr"."""
    return f"{day(event.answer_by)}, {clock(event.answer_by)}"


def where(event: Event, told: Told) -> str:
    """The place in one line, as far as the reader may know it (events.place.told), and when the rest will come."""
    if event.hide_place and told != Told.NOW:
        return _hidden(event, told)
    place = ", ".join(filter(None, [one_line(event.place), one_line(event.address)]))
    if not event.is_online:
        return place or "Der Ort steht noch nicht fest."
    if told == Told.NOW:
        return f"{place}; online: {event.online_link}" if place else f"online: {event.online_link}"
    return f"{place}; auch online, den Link bekommen Sie mit Ihrer Zusage" if place else (
        "online, den Link bekommen Sie mit Ihrer Zusage."
    )  # fmt: skip


def _hidden(event: Event, told: Told) -> str:
    only_online = event.is_online and not (event.place or event.address)
    what = "Online. Den Link" if only_online else "Ort und Link" if event.is_online else "Den Ort"
    if told == Told.WITH_YES:
        return f"{what} erfahren Sie mit Ihrer Zusage."
    if event.place_for_others == Event.PlaceForOthers.DAY_BEFORE:
        return f"{what} schicken wir Ihnen am Tag vorher per Mail."
    return f"{what} schicken wir Ihnen per Mail, sobald wir Ihre Anmeldung geprüft haben."


def childcare(event: Event, capacity: Capacity) -> str:
    """The sentence about childcare, "" if there is nothing to say."""
    if not capacity.childcare_total:
        return one_line(event.childcare_note)
    bands = [BANDS[index] for index in event.childcare_bands]
    some = bands and len(bands) < len(BANDS)
    sentence = f"{_ages(bands)} werden betreut." if some else "Für Ihre Kinder gibt es eine Betreuung."
    note = one_line(event.childcare_note)
    return f"{sentence} {note}" if note else sentence


def as_html(text: str) -> SafeString:
    """An officer's light Markdown as HTML; every heading is one level below the page's title."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2"
    html: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(html)  # noqa: S308 - rendered with html=False


class Item(NamedTuple):
    """One line of the schedule; `time` as it was written, "" if there is none."""

    time: str
    what: str


def schedule(event: Event) -> list[Item]:
    """Splits "10 Uhr: Ankommen" into ("10 Uhr", "Ankommen")."""
    lines = (_BULLET.sub("", one_line(line)) for line in event.schedule.splitlines())
    found = [(_TIMED.fullmatch(line), line) for line in lines if line]
    return [Item(timed[1], timed[2]) if timed else Item("", line) for timed, line in found]


def contact(event: Event) -> str:
    """Whom to ask: the officer's words, and always our telephone number, once."""
    own, phone = one_line(event.contact), settings.CONTACT_PHONE
    if not own or _digits(phone) in _digits(own):
        return own or phone
    return f"{own}, Telefon {phone}"


def officers_text(text: str) -> str:
    """What an officer typed in several lines, made fit for a mail."""
    return _FOOT.sub("–", text.replace("\r\n", "\n")).strip()


def facts(event: Event, capacity: Capacity, told: Told = Told.LATER) -> dict[str, str]:
    """The facts of an event for mail templates."""
    return {
        "title": one_line(event.title),
        "day": day(event.begins_at),
        "when": when(event),
        "where": where(event, told),
        "secret": "ja" if event.hide_place and told == Told.NOW else "",
        "host": one_line(event.host),
        "summary": one_line(event.summary),
        "text": officers_text(event.text),
        "schedule": "\n  ".join(" ".join(filter(None, item)) for item in schedule(event)),
        "childcare": childcare(event, capacity),
        "answer_by": until(event),
        "contact": contact(event),
        "public_url": public_url(event),
        "offers": f"{settings.SITE_URL}/wegweiser/angebot-melden/" if event.asks_for_offers else "",
    }


def number(count: int) -> str:
    """The number as a word, as in "drei Familien"; figures beyond twelve."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _ages(bands: list[tuple[int, int]]) -> str:
    """Says "Kinder von 3 bis 9 Jahren" where the bands touch, else "Kinder von 0–2 und 6–9 Jahren"."""
    ordered = sorted(bands)
    touching = all(after[0] == before[1] + 1 for before, after in itertools.pairwise(ordered))
    if touching:
        return f"Kinder von {ordered[0][0]} bis {ordered[-1][1]} Jahren"
    labels = [band_label(band) for band in ordered]
    return f"Kinder von {', '.join(labels[:-1])} und {labels[-1]} Jahren"


def heads(adults: int, children: int) -> str:
    """Such as "1 erwachsene Person und 2 Kinder"; children are named only if there are any."""
    words = ["1 erwachsene Person" if adults == 1 else f"{adults} Erwachsene"]
    if children:
        words.append("1 Kind" if children == 1 else f"{children} Kinder")
    return " und ".join(words)


def party(adults: int, children: list[int], childcare_wanted: list[int], *, offered: bool = False) -> str:
    """Heads, and how many go to childcare; "ohne Kinderbetreuung" is said where it is `offered`."""
    number, cared = sum(children), sum(childcare_wanted)
    together = heads(adults, number)
    if not cared:
        return f"{together}, ohne Kinderbetreuung" if number and offered else together
    if cared < number:
        return f"{together}, {cared} davon in der Kinderbetreuung"
    whole = {1: "das Kind", 2: "beide"}.get(number, f"alle {number}")
    return f"{together}, {whole} in der Kinderbetreuung"

"""One paragraph for a press release. Every number stands on the published sheet, and every verb is true."""

from django.conf import settings
from django.utils.formats import date_format

from kit.plots import number
from netzwerk.report.counting import Number
from netzwerk.report.sheet import Sheet

_WORDS = ["null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
# Two rounded numbers this close may differ by a single person: no growth, no decline.
_CLOSE = 5
# Of fewer people than this, five more or less are not "about the same".
_FEW = 50


def paragraph(sheet: Sheet) -> str:
    """The text; "" if nothing was counted."""
    parts = [_members(sheet), _events(sheet), _families(sheet), _groups(sheet), _offers(sheet)]
    return " ".join(part for part in parts if part)


def _members(sheet: Sheet) -> str:
    now, before = sheet.now.of("members"), sheet.last.of("members")
    if not now:
        return ""
    network = f"Das Alleinerziehenden-Netzwerk {settings.REGION}"
    end = f"standen Ende {date_format(sheet.span.end, 'F Y')} auf der Liste"
    people = f"Rund {number(now)} Mütter und Väter {end}"
    if not before:
        return f"{network} zieht Bilanz: {people}."
    meanwhile = when(sheet)
    if abs(now - before) <= _CLOSE:
        then = "ein Jahr zuvor " + ("ebenso viele" if now == before else f"rund {number(before)}")
        if max(now, before) < _FEW:
            return f"{network} zieht Bilanz: {people}, {then}."
        return f"{network} ist {meanwhile} ungefähr gleich groß geblieben: {people}, {then}."
    verb, more = ("gewachsen", "mehr") if now > before else ("kleiner geworden", "weniger")
    difference = f"etwa {number(abs(now - before))} {more} als ein Jahr zuvor"
    return f"{network} ist {meanwhile} {verb}: {people}, {difference}."


def _events(sheet: Sheet) -> str:
    column = sheet.now
    held, doors = column.of("events"), column.doors
    if not held:
        return ""
    came = _and(_some(column.of("came.adults"), "Erwachsene"), _some(column.of("came.children"), "Kinder"))
    if not came or not doors:
        return f"Es gab {_word(held)} Treffen."
    cared = column.of("childcare.used")
    care = f" Etwa {number(cared)} Plätze in der Betreuung waren vergeben." if cared else ""
    if doors < held:
        return f"Bei {_word(doors, dative=True)} von {_word(held)} Treffen wurde gezählt, wer kam: {came}.{care}"
    return f"Zu {_word(held, dative=True)} Treffen kamen {came}.{care}"


def _families(sheet: Sheet) -> str:
    helped = sheet.now.of("families")
    return f"Etwa {_word(helped)} Familien rückten von der Warteliste nach." if helped else ""


def _groups(sheet: Sheet) -> str:
    founded = sheet.now.of("groups.founded")
    if not founded:
        return ""
    if founded == 1:
        return "Neu ist eine Gruppe, in der Eltern sich selbst verabreden."
    return f"Neu sind {_word(founded)} Gruppen, in denen Eltern sich selbst verabreden."


def _offers(sheet: Sheet) -> str:
    offers, share, before = sheet.now.of("offers"), sheet.now.of("percent.checked"), sheet.last.of("percent.checked")
    if not offers or offers == 1 or share is None:  # of one alone nobody speaks in percent
        return ""
    text = f"Von {number(offers)} Hilfsangeboten im Wegweiser"
    text += f" wurden {share} Prozent in den letzten zwölf Monaten geprüft"
    if before is None:
        return f"{text}."
    return f"{text}; ein Jahr zuvor waren es {'ebenso viele' if before == share else f'{before} Prozent'}."


def when(sheet: Sheet) -> str:
    """The time between the two numbers that are compared: "2026", or "seit Juni 2025" for a half-year."""
    return str(sheet.span.begin.year) if sheet.span.is_year else f"seit {date_format(sheet.last.span.end, 'F Y')}"


def _some(value: Number, what: str) -> str:
    """Empty for a figure that is rounded to nought: it may mean nobody, one or two."""
    return f"{number(value)} {what}" if value else ""


def _and(first: str, second: str) -> str:
    found = " und ".join(filter(None, (first, second)))
    return f"rund {found}" if found else ""


def _word(value: int, *, dative: bool = False) -> str:
    if value == 1 and dative:
        return "einem"
    return _WORDS[value] if value < len(_WORDS) else number(value)

"""The public programme: coming and past events, and nothing about who comes (P-24)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from events import place, wording
from events.links import public_url
from events.models import Event, EventQuerySet
from mailings.templates import one_line

# How long an event stays in subscribed calendars and in the feed.
RECENT = timedelta(days=92)


@dataclass(frozen=True)
class Shown:
    """An event as its card and its page show it."""

    event: Event
    now: datetime
    over: bool
    open: bool

    @property
    def hours(self) -> str:
        """Such as "10 bis 12.30 Uhr", with the last day if it is another."""
        begin, end = timezone.localtime(self.event.begins_at), timezone.localtime(self.event.ends_at)
        if begin.date() != end.date():
            last = f"{wording.day(end)}, {wording.clock(end)}"
            return _("%(first)s bis %(last)s") % {"first": wording.clock(begin), "last": last}
        first = wording.clock(begin).removesuffix(" Uhr")
        return _("%(first)s bis %(last)s") % {"first": first, "last": wording.clock(end)}

    @property
    def place(self) -> str:
        """The place in a few words, for a card; "" if none is told. Never the link of a video meeting."""
        if self.event.hide_place:
            return _("Ort nach der Anmeldung") if self.open else ""
        name = one_line(self.event.place) or one_line(self.event.address)
        if self.event.is_online:
            return _("%(place)s und online") % {"place": name} if name else _("online")
        return name

    @property
    def where(self) -> str:
        """The same for its page, with a note on what is told to those who come."""
        if self.open or not (self.event.hide_place or self.event.is_online):
            return wording.where(self.event, place.told(self.event, None, self.now))
        return self.place

    @property
    def childcare(self) -> str:
        """The sentence about childcare."""
        if self.called_off:
            return ""
        if self.over:
            return _("Mit Kinderbetreuung.") if self.with_childcare else ""
        return wording.childcare(self.event, self.event.capacity)

    @property
    def with_childcare(self) -> bool:
        return bool(self.event.capacity.childcare_total)

    @property
    def called_off(self) -> bool:
        return self.event.state == Event.State.CANCELLED

    @property
    def full(self) -> bool:
        return self.open and self.event.capacity.free == 0

    @property
    def childcare_full(self) -> bool:
        return self.open and self.with_childcare and not self.event.capacity.childcare_free

    @property
    def has_seats(self) -> bool:
        """There is a limit, and it is not reached: worth saying, but without a number."""
        return self.open and bool(self.event.capacity.free)

    @property
    def answer_by(self) -> str:
        return wording.until(self.event)

    @property
    def neutral_title(self) -> str:
        """The title for tabs, histories and feed readers: kind and day, never the topic."""
        day = format_date(timezone.localtime(self.event.begins_at), "l, j. F Y")
        return _("%(kind)s am %(day)s") % {"kind": self.event.get_kind_display(), "day": day}

    @property
    def next_day(self) -> str:
        """Such as "Treffen am Samstag, 5. Dezember"."""
        day = wording.day(self.event.begins_at)
        return _("%(kind)s am %(day)s") % {"kind": self.event.get_kind_display(), "day": day}


def show(event: Event, now: datetime) -> Shown:
    return Shown(event, now, event.is_over(now), event.takes_answers(now))


def coming(now: datetime) -> QuerySet[Event]:
    """Coming and current events, cancelled ones included, the next first."""
    return _public().upcoming(now)


def past(now: datetime) -> QuerySet[Event]:
    return _public().past(now)


def next_ones(now: datetime, number: int = 3) -> list[Shown]:
    """The next events that take place, for the start page."""
    return [show(event, now) for event in coming(now).filter(state=Event.State.PUBLISHED)[:number]]


def current(now: datetime) -> QuerySet[Event]:
    """Coming and recent events, for subscribed calendars."""
    return _public().upcoming(now - RECENT)


def public_urls() -> list[str]:
    """The URL of every public event, for the sitemap."""
    return [public_url(event) for event in Event.objects.public().only("slug").order_by("-begins_at", "-pk")]


def _public() -> EventQuerySet:
    return Event.objects.public().select_related("capacity")

"""Events as iCalendar entries (RFC 5545): one VEVENT with its time zone, no ATTENDEE, nothing that reveals (P-25).

RFC 5546 asks for an ORGANIZER. There is none: families share calendars, and it would show who invites.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vText
from icalendar import Event as CalendarEvent

from events.links import public_url
from events.models import Event
from events.place import Told
from kit.local_time import BERLIN
from mailings.sending.message import mail_domain
from mailings.templates import one_line

LONGEST = 250
_SWITCHES = ((TimezoneDaylight, "CEST", 3, 2, 1, 2), (TimezoneStandard, "CET", 10, 3, 2, 1))


def calendar_event(event: Event, told: Told, made_at: datetime | None = None, *, gone: bool = False) -> str:
    """The event as an iCalendar file with CRLF line ends, with place and link as far as the reader may know them.

    A cancelled event takes the entry out of the calendar, and so does `gone`: this reader does not come any more.
    The latest `made_at` replaces earlier ones with the same sequence number (RFC 5545 §3.8.7.2).
    """
    gone = gone or event.state == Event.State.CANCELLED
    made = _calendar_event(event, told, made_at=made_at, gone=gone)
    return _file([made], "CANCEL" if gone else "PUBLISH")


def subscription(events: Iterable[Event]) -> str:
    """All of them as a calendar to subscribe to; each entry links to its page, because titles are alike."""
    return _file([_calendar_event(event, Told.LATER, linked=True) for event in events], "PUBLISH", name="Termine")


def _file(events: list[CalendarEvent], method: str, name: str = "") -> str:
    calendar = Calendar()
    calendar.add("prodid", f"-//{mail_domain()}//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "P1D")  # the same for Outlook
    calendar.add_component(_berlin())
    for each in events:
        calendar.add_component(each)
    return str(calendar.to_ical().decode())


def _berlin() -> Timezone:
    """Europe/Berlin by the rule in force since 1996, which all calendar programs understand (RFC 5545 §3.6.5).

    Some of them misread lists of single switches, which libraries write.
    """
    zone = Timezone()
    zone.add("tzid", "Europe/Berlin")
    for kind, name, month, hour, before, after in _SWITCHES:
        part = kind()
        part.add("tzname", name)
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _calendar_event(
    event: Event, told: Told, *, linked: bool = False, made_at: datetime | None = None, gone: bool = False
) -> CalendarEvent:
    called_off = event.state == Event.State.CANCELLED
    gone = gone or called_off
    title = _text(event.calendar_title) or "Termin"
    made = CalendarEvent()
    made.add("uid", f"{event.uid}@{mail_domain()}")
    made.add("sequence", event.sequence)
    made.add("dtstamp", (made_at or event.changed_at).astimezone(UTC).replace(microsecond=0))
    made.add("last-modified", event.changed_at.astimezone(UTC).replace(microsecond=0))
    # Some programs do not look at STATUS.
    made.add("summary", _Text(f"Abgesagt: {title}" if called_off else title))
    made.add("dtstart", _local(event.begins_at))
    made.add("dtend", _local(event.ends_at))
    made.add("status", "CANCELLED" if gone else "CONFIRMED")
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT" if gone else "OPAQUE")
    if told == Told.NOW or not event.hide_place:
        place = ", ".join(filter(None, [_text(event.place), _text(event.address)]))
        if place:
            made.add("location", _Text(place))
    if told == Told.NOW and event.online_link:
        made.add("description", event.online_link)
    if linked:
        made.add("url", public_url(event))
    return made


def _local(moment: datetime) -> datetime:
    """Berlin time; UTC in both of two hours of the same name: programs do not agree which a local time means."""
    local = moment.astimezone(BERLIN).replace(microsecond=0)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.astimezone(UTC) if comes_twice else local


class _Text(vText):
    """One line of text escaped by RFC 5545 §3.3.11; the library's own escaping turns a typed "\\N" into a line end."""

    def to_ical(self) -> bytes:
        return re.sub(r"([\\;,])", r"\\\1", self).encode()


def _text(value: str) -> str:
    return one_line(value)[:LONGEST]

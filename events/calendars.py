"""Events as calendar entries (RFC 5545): one VEVENT, its time zone with it, no ATTENDEE, nothing that tells (P-25)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from events.links import public_url
from events.models import Event
from mailings.letters import one_line
from mailings.mime import mail_domain

BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = 250


def entry(event: Event, *, answered: bool) -> str:
    """The event as an iCalendar file, CRLF line ends; `answered`: with what only those who come may know."""
    called_off = event.state == Event.State.CANCELLED
    return _file([_entry(event, answered=answered)], "CANCEL" if called_off else "PUBLISH")


def subscription(events: Iterable[Event]) -> str:
    """All of them, as a calendar to subscribe to."""
    return _file([_entry(event, answered=False) for event in events], "PUBLISH", name="Termine")


def _file(entries: list[Entry], method: str, name: str = "") -> str:
    calendar = Calendar()
    calendar.add("prodid", f"-//{mail_domain()}//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", "P1D", parameters={"VALUE": "DURATION"})
    for each in entries:
        calendar.add_component(each)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def _entry(event: Event, *, answered: bool) -> Entry:
    made = Entry()
    made.add("uid", f"{event.uid}@{mail_domain()}")
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at.astimezone(UTC).replace(microsecond=0))
    made.add("summary", _text(event.calendar_title) or "Termin")
    made.add("dtstart", _local(event.begins_at))
    made.add("dtend", _local(event.ends_at))
    made.add("status", "CANCELLED" if event.state == Event.State.CANCELLED else "CONFIRMED")
    made.add("class", "PRIVATE")
    made.add("transp", "OPAQUE")
    if answered or not event.hide_place:
        place = ", ".join(filter(None, [_text(event.place), _text(event.address)]))
        if place:
            made.add("location", place)
    if answered and event.online_link:
        made.add("description", event.online_link)
    if not answered:
        made.add("url", public_url(event))
    return made


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BERLIN).replace(microsecond=0)


def _text(value: str) -> str:
    return one_line(value)[:LONGEST]

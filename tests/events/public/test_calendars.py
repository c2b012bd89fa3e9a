"""Calendar entries, read by two programs that know nothing of each other (S-11, D-12)."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from events.models import Capacity, Event
from events.place import Told
from events.public import calendars
from mailings.templates import one_line
from tests.events.meetings import berlin
from tests.mailings.copies import examples

BERLIN = ZoneInfo("Europe/Berlin")
# Around five years' switches: before, at and after, in both halves of the hour that comes twice.
SWITCHES = [
    berlin_day
    for year, spring, autumn in [(2024, 31, 27), (2025, 30, 26), (2026, 29, 25), (2027, 28, 31), (2028, 26, 29)]
    for berlin_day in (
        datetime(year, 3, spring, 1, 59), datetime(year, 3, spring, 3, 0),
        datetime(year, 10, autumn, 1, 30), datetime(year, 10, autumn, 3, 0),
    )
]  # fmt: skip
INSTANTS = [
    *(moment.replace(tzinfo=BERLIN) for moment in SWITCHES),
    datetime(2026, 7, 1, 12, 0, tzinfo=BERLIN),
    datetime(2026, 12, 5, 15, 0, tzinfo=BERLIN),
    datetime(2026, 12, 31, 23, 30, tzinfo=BERLIN),
    datetime(2027, 2, 28, 9, 15, tzinfo=BERLIN),
]
# The hour that comes twice, both times: programs do not agree which a local time names, so it is said in UTC.
AGAIN = [datetime(2026, 10, 25, 2, minute, fold=fold, tzinfo=BERLIN) for fold in (0, 1) for minute in (0, 30, 59)]


def event(begins_at: datetime, **fields: object) -> Event:
    made = Event(
        pk=1, slug="2026-12-05-treffen", title="Treffen",
        begins_at=begins_at, ends_at=begins_at.astimezone(UTC) + timedelta(hours=2),
        changed_at=berlin("2026-11-23 12:00"), state=Event.State.PUBLISHED, **fields,
    )  # fmt: skip
    made.capacity = Capacity(event=made)
    return made


@pytest.mark.parametrize("begins_at", INSTANTS, ids=str)
def test_both_readers_find_the_same_instant_and_the_zone(begins_at: datetime) -> None:
    content = calendars.calendar_event(event(begins_at), Told.NOW)
    calendar = Calendar.from_ical(content)
    (entry,) = calendar.events
    assert entry["dtstart"].dt == begins_at
    assert entry["dtstart"].dt.utcoffset() == begins_at.utcoffset()
    assert entry["dtstart"].params["TZID"] == "Europe/Berlin"
    assert [zone["tzid"] for zone in calendar.timezones] == ["Europe/Berlin"]
    other = vobject.readOne(content).vevent
    assert other.dtstart.value.timestamp() == begins_at.timestamp()
    assert other.dtend.value.timestamp() == begins_at.timestamp() + 2 * 60 * 60


@pytest.mark.parametrize("begins_at", AGAIN, ids=str)
def test_the_hour_that_comes_twice_is_said_without_a_doubt(begins_at: datetime) -> None:
    content = calendars.calendar_event(event(begins_at), Told.NOW)
    calendar = Calendar.from_ical(content)
    (entry,) = calendar.events
    assert entry["dtstart"].to_ical() == f"{begins_at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
    assert entry["dtstart"].dt.timestamp() == begins_at.timestamp()
    assert entry["dtend"].dt.timestamp() == begins_at.timestamp() + 2 * 60 * 60
    other = vobject.readOne(content).vevent
    assert other.dtstart.value.timestamp() == begins_at.timestamp()
    assert other.dtend.value.timestamp() == begins_at.timestamp() + 2 * 60 * 60
    assert calendar.timezones


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_zone_of_the_machine_changes_nothing(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [event(moment) for moment in INSTANTS + AGAIN]
    here = [calendars.calendar_event(each, Told.LATER).replace(str(each.uid), "") for each in entries]
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        there = [calendars.calendar_event(each, Told.LATER).replace(str(each.uid), "") for each in entries]
        read = [vobject.readOne(content).vevent.dtstart.value.timestamp() for content in there]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert there == here
    assert read == [each.begins_at.timestamp() for each in entries]


def test_calling_off_is_the_same_entry_one_step_further() -> None:
    """RFC 5546 §4.1.3: the method, the same UID, a higher SEQUENCE, STATUS and a newer DTSTAMP."""
    made = event(INSTANTS[0], sequence=3)
    (before,) = Calendar.from_ical(calendars.calendar_event(made, Told.NOW)).events
    made.state, made.sequence, made.changed_at = Event.State.CANCELLED, 4, berlin("2026-11-24 08:00")
    calendar = Calendar.from_ical(calendars.calendar_event(made, Told.NOW))
    (after,) = calendar.events
    assert (calendar["method"], after["status"]) == ("CANCEL", "CANCELLED")
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (3, 4)
    assert after["dtstamp"].dt > before["dtstamp"].dt
    assert after["summary"] == "Abgesagt: Termin"


def test_it_names_nobody_and_says_what_is_needed() -> None:
    content = calendars.calendar_event(
        event(INSTANTS[0], place="Bürgertreff", online_link="https://video.example/7"), Told.NOW
    )
    assert "ATTENDEE" not in content
    assert "ORGANIZER" not in content
    (entry,) = Calendar.from_ical(content).events
    assert (entry["summary"], entry["location"], entry["description"]) == (
        "Termin", "Bürgertreff", "https://video.example/7",
    )  # fmt: skip
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    assert content.endswith("END:VCALENDAR\r\n")


anything = st.text(max_size=60) | st.sampled_from(
    [
        "a;b,c\\n",
        "BEGIN:VEVENT",
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "ß" * 60,
        "👩‍👧" * 20,
        "\u2028",
        'a"b',
        "=?utf-8?q?x?=",
    ]
)


@examples(50, 5000)
@given(title=anything, place=anything, address=anything)
@example(title="\x00", place="", address="\x85")
@example(title="Nähen\\Nachmittag", place="\\N", address="\\n")
def test_whatever_officers_type_it_is_one_event_with_these_values(title: str, place: str, address: str) -> None:
    content = calendars.calendar_event(
        event(INSTANTS[-1], calendar_title=title, place=place, address=address), Told.NOW
    )
    (entry,) = Calendar.from_ical(content).events
    assert entry["summary"] == (one_line(title) or "Termin")
    where = ", ".join(filter(None, [one_line(place), one_line(address)]))
    assert entry.get("location", "") == where
    other = vobject.readOne(content)
    assert len(other.vevent_list) == 1
    assert other.vevent.summary.value == (one_line(title) or "Termin")
    assert [found.value for found in other.vevent.contents.get("location", [])] == [where] * bool(where)
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))

"""Officers enter and change events: the form, its times, its places. Beate and Ruth are invented officers."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Event
from kit import local_time
from tests.desk import loaded, page
from tests.events.meetings import berlin

pytestmark = pytest.mark.django_db

LIST = "/verwaltung/events/event/"
ADD = f"{LIST}add/"


def filled(**fields: object) -> dict[str, object]:
    """What the form sends for an event next year, with these fields otherwise."""
    plain = {"title": "Adventsfrühstück", "kind": "treffen", "day": "2027-12-04", "begins": "10:00", "ends": "12:30"}
    rest = ("summary", "text", "host", "place", "address", "online_link", "capacity", "childcare_total", "contact")
    times = ("last_day", "answer_day", "answer_time", "last_call_on")
    return {**dict.fromkeys((*rest, *times, "childcare_note"), ""), **plain, "calendar_title": "Termin", **fields}


def again(event: Event, **fields: object) -> dict[str, object]:
    """What the form of this event sends when only these fields are changed."""
    event.refresh_from_db()
    begins, ends, until = (timezone.localtime(at) for at in (event.begins_at, event.ends_at, event.answer_by))
    names = ("title", "kind", "summary", "text", "host", "place", "address", "online_link", "contact", "childcare_note")
    stored = {name: getattr(event, name) for name in names}
    stored |= {"day": f"{begins:%Y-%m-%d}", "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    stored |= {"last_day": f"{ends:%Y-%m-%d}", "answer_day": f"{until:%Y-%m-%d}", "answer_time": f"{until:%H:%M}"}
    stored |= {"childcare_bands": event.childcare_bands, "calendar_title": event.calendar_title}
    stored |= {"capacity": event.capacity.total or "", "childcare_total": event.capacity.childcare_total or ""}
    return filled(**stored) | {"loaded": loaded(at(event)), **fields}


def at(event: Event, action: str = "change") -> str:
    return f"{LIST}{event.pk}/{action}/"


def told(answer) -> str:
    return answer.content.decode()


def tag(shown: str, identifier: str) -> str:
    [found] = re.findall(rf'<[^<]*id="{identifier}"[^>]*>', shown)
    return found


# entering ----------------------------------------------------------------------------------------------------------


def test_a_meeting_has_one_name_from_the_door_to_the_form(beate: Client) -> None:
    for path in (LIST, ADD):
        shown = page(beate, path)
        assert "Neues Treffen" in shown
        assert "Veranstaltung" not in shown


def test_an_event_is_entered_as_a_draft_with_a_neutral_address(beate: Client) -> None:
    answer = beate.post(
        ADD,
        filled(
            title="Trennung ohne Streit",
            kind="vortrag",
            place="Haus der Begegnung",
            answer_day="2027-12-01",
            last_call_on="2027-11-25",
            capacity="40",
            childcare_total="12",
            childcare_bands=["1", "2"],
        ),
        follow=True,
    )
    assert "Gespeichert, als Entwurf. Noch sieht ihn niemand." in told(answer)
    event = Event.objects.select_related("capacity").get()
    assert (event.slug, event.state) == ("2027-12-04-vortrag", "draft")
    assert event.begins_at == berlin("2027-12-04 10:00")
    assert event.ends_at == berlin("2027-12-04 12:30")
    assert event.answer_by == berlin("2027-12-01 23:59")
    assert (event.childcare_bands, event.calendar_title) == ([1, 2], "Termin")
    assert (event.capacity.total, event.capacity.seat_limit, event.capacity.childcare_seat_limit) == (40, 40, 12)
    assert "Haus der Begegnung" in told(answer)


def test_without_a_day_for_answers_they_come_until_it_begins(beate: Client) -> None:
    beate.post(ADD, filled())
    event = Event.objects.get()
    assert event.answer_by == event.begins_at
    assert "value=" not in tag(page(beate, at(event)), "id_answer_day")


def test_the_second_of_a_kind_on_a_day_gets_a_number(beate: Client) -> None:
    for key in (uuid.uuid4(), uuid.uuid4(), uuid.uuid4()):
        beate.post(ADD, filled(key=key))
    assert sorted(Event.objects.values_list("slug", flat=True)) == [
        "2027-12-04-treffen",
        "2027-12-04-treffen-2",
        "2027-12-04-treffen-3",
    ]


def test_a_double_click_enters_one_event(beate: Client) -> None:
    key = uuid.uuid4()
    first, second = (beate.post(ADD, filled(key=key)) for _ in range(2))
    event = Event.objects.get()
    assert event.uid == key
    assert first["Location"] == second["Location"] == f"{LIST}{event.pk}/ueberblick/"


def test_it_may_end_after_midnight(beate: Client) -> None:
    answer = beate.post(ADD, filled(begins="20:00", ends="1:00"))
    assert "Geht es über Mitternacht, geben Sie den letzten Tag an." in told(answer)
    beate.post(ADD, filled(begins="20:00", ends="1:00", last_day="2027-12-05"))
    assert Event.objects.get().ends_at == berlin("2027-12-05 01:00")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "Geben Sie dem Treffen einen Titel."),
        ({"day": ""}, "Wählen Sie einen Tag."),
        ({"day": "irgendwann"}, "Schreiben Sie den Tag so: 5.12.2026."),
        ({"day": "0001-01-01"}, "Prüfen Sie das Jahr."),
        ({"day": "9999-12-31"}, "Prüfen Sie das Jahr."),
        ({"begins": "halb drei"}, "Schreiben Sie die Uhrzeit so: 15:30."),
        ({"ends": "10:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"answer_day": "2027-12-05"}, "Bis dahin ist das Treffen schon vorbei."),
        ({"answer_time": "12:00"}, "Wählen Sie den Tag zu dieser Uhrzeit."),
        ({"answer_day": "2027-12-01", "last_call_on": "2027-12-02"}, "Dann kann niemand mehr antworten."),
        ({"last_call_on": "2020-01-02"}, "Dieser Tag ist schon vorbei."),
        ({"capacity": "0"}, "mindestens 1"),
        ({"capacity": "viele"}, "ganze Zahl"),
        ({"childcare_total": "-1"}, "mindestens 0"),
        ({"childcare_bands": ["7"]}, "7"),
        ({"kind": "fest"}, "fest"),
        ({"online_link": "javascript:alert(1)"}, "Webadresse ganz hin"),
        ({"title": "x\0y"}, "ein Zeichen, das es nicht gibt"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_typed_is_lost(
    beate: Client, fields: dict[str, object], sentence: str
) -> None:
    answer = beate.post(ADD, filled(text="Mein langer Text", **fields))
    assert answer.status_code == 200
    assert sentence in told(answer)
    assert "Mein langer Text" in told(answer)
    assert not Event.objects.exists()


# times that are missing or come twice (D-12) -----------------------------------------------------------------------


def test_a_time_that_does_not_exist_is_refused(beate: Client) -> None:
    answer = beate.post(ADD, filled(day="2027-03-28", begins="02:30", ends="04:00"))
    assert "2.30 Uhr gibt es am 28.3.2027 nicht" in told(answer)
    assert not Event.objects.exists()
    beate.post(ADD, filled(day="2027-03-28", begins="03:00", ends="04:00"))
    assert Event.objects.get().begins_at == datetime(2027, 3, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(("season", "hour"), [("sommer", 0), ("winter", 1)])
def test_a_time_that_exists_twice_is_asked_about(beate: Client, season: str, hour: int) -> None:
    twice = filled(day="2026-10-25", begins="02:30", ends="04:00")
    answer = beate.post(ADD, twice)
    assert "2.30 Uhr gibt es am 25.10.2026 zweimal. Welche meinen Sie?" in told(answer)
    assert not Event.objects.exists()
    beate.post(ADD, twice | {"begins_season": season})
    event = Event.objects.get()
    assert event.begins_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert f'value="{season}" required id' in page(beate, at(event)).replace(" checked", "")
    beate.post(at(event), again(event, last_day="", title="Neu", begins_season=season, answer_day="", answer_time=""))
    event.refresh_from_db()
    assert (event.title, event.begins_at) == ("Neu", datetime(2026, 10, 25, hour, 30, tzinfo=UTC))


def test_who_looks_away_between_both_hours_of_the_same_name(beate: Client) -> None:
    """Begins in the first half past two, ends in the second."""
    beate.post(ADD, filled(day="2026-10-25", begins="2:30", ends="2:30", begins_season="sommer", ends_season="winter"))
    assert Event.objects.get().ends_at - Event.objects.get().begins_at == timedelta(hours=1)


def test_24_hours_around_every_switch_of_five_years_are_as_zoneinfo_has_them() -> None:
    """Every instant is found by what the clock shows then, at every quarter of an hour; none in the missing hour."""
    zone = ZoneInfo("Europe/Berlin")
    switches = ["2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28"]
    switches += ["2027-10-31", "2028-03-26", "2028-10-29"]
    for day in switches:
        switch = datetime.fromisoformat(f"{day}T01:00:00+00:00")
        shown: dict[datetime, list[datetime]] = {}
        for quarter in range(-12 * 4, 12 * 4):
            instant = switch + timedelta(minutes=15 * quarter)
            shown.setdefault(instant.astimezone(zone).replace(tzinfo=None, fold=0), []).append(instant)
        for local, instants in shown.items():
            assert local_time.instants(local) == instants, local
        spring = "-03-" in day
        missing = datetime.fromisoformat(f"{day}T02:30:00")
        assert len(local_time.instants(missing)) == (0 if spring else 2)
        assert sum(len(instants) == 2 for instants in shown.values()) == (0 if spring else 4)


# changing ----------------------------------------------------------------------------------------------------------

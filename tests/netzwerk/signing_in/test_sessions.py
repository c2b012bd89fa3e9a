"""How long an officer stays signed in (S-04a). Beate is an officer, Tom helps at the door; both are invented."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client

from events.models import Event
from netzwerk.accounts.roles import DOOR
from tests.events.meetings import berlin, meeting
from tests.netzwerk.signing_in.officers import CODES, officer, sign_in
from tests.netzwerk.signing_in.people import with_codes

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-12-05T12:00:00+01:00")
DESK = "/verwaltung/members/member/"


def is_in(client: Client, path: str = DESK) -> bool:
    return client.get(path).status_code == 200


@pytest.mark.parametrize(("seconds", "stays"), [(30 * 60 - 1, True), (30 * 60, False)])
def test_after_half_an_hour_without_a_click_it_is_over(seconds: int, stays: bool) -> None:
    officer("beate")
    with time_machine.travel(NOON, tick=False) as clock:
        beate = sign_in("beate")
        clock.shift(seconds)
        assert is_in(beate) is stays


@pytest.mark.parametrize(("seconds", "stays"), [(-1, True), (0, False)])
def test_after_eight_hours_it_is_over_however_busy_somebody_was(seconds: int, stays: bool) -> None:
    """A click every twenty minutes, each with a message that is stored in the session."""
    officer("beate")
    with time_machine.travel(NOON, tick=False) as clock:
        beate = sign_in("beate")
        beate.handler.enforce_csrf_checks = False
        for _ in range(23):
            clock.shift(20 * 60)
            beate.post(f"{DESK}einlesen/uebernehmen/", {"list": "x"})
            assert is_in(beate)
        clock.shift(20 * 60 + seconds)
        assert is_in(beate) is stays


def test_a_stolen_cookie_is_worth_nothing_afterwards() -> None:
    officer("beate")
    with time_machine.travel(NOON, tick=False) as clock:
        beate, thief = sign_in("beate"), Client()
        thief.cookies.load({name: cookie.value for name, cookie in beate.cookies.items()})
        assert is_in(thief)
        clock.shift(30 * 60)
        assert not is_in(beate)
        clock.shift(-60)
        assert not is_in(thief)


def test_clicks_are_noted_once_a_minute_and_scripts_count_as_none() -> None:
    officer("beate")
    with time_machine.travel(NOON, tick=False) as clock:
        beate = sign_in("beate")
        stored = Session.objects.values_list("session_data", flat=True)

        def changes(seconds: int, **headers: str) -> bool:
            before = stored.get()
            clock.shift(seconds)
            assert beate.get(DESK, headers=headers).status_code == 200
            return stored.get() != before

        assert not changes(59)
        assert changes(1)
        assert not changes(120, sec_fetch_dest="empty")
        assert changes(0, sec_fetch_dest="document")


def test_who_keeps_the_door_stays_until_the_end_of_that_day() -> None:
    tom = User.objects.create_user("tom", password="ein langes Passwort", is_staff=True)
    tom.groups.add(Group.objects.get(name=DOOR))
    with_codes(tom, *CODES)
    event = meeting(begins_at=berlin("2026-12-05 15:00"))
    door = f"/verwaltung/events/event/{event.pk}/tuer/"
    with time_machine.travel(NOON - timedelta(hours=4), tick=False) as clock:
        at_the_door = sign_in("tom")
        clock.move_to(datetime.fromisoformat("2026-12-05T23:59:59+01:00"))
        assert is_in(at_the_door, door)
        clock.shift(1)
        assert not is_in(at_the_door, door)


def test_an_officer_who_only_ticks_at_the_door_stays_in() -> None:
    """The script sends each tap (door.js); what it asks for by itself keeps no session alive."""
    officer("beate")
    door = f"/verwaltung/events/event/{meeting(begins_at=berlin('2026-12-05 12:00')).pk}/tuer/"
    script = {"sec_fetch_dest": "empty", "accept": "application/json"}
    with time_machine.travel(NOON, tick=False) as clock:
        beate = sign_in("beate")
        beate.handler.enforce_csrf_checks = False
        for _ in range(3):
            clock.shift(20 * 60)
            assert beate.post(f"{door}4711/", {"da": "ja"}, headers=script).status_code == 200
        clock.shift(20 * 60)
        assert beate.get(door, headers=script).status_code == 200
        clock.shift(10 * 60)
        assert not is_in(beate, door)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_without_an_event_that_day_the_door_is_like_everybody(state: str) -> None:
    tom = User.objects.create_user("tom", password="ein langes Passwort", is_staff=True)
    tom.groups.add(Group.objects.get(name=DOOR))
    with_codes(tom, *CODES)
    meeting(begins_at=berlin("2026-12-05 15:00"))
    meeting(begins_at=berlin("2026-12-06 15:00"))
    Event.objects.filter(begins_at=berlin("2026-12-05 15:00")).update(state=state)
    with time_machine.travel(NOON, tick=False) as clock:
        at_home = sign_in("tom", CODES[1])
        clock.shift(30 * 60)
        assert not is_in(at_home, "/verwaltung/events/event/")


def test_the_demo_ends_nobodys_session(beate: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        beate.force_login(User.objects.get(username="beate"))
        clock.shift(3 * 60 * 60)
        assert is_in(beate)

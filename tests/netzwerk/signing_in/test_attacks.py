"""What somebody could try on the desk who is let in, or sits at the screen of somebody who is. All people are invented.

Each attack has its negative control: without what stops it, it succeeds.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from kit.desk import typed
from members.models import Newsletter
from netzwerk.accounts import colleagues, roles
from netzwerk.models import UnsavedText
from netzwerk.privacy import register, traces
from tests.desk import logged, page
from tests.events.meetings import berlin, meeting
from tests.members.people import active
from tests.netzwerk.signing_in.officers import PASSWORD, officer, sign_in
from tests.netzwerk.signing_in.people import with_codes
from tests.netzwerk.unsaved.test_unsaved import ADD, draft, quietly
from tests.pressing import form_of, press

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-12-05T12:00:00+01:00")
ASKED = "Sind Sie es noch?"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def beate(clock) -> Client:
    officer("beate")
    return sign_in("beate")


def opens_the_list_after_hours_of_idleness(clock) -> bool:
    """Tom signs in to keep the door, with a session that has no idle limit; then he is given the Koordination."""
    meeting(begins_at=berlin("2026-12-05 15:00"))
    tom = User.objects.create_user("tom", password=PASSWORD, is_staff=True)
    with_codes(tom, "zettel00")
    tom.groups.add(Group.objects.get(name=roles.DOOR))
    window = sign_in("tom")
    colleagues.set_roles(tom, [roles.COORDINATION], by=officer("beate"))
    clock.shift(3 * 60 * 60)
    return window.get("/verwaltung/members/member/").status_code == 200


def test_a_session_of_the_door_never_gets_more_rights(clock) -> None:
    assert not opens_the_list_after_hours_of_idleness(clock)


def test_control_if_sessions_went_on_it_would(clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colleagues.sessions, "end_all", lambda account: None)
    assert opens_the_list_after_hours_of_idleness(clock)


@pytest.fixture
def asked_from_afar(beate: Client, clock) -> Callable[[], str]:
    """The page that asks for the password; the form was sent from an address of this portal that begins with "//"."""
    at = f"/verwaltung/mitglied/{active('kim@example.org').pk}/loeschen/"
    path, data = form_of(page(beate, at), "Alle Daten löschen", at)
    clock.shift(10 * 60)

    def asked() -> str:
        return beate.post(path, data, headers={"referer": "http://testserver//fremd.example/"}).content.decode()

    return asked


def test_no_address_leads_back_to_another_site(asked_from_afar: Callable[[], str]) -> None:
    html = asked_from_afar()
    assert ASKED in html
    assert 'href="//' not in html


def test_control_without_the_escape_it_does(asked_from_afar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "escape_leading_slashes", str)
    assert 'href="//fremd.example/"' in asked_from_afar()


def test_the_sheet_of_what_is_held_asks_for_the_password_like_every_export(beate: Client, clock) -> None:
    """A stranger who sits down at Beate's screen prints nobody's data; asking leaves no row of an export."""
    at = f"/verwaltung/mitglied/{active('kim@example.org').pk}/gespeichert/"
    assert "kim@example.org" in page(beate, at)
    clock.shift(10 * 60)
    asked = page(beate, at)
    assert ASKED in asked
    assert "kim@example.org" not in asked
    assert sum("Auskunft" in row for row in logged()) == 1
    beate.handler.enforce_csrf_checks = False
    assert "kim@example.org" in press(beate, asked, "Weiter", at, password_again=PASSWORD)


def test_what_was_erased_does_not_come_back_from_a_draft(beate: Client) -> None:
    """Beate has begun a mail that names Kim's address, and another that does not."""
    kim = active("kim@example.org")
    quietly(beate, page(beate, ADD), ADD, text="Bitte melden bei Kim@Example.org.")
    other, at = draft()
    quietly(beate, page(beate, at), at, text="Es gibt Kuchen.")
    register.erase(kim.address, datetime.now(NOON.tzinfo))
    assert "Kim@Example.org" not in page(beate, ADD)
    assert "Es gibt Kuchen." in page(beate, at)
    assert [row.page for row in UnsavedText.objects.all()] == [at]
    assert Newsletter.objects.get() == other


def test_control_without_forgetting_it_would(beate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces.store, "forget_person", lambda email: None)
    kim = active("kim@example.org")
    quietly(beate, page(beate, ADD), ADD, text="Bitte melden bei Kim@Example.org.")
    register.erase(kim.address, datetime.now(NOON.tzinfo) + timedelta(seconds=1))
    assert "Kim@Example.org" in page(beate, ADD)

"""Accounts of the desk (R-03): who is there, who is switched off, who may do what. All names are invented."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit.desk.audit import Action
from netzwerk.accounts import colleagues, invitations, roles
from netzwerk.models import AccountInvitation, SwitchedOff
from tests import FULL
from tests.desk import page
from tests.netzwerk.accounts.officers import PASSWORD, desk_of, officer, rita, said, signs_in, sinan, with_phone
from tests.pressing import press

pytestmark = pytest.mark.django_db
KONTEN = "/verwaltung/konten/"


def roles_of(user: User) -> list[str]:
    return colleagues.roles_of(User.objects.get(pk=user.pk))


def test_the_page_says_who_has_an_account_and_how_it_stands() -> None:
    desk = desk_of(rita())
    with_phone(officer("Mika Winter", roles.DOOR, roles.EVENTS))
    off = officer("Jana Klein", roles.GUIDE)
    colleagues.switch_off(off, by=User.objects.get(first_name="Rita"), reason="Ist in Rente.")
    User.objects.create_superuser("technik", last_name="Technik")
    shown = said(page(desk, KONTEN))
    assert "Rita Sommer Koordination fehlt noch" in shown
    assert "Mika Winter Veranstaltungen, Tür eingerichtet noch nie an" in shown
    assert "Jana Klein Wegweiser fehlt noch noch nie abgeschaltet" in shown
    assert "Technik Technik fehlt noch noch nie an" in shown
    for word in ("Benutzer", "Gruppe", "Mitarbeiter-Status", "superuser", "User", "staff", "löschen"):
        assert word not in shown


def test_thirty_accounts_need_no_more_queries_than_three() -> None:
    desk = desk_of(rita())

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            page(desk, KONTEN)
        return len(counted)

    with_phone(officer("Mika Winter", roles.DOOR))
    few = queries()
    for number in range(30):
        with_phone(officer(f"Name{number} Winter", roles.DOOR))
    assert queries() == few


def test_rita_switches_mika_off_and_every_window_of_his_is_shut(log) -> None:
    """The reason is asked for; the account stays, and what it has begun ends."""
    mika, desk = officer("Mika Winter", roles.EVENTS), desk_of(rita())
    window, other = desk_of(mika), desk_of(mika)
    invitations.invite("olga@amt.example", "Olga", "Lang", [roles.DOOR], by=mika)
    form = page(desk, f"{KONTEN}{mika.pk}/abschalten/")
    assert "Schreiben Sie einen Satz dazu." in press(desk, form, "Jetzt abschalten", reason=" ")
    assert "Höchstens 200 Zeichen" in press(desk, form, "Jetzt abschalten", reason="x" * 10_000)
    assert "das es nicht gibt" in press(desk, form, "Jetzt abschalten", reason="Ren\0te")
    assert User.objects.get(pk=mika.pk).is_active
    shown = said(press(desk, form, "Jetzt abschalten", reason="Arbeitet seit 1. Mai woanders."))
    assert "Mika Winter ist überall abgemeldet." in shown
    assert "Dieses Konto ist abgeschaltet. Arbeitet seit 1. Mai woanders." in shown
    for client in (window, other):
        assert client.get("/verwaltung/").status_code == 302
    assert Session.objects.count() == 1  # Rita's own
    assert not AccountInvitation.objects.exists()
    assert not signs_in(mika, PASSWORD)
    assert log[1:] == [("Rita", Action.SWITCHED_OFF, "Konto Mika Winter: Arbeitet seit 1. Mai woanders.")]


def test_switched_on_again_he_signs_in_as_before_but_no_old_window_opens(log) -> None:
    mika, officers = officer("Mika Winter", roles.EVENTS), (rita(), sinan())
    window = desk_of(mika)
    colleagues.switch_off(mika, by=officers[0], reason="Elternzeit")
    desk = desk_of(officers[1])
    shown = press(desk, page(desk, f"{KONTEN}{mika.pk}/einschalten/"), "Wieder einschalten")
    assert "Das Konto ist wieder an." in said(shown)
    assert window.get("/verwaltung/").status_code == 302
    assert signs_in(mika, PASSWORD)
    assert roles_of(mika) == [roles.EVENTS]
    assert not SwitchedOff.objects.exists()
    assert log[-1] == ("Sinan", Action.SWITCHED_ON, "Konto Mika Winter")


def test_roles_are_changed_with_boxes_and_apply_at_once(log) -> None:
    mika, desk = officer("Mika Winter", roles.DOOR), desk_of(rita())
    elsewhere = Group.objects.create(name="Chor")
    mika.groups.add(elsewhere)
    form = page(desk, f"{KONTEN}{mika.pk}/rollen/")
    assert "Kreuzen Sie mindestens eine Rolle an." in press(desk, form, "Rollen speichern", roles=[])  # type: ignore[arg-type]
    window = desk_of(mika)
    assert window.get("/verwaltung/wegweiser/offer/").status_code == 403
    press(desk, form, "Rollen speichern", roles=[roles.GUIDE, roles.REPORT])  # type: ignore[arg-type]
    assert roles_of(mika) == [roles.GUIDE, roles.REPORT]
    assert elsewhere in mika.groups.all()
    assert window.get("/verwaltung/")["Location"].startswith("/verwaltung/login/")  # see test_attacks
    window = desk_of(mika)
    assert window.get("/verwaltung/wegweiser/offer/").status_code == 200
    assert window.get("/verwaltung/events/event/").status_code == 403
    assert log == [("Rita", Action.ROLES, "Konto Mika Winter: Wegweiser, Bericht")]


def test_roles_are_not_overwritten_unseen() -> None:
    """D-15"""
    mika, desk = officer("Mika Winter", roles.DOOR), desk_of(rita())
    form = page(desk, f"{KONTEN}{mika.pk}/rollen/")
    press(desk_of(sinan()), form, "Rollen speichern", roles=[roles.EVENTS])
    told = press(desk, form, "Rollen speichern", roles=[roles.GUIDE])
    assert "Jetzt sind es Veranstaltungen." in told
    assert roles_of(mika) == [roles.EVENTS]
    press(desk, told, "Rollen speichern")
    assert roles_of(mika) == [roles.GUIDE]


def test_an_invented_role_is_refused_with_a_sentence() -> None:
    mika, desk = officer("Mika Winter", roles.DOOR), desk_of(rita())
    form = page(desk, f"{KONTEN}{mika.pk}/rollen/")
    for name in ("Chefin", "Tür\0", "x" * 10_000):
        assert "Diese Rolle gibt es nicht." in press(desk, form, "Rollen speichern", roles=[name])  # type: ignore[arg-type]
    assert roles_of(mika) == [roles.DOOR]


@pytest.mark.parametrize("action", ["rollen", "abschalten", "einschalten"])
def test_nobody_changes_the_own_account(action: str, log) -> None:
    me = rita()
    sinan()
    data = {"roles": [roles.DOOR], "seen": roles.COORDINATION, "reason": "Schluss"}
    answer = desk_of(me).post(f"{KONTEN}{me.pk}/{action}/", data, follow=True)
    assert "Das eigene Konto kann niemand ändern oder abschalten." in answer.content.decode()
    assert roles_of(me) == [roles.COORDINATION]
    assert signs_in(me, PASSWORD)
    assert log == []


def test_the_last_coordinator_is_neither_switched_off_nor_demoted(log) -> None:
    """A technician's account counts for nothing here: it is not an officer's."""
    last, technician = rita(), User.objects.create_superuser("technik")
    desk = desk_of(technician)
    for action, data in (
        ("rollen", {"roles": [roles.EVENTS], "seen": roles.COORDINATION}),
        ("abschalten", {"reason": "Schluss"}),
    ):
        shown = desk.post(f"{KONTEN}{last.pk}/{action}/", data, follow=True).content.decode()
        assert "Das ist das letzte Konto mit der Rolle „Koordination“." in shown
    assert roles_of(last) == [roles.COORDINATION]
    assert signs_in(last, PASSWORD)
    sinan()
    assert desk.post(f"{KONTEN}{last.pk}/abschalten/", {"reason": "Schluss"}).status_code == 302
    assert not signs_in(last, PASSWORD)
    assert len(log) == 1


def test_no_page_of_the_desk_deletes_an_account() -> None:
    boss = User.objects.create_superuser("technik")
    mika, desk = officer("Mika Winter", roles.DOOR), desk_of(boss)
    for path in (f"/verwaltung/auth/user/{mika.pk}/delete/", f"/verwaltung/auth/user/{mika.pk}/change/"):
        assert desk.post(path, {"post": "yes"}).status_code == 404
    assert desk.get("/verwaltung/auth/user/")["Location"] == KONTEN  # an old bookmark
    assert User.objects.filter(pk=mika.pk).exists()


def test_a_foreign_number_and_looking_change_nothing() -> None:
    mika, desk = officer("Mika Winter", roles.DOOR), desk_of(rita())
    for action in ("", "rollen/", "abschalten/", "einschalten/", "zuruecksetzen/"):
        assert desk.get(f"{KONTEN}999999/{action}").status_code == 404
        assert desk.get(f"{KONTEN}{mika.pk}/{action}").status_code == 200
    assert "no-store" in desk.get(f"{KONTEN}{mika.pk}/")["Cache-Control"]
    assert signs_in(mika, PASSWORD)


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Runs the actions together, each on a connection of its own; what each ended with."""
    ended, start = [], threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            ended.append(str(action()))
        except colleagues.NotAllowed as reason:
            ended.append(type(reason).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def duel() -> list[str]:
    a, b = rita(), sinan()
    ended = at_once(
        lambda: colleagues.switch_off(a, by=b, reason="Streit"), lambda: colleagues.switch_off(b, by=a, reason="Streit")
    )
    left = User.objects.filter(is_active=True, groups__name=roles.COORDINATION).count()
    SwitchedOff.objects.all().delete()
    User.objects.all().delete()
    return [*ended, f"{left} left"]


@pytest.mark.django_db(transaction=True)
def test_two_who_switch_each_other_off_at_once_leave_one() -> None:
    for _ in range(10 if FULL else 2):
        assert duel() == ["OwnAccount", "True", "1 left"]


@pytest.mark.django_db(transaction=True)
def test_control_without_taking_turns_nobody_would_be_left(monkeypatch) -> None:
    both_checked = threading.Barrier(2)

    def unlocked(account: User, by: User, **_: bool) -> None:
        assert User.objects.filter(pk=by.pk, is_active=True).exists()
        both_checked.wait()

    monkeypatch.setattr(colleagues, "check", unlocked)
    assert duel() == ["True", "True", "0 left"]


def test_the_names_of_the_pages_stay() -> None:
    assert reverse("accounts:index") == KONTEN
    assert reverse("admin_password_reset") == "/verwaltung/passwort-vergessen/"

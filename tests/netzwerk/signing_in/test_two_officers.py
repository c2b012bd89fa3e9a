"""From an empty database to two officers with their second steps; then a phone is lost, and an officer leaves (R-04).

Each page is opened, filled in and sent, and each link comes out of its mail. Rita and Sinan
are invented.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from kit.desk.audit import Action
from netzwerk.accounts import roles
from netzwerk.models import AuditEntry
from tests.desk import page
from tests.netzwerk.signing_in.people import LOGIN, PASSWORD, shown, sign_in
from tests.netzwerk.signing_in.test_setup import APP, CODES, codes_on, said, seed_on
from tests.post import Post, link_in
from tests.pressing import press

pytestmark = pytest.mark.django_db
ACCOUNTS, HEUTE = "/verwaltung/konten/", "/verwaltung/"
RITA, SINAN = "rita@amt.example", "sinan@amt.example"


def set_up_a_phone(client: Client, email: str, password: str) -> str:
    """Somebody signs in for the first time, and sets up an app; the seed in it."""
    assert "richten Sie einen zweiten Schritt ein" in said(sign_in(client, email, password))
    setup = page(client, APP)
    seed = seed_on(setup)
    assert "Eingerichtet." in said(press(client, setup, "Probe machen", name="Handy", code=shown(seed)))
    return seed


def invite(desk: Client, post: Post, first: str, last: str, email: str) -> str:
    """The link in the mail to the colleague."""
    form = page(desk, f"{ACCOUNTS}einladen/")
    typed = {"first_name": first, "last_name": last, "email": email, "roles": [roles.COORDINATION]}
    assert "Sie gilt sieben Tage." in press(desk, form, "Einladung schicken", **typed)
    post.deliver()
    return link_in(post.to(email), "/verwaltung/einladung/")


def choose_a_password(link: str) -> None:
    visitor = Client()
    press(visitor, page(visitor, link), "Zugang einrichten", new_password1=PASSWORD, new_password2=PASSWORD)


def lose_the_phone(rita: Client, sinan: Client, post: Post, time_machine) -> Client:
    """Rita asks for the reset; its link works 24 hours later, and for Sinan alone. Then he sets up another phone."""
    key = User.objects.get(username=SINAN).pk
    press(rita, page(rita, f"{ACCOUNTS}{key}/zuruecksetzen/"), "Zurücksetzen beginnen")
    post.deliver()
    time_machine.shift(timedelta(days=1))
    post.deliver()
    visitor = Client()
    press(visitor, page(visitor, link_in(post.to(SINAN), "/verwaltung/zweiter-schritt/")), "Jetzt zurücksetzen")
    assert sinan.get(HEUTE)["Location"].startswith(LOGIN)
    again = Client()
    set_up_a_phone(again, SINAN, PASSWORD)
    return again


def leave(rita: Client, sinan: Client, codes: list[str]) -> None:
    """Sinan switches Rita's account off: nothing of hers opens the desk any more."""
    key = User.objects.get(username=RITA).pk
    off = page(sinan, f"{ACCOUNTS}{key}/abschalten/")
    press(sinan, off, "Jetzt abschalten", reason="Arbeitet jetzt woanders.")
    assert rita.get(HEUTE)["Location"].startswith(LOGIN)
    assert "stimmt nicht" in sign_in(Client(), RITA, PASSWORD, codes.pop())
    assert "Rita Sommer" in page(sinan, ACCOUNTS)


@pytest.mark.slow
def test_two_officers_a_lost_phone_and_one_who_leaves(
    post: Post, monkeypatch: pytest.MonkeyPatch, time_machine
) -> None:
    time_machine.move_to("2026-11-30T09:00:10+01:00", tick=False)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="technik", email="it@amt.example", interactive=False, verbosity=0)
    technician, rita, sinan = Client(), Client(), Client()
    set_up_a_phone(technician, "technik", PASSWORD)
    choose_a_password(invite(technician, post, "Rita", "Sommer", RITA))
    set_up_a_phone(rita, RITA, PASSWORD)
    codes = codes_on(press(rita, page(rita, CODES), "Codes zeigen"))
    time_machine.shift(timedelta(minutes=1))  # mails are told apart by their seconds
    choose_a_password(invite(rita, post, "Sinan", "Demir", SINAN))
    phone = set_up_a_phone(sinan, SINAN, PASSWORD)

    # The next day each signs in with what there is: a code of the phone, a code of the sheet.
    time_machine.shift(timedelta(days=1))
    assert "wartet auf Sie" in sign_in(sinan, SINAN, PASSWORD, shown(phone))
    assert "wartet auf Sie" in sign_in(rita, RITA, PASSWORD, codes.pop())
    sinan = lose_the_phone(rita, sinan, post, time_machine)
    assert "wartet auf Sie" in sign_in(rita, RITA, PASSWORD, codes.pop())
    leave(rita, sinan, codes)

    told = AuditEntry.objects.exclude(action__in=[Action.SIGNED_IN, Action.SIGN_IN_REFUSED]).order_by("pk")
    assert [f"{entry.who}: {entry.did}" for entry in told] == [
        "technik: Zweiter Schritt eingerichtet",
        "technik: Konto: eingeladen",
        "Rita Sommer: eingetragen",
        "Rita Sommer: Zweiter Schritt eingerichtet",
        "Rita Sommer: Zweiter Schritt eingerichtet",
        "Rita Sommer: Konto: eingeladen",
        "Sinan Demir: eingetragen",
        "Sinan Demir: Zweiter Schritt eingerichtet",
        "Rita Sommer: Zurücksetzen erbeten",
        "Sinan Demir: Zweiter Schritt zurückgesetzt",
        "Sinan Demir: Zweiter Schritt eingerichtet",
        "Sinan Demir: Konto abgeschaltet",
    ]

"""From an account with nothing but a password to an officer with an app and ten codes, without JavaScript (R-04).
Beate and Anna are invented officers.
"""

import re
from base64 import b32decode
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from kit.desk.audit import Action
from netzwerk.models import AuthenticatorApp, CodeSheet, PrintedCode
from netzwerk.signing_in import sessions
from tests.desk import page
from tests.netzwerk.signing_in.people import LOGIN, PASSWORD, SEED, on_the_desk, shown, sign_in, with_app, with_codes
from tests.post import Post, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db

OWN = "/verwaltung/meine-anmeldung/"
APP, CODES, PASSKEY = f"{OWN}handy/", f"{OWN}codes/", f"{OWN}passkey/"


def seed_on(html: str) -> str:
    """The key that somebody types from the page into an app."""
    key = re.search(r'class="key">([A-Z2-7 ]+)<', html)
    assert key
    return b32decode(key[1].replace(" ", "")).hex()


def codes_on(html: str) -> list[str]:
    return re.findall(r"<li>(\w{4}-\w{4})</li>", html)


def said(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def test_from_an_empty_database_to_an_officer_with_app_and_codes(
    monkeypatch: pytest.MonkeyPatch, heard: list[object], time_machine
) -> None:
    time_machine.move_to("2026-11-30T09:00:10+01:00", tick=False)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="beate", email="beate@example.org", interactive=False, verbosity=0)
    client = Client()
    welcome = sign_in(client, "beate", PASSWORD)
    assert "Willkommen, beate. Bevor es losgeht, richten Sie einen zweiten Schritt ein." in said(welcome)
    setup = page(client, APP)
    seed = seed_on(setup)
    ready = press(client, setup, "Probe machen", name="Diensthandy", code=shown(seed))
    assert "Eingerichtet. Ab jetzt melden Sie sich damit an." in said(ready)
    codes = codes_on(press(client, ready, "Codes zeigen"))
    assert len(set(codes)) == 10
    assert client.get("/verwaltung/").status_code == 200
    assert heard == [
        ("beate", Action.FACTOR_ADDED, "App für Einmal-Codes von beate"),
        ("beate", Action.FACTOR_ADDED, "Gedruckte Codes von beate"),
    ]
    # The next day: by app, by a code from the sheet, by mail address, typed as people type.
    time_machine.shift(timedelta(days=1))
    for name, code in (("beate", shown(seed)), ("Beate@Example.org", f" {codes[3].upper()}")):
        assert "wartet auf Sie" in sign_in(Client(), name, PASSWORD, code)
    assert "stimmt nicht" in sign_in(Client(), "beate", PASSWORD, codes[3])
    assert "stimmt nicht" in sign_in(Client(), "beate", PASSWORD)


def test_before_a_factor_is_set_up_nothing_else_can_be_seen() -> None:
    User.objects.create_superuser("beate", password=PASSWORD)
    client = Client()
    sign_in(client, "beate", PASSWORD)
    for path in ("/verwaltung/", "/verwaltung/members/member/", "/verwaltung/password_change/"):
        assert client.get(path)["Location"].startswith(LOGIN), path
        assert client.get(path, follow=True).request["PATH_INFO"] == OWN
    shown_there = page(client, OWN)
    assert "Passwort ändern" not in shown_there
    assert 'href="/verwaltung/"' not in shown_there.partition('<div id="content"')[2]
    left = press(client, shown_there, "Abmelden und später einrichten")
    assert "Abgemeldet" in left or "abgemeldet" in left
    assert client.get(OWN)["Location"].startswith(LOGIN)


def test_a_session_that_has_lost_its_factor_cannot_set_up_a_new_one() -> None:
    """Somebody else could have it by now: only who has just typed the password may."""
    beate = User.objects.create_superuser("beate", password=PASSWORD)
    app = with_app(beate)
    client = on_the_desk(app)
    app.delete()
    for path in (OWN, APP, CODES, PASSKEY, f"{PASSKEY}aufgabe/"):
        assert client.get(path)["Location"].startswith(LOGIN), path
    assert client.post(APP, {"code": "1"})["Location"].startswith(LOGIN)


def test_a_first_session_has_an_hour(time_machine) -> None:
    """Left open, it must not come to life again when the factors of its account are ended one day."""
    time_machine.move_to("2026-11-30T09:00:00+01:00", tick=False)
    User.objects.create_superuser("beate", password=PASSWORD)
    client = Client()
    sign_in(client, "beate", PASSWORD)
    for clock in ("09:29:59", "09:59:58", "09:59:59"):
        time_machine.move_to(f"2026-11-30T{clock}+01:00", tick=False)
        assert client.get(OWN).status_code == 200
    time_machine.move_to("2026-11-30T10:00:00+01:00", tick=False)
    assert client.get(OWN)["Location"].startswith(LOGIN)
    assert "Willkommen" in sign_in(client, "beate", PASSWORD)


def test_two_first_sessions_and_one_phone() -> None:
    """As soon as one of them has set up a factor, the other has to use it."""
    User.objects.create_superuser("beate", password=PASSWORD)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, "beate", PASSWORD)
    setup = page(first, APP)
    press(first, setup, "Probe machen", code=shown(seed_on(setup)))
    assert first.get(OWN).status_code == 200
    assert second.get(OWN)["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("000000", "Dieser Code passt nicht. Warten Sie, bis die App den nächsten zeigt"),
        ("", "Bitte geben Sie die sechs Ziffern ein"),
        ("٣٣٣٣٣٣", "Dieser Code passt nicht"),
        ("1" * 10_000, "Sechs Ziffern, mehr nicht."),
        ("12\x00456", "Hier steht ein Zeichen, das es nicht gibt."),
    ],
)
def test_a_wrong_trial_code_changes_nothing_and_keeps_key_and_name(code: str, told: str) -> None:
    client = on_the_desk(with_app(User.objects.create_superuser("beate")))
    setup = page(client, APP)
    again = press(client, setup, "Probe machen", name="Diensthandy", code=code)
    assert told in said(again)
    assert seed_on(again) == seed_on(setup)
    assert 'value="Diensthandy"' in again
    assert AuthenticatorApp.objects.count() == 1
    press(client, again, "Probe machen", code=shown(seed_on(setup)))
    assert AuthenticatorApp.objects.count() == 2


def test_a_trial_sent_twice_is_one_app_and_its_code_opens_nothing() -> None:
    beate = User.objects.create_superuser("beate", password=PASSWORD)
    client = on_the_desk(with_app(beate))
    setup = page(client, APP)
    code = shown(seed_on(setup))
    for _ in range(2):
        press(client, setup, "Probe machen", code=code)
    assert AuthenticatorApp.objects.count() == 2
    assert "stimmt nicht" in sign_in(Client(), "beate", PASSWORD, code)


def test_a_page_that_was_open_for_more_than_an_hour_shows_a_new_key(time_machine, monkeypatch) -> None:
    monkeypatch.setattr(sessions, "FRESH", 2 * 60 * 60)  # or the password would be asked for first
    time_machine.move_to("2026-11-30T09:00:00+01:00", tick=False)
    client = on_the_desk(with_app(User.objects.create_superuser("beate")))
    setup = page(client, APP)
    for minutes in (25, 25):
        time_machine.shift(timedelta(minutes=minutes))
        page(client, OWN)  # in another window, so that the session goes on
    time_machine.shift(timedelta(minutes=10, seconds=1))
    late = press(client, setup, "Probe machen", code=shown(seed_on(setup)))
    assert "Diese Seite war zu lange offen." in said(late)
    assert seed_on(late) != seed_on(setup)
    assert AuthenticatorApp.objects.count() == 1


def test_a_sealed_key_of_somebody_else_is_none() -> None:
    """Anna cannot make Beate's browser take a key that Anna knows."""
    annas = page(on_the_desk(with_app(User.objects.create_superuser("anna"))), APP)
    client = on_the_desk(with_app(User.objects.create_superuser("beate")))
    sealed = re.search(r'name="sealed" value="([^"]+)"', annas)
    assert sealed
    for foreign in (sealed[1], "x", "", "\0", "ü" * 10_000):
        shown_then = client.post(APP, {"sealed": foreign, "code": shown(seed_on(annas))}).content.decode()
        assert "Diese Seite war zu lange offen." in said(shown_then)
    assert AuthenticatorApp.objects.count() == 2


def test_codes_are_shown_once_and_new_ones_end_the_old() -> None:
    client = on_the_desk(with_app(User.objects.create_superuser("beate", password=PASSWORD)))
    ask = page(client, CODES)
    old = codes_on(press(client, ask, "Codes zeigen"))
    twice = press(client, ask, "Codes zeigen")
    assert codes_on(twice) == []
    assert "Inzwischen wurden Codes gemacht und gezeigt." in said(twice)
    assert codes_on(page(client, CODES)) == []
    new = codes_on(press(client, page(client, CODES), "Codes zeigen"))
    assert len(new) == 10
    assert PrintedCode.objects.count() == 10
    assert "wartet auf Sie" in sign_in(Client(), "beate", PASSWORD, new[0])
    assert "stimmt nicht" in sign_in(Client(), "beate", PASSWORD, old[0])


def test_whatever_else_is_sent_makes_no_codes() -> None:
    client = on_the_desk(with_app(User.objects.create_superuser("beate")))
    for form in ({}, {"seen": "gestern"}, {"seen": "2026-13-45T99:99"}, {"seen": "\0"}, {"seen": "9" * 10_000}):
        assert client.post(CODES, form).status_code == 200
    assert not CodeSheet.objects.exists()


def test_codes_alone_do_not_make_more_codes() -> None:
    client = on_the_desk(with_codes(User.objects.create_superuser("beate")))
    assert client.get(CODES)["Location"] == OWN


def test_from_three_codes_on_page_and_today_say_so() -> None:
    beate = User.objects.create_superuser("beate")
    client = on_the_desk(with_app(beate))
    sheet = with_codes(beate, *"abcd")
    for left, told in (
        (4, ""),
        (3, "Nur noch 3 gedruckte Codes sind übrig."),
        (1, "Nur noch ein gedruckter Code ist übrig."),
        (0, "Ihre gedruckten Codes sind aufgebraucht."),
    ):
        for extra in sheet.codes.all()[left:]:
            extra.delete()
        assert (told in said(page(client, OWN))) is True
        assert ("gedruckte" in said(page(client, "/verwaltung/"))) is bool(told)


def test_the_page_names_kind_name_since_and_last_use(time_machine) -> None:
    time_machine.move_to("2026-11-30T09:00:00+01:00", tick=False)
    beate = User.objects.create_superuser("beate", password=PASSWORD)
    with_app(beate)
    with_codes(beate)
    time_machine.move_to("2026-12-01T09:05:00+01:00", tick=False)
    client = Client()
    sign_in(client, "beate", PASSWORD, shown())
    told = said(page(client, OWN))
    assert "App für Einmal-Codes Handy 30.11.2026 01.12.2026, 09:05 muss bleiben" in told
    assert "Gedruckte Codes 1 übrig 30.11.2026 noch nie Entfernen" in told


def test_the_last_app_or_passkey_cannot_be_removed(heard: list[object]) -> None:
    beate = User.objects.create_superuser("beate")
    app, sheet = with_app(beate), with_codes(beate)
    client = on_the_desk(app)
    path = f"{OWN}app-{app.pk}/entfernen/"
    assert "Das geht nicht" in said(page(client, path))
    assert "muss bleiben" in said(client.post(path, follow=True).content.decode())
    assert AuthenticatorApp.objects.count() == 1
    other = with_app(beate, "30" * 20)
    press_remove(client, path)
    press_remove(client, f"{OWN}codes-{sheet.pk}/entfernen/")
    assert [each.pk for each in AuthenticatorApp.objects.all()] == [other.pk]
    assert not CodeSheet.objects.exists()
    assert client.get("/verwaltung/").status_code == 200, "the session goes on with what is left"
    assert [entry[1:] for entry in heard] == [
        (Action.FACTOR_ENDED, "App für Einmal-Codes von beate"),
        (Action.FACTOR_ENDED, "Gedruckte Codes von beate"),
    ]


def press_remove(client: Client, path: str) -> None:
    assert "Entfernen" in page(client, path)
    assert client.post(path)["Location"] == OWN


def test_nobody_can_remove_or_see_somebody_elses() -> None:
    anna, beate = User.objects.create_superuser("anna"), User.objects.create_superuser("beate")
    annas = with_app(anna)
    with_app(anna, "30" * 20)
    client = on_the_desk(with_app(beate))
    for key in (f"app-{annas.pk}", "app-0", "app-99999999999999999999", "app-x", "auto-1", f"codes-{annas.pk}"):
        assert client.get(f"{OWN}{key}/entfernen/").status_code == 404
        assert client.post(f"{OWN}{key}/entfernen/").status_code == 404
    assert AuthenticatorApp.objects.count() == 3
    account = page(client, f"/verwaltung/konten/{anna.pk}/")
    assert f"App für Einmal-Codes, seit {timezone.localtime(annas.created_at):%d.%m.%Y}" in said(account)
    assert "Handy" not in account
    assert SEED not in account


def test_the_owner_is_told_of_every_change_in_a_neutral_mail(post: Post) -> None:
    beate = User.objects.create_superuser("beate", email="beate@example.org")
    client = on_the_desk(with_app(beate))
    setup = page(client, APP)
    press(client, setup, "Probe machen", name="Diensthandy", code=shown(seed_on(setup)))
    press(client, page(client, CODES), "Codes zeigen")
    new = AuthenticatorApp.objects.latest("pk")
    press_remove(client, f"{OWN}app-{new.pk}/entfernen/")
    mails = [
        (mail["To"], mail["Subject"], text_of(mail).split("geändert. ")[1].split("\n")[0]) for mail in post.deliver()
    ]
    assert mails == [
        ("beate@example.org", "Ihre Anmeldung", "Neu ist: App für Einmal-Codes."),
        ("beate@example.org", "Ihre Anmeldung", "Neu ist: Gedruckte Codes."),
        ("beate@example.org", "Ihre Anmeldung", "Entfernt ist: App für Einmal-Codes."),
    ]
    assert all("Diensthandy" not in text_of(mail) for mail in post.mails)

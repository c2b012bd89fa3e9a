"""The password is asked for again before what is dangerous (S-04b). Beate and Ruth are invented officers."""

from datetime import datetime

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import Event
from mailings.models import Mailing
from members.models import Member, Newsletter
from tests.desk import page
from tests.events.meetings import invite, meeting
from tests.members.people import active
from tests.netzwerk.signing_in.officers import LOGIN, PASSWORD, enter, officer, sign_in
from tests.netzwerk.signing_in.test_passkeys import questions, with_passkey
from tests.netzwerk.signing_in.test_passkeys import sign_in as passkey_sign_in
from tests.pressing import form_of, press

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-12-05T12:00:00+01:00")
CODES = "/verwaltung/meine-anmeldung/codes/"
ASKED = "Sind Sie es noch?"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def beate(clock) -> Client:
    officer("beate")
    return sign_in("beate")


@pytest.mark.parametrize(("seconds", "asked"), [(10 * 60 - 1, False), (10 * 60, True)])
def test_ten_minutes_after_signing_in_it_is_asked_for(beate: Client, clock, seconds: int, asked: bool) -> None:
    kim = active("kim@example.org")
    clock.shift(seconds)
    assert (ASKED in page(beate, f"/verwaltung/mitglied/{kim.pk}/loeschen/")) is asked


def test_what_was_sent_comes_back_and_is_pressed_once_more(beate: Client, clock) -> None:
    """Beate writes the reason for cancelling; then her password is too old."""
    event = meeting()
    invite(event, "anna@example.org")
    at = f"/verwaltung/events/event/{event.pk}/absagen/"
    html = page(beate, at)
    clock.shift(10 * 60)
    asked = press(beate, html, "Absagen", at, note="Die Heizung ist kaputt.")
    assert ASKED in asked
    assert "Heizung" not in asked
    back = press(beate, asked, "Weiter", at, password_again=PASSWORD)
    assert "geschehen ist noch nichts" in back
    assert "Die Heizung ist kaputt." in back
    assert Event.objects.get().state == "published"
    press(beate, back, "Absagen", at)
    assert Event.objects.get().state == "cancelled"


def test_a_wrong_password_keeps_what_was_sent_and_counts_like_a_try_to_sign_in(beate: Client, clock) -> None:
    kim = active("kim@example.org")
    at = f"/verwaltung/mitglied/{kim.pk}/loeschen/"
    html = page(beate, at)
    clock.shift(10 * 60)
    asked = press(beate, html, "Alle Daten löschen", at, objection="on")
    for _ in range(4):
        asked = press(beate, asked, "Weiter", at, password_again="falsch")
        assert "Das Passwort stimmt nicht." in asked
    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == 4
    path, data = form_of(asked, "Weiter", at, password_again="falsch")
    assert beate.post(path, data).status_code == 429
    assert enter(Client(), page(Client(), LOGIN), "beate", "code1").status_code == 429
    clock.shift(15 * 60 + 1)
    back = press(beate, asked, "Weiter", at, password_again=PASSWORD)
    assert "checked" in back
    assert Member.objects.exists()
    press(beate, back, "Alle Daten löschen", at)
    assert not Member.objects.exists()


def test_a_passkey_does_as_well(clock) -> None:
    """The passkey is this account's, answers a question of ours, and works once."""
    key, other = with_passkey("beate"), with_passkey("ruth")
    beate = Client()
    assert passkey_sign_in(key.get(questions(Client())), client=beate)
    kim = active("kim@example.org")
    at = f"/verwaltung/mitglied/{kim.pk}/loeschen/"
    html = page(beate, at)
    clock.shift(10 * 60)
    asked = press(beate, html, "Alle Daten löschen", at, objection="on")
    assert "Mit Passkey bestätigen" in asked
    for wrong in ("unsinn", other.get(questions(Client())), key.get(questions(beate) | {"challenge": "YWJj"})):
        asked = press(beate, asked, "Weiter", at, passkey=wrong)
        assert "Der Passkey gehört nicht zu Ihrem Konto" in asked
    assert not AccessAttempt.objects.exists()
    answer = key.get(questions(beate))
    back = press(beate, asked, "Weiter", at, passkey=answer)
    assert Member.objects.exists()
    press(beate, back, "Alle Daten löschen", at)
    assert not Member.objects.exists()
    clock.shift(10 * 60)
    assert "Der Passkey gehört nicht" in press(beate, page(beate, CODES), "Weiter", CODES, passkey=answer)


def test_without_a_passkey_only_the_password_is_asked_for(beate: Client, clock) -> None:
    clock.shift(10 * 60)
    asked = page(beate, CODES)
    assert ASKED in asked
    assert "Passkey" not in asked
    assert "Geben Sie Ihr Passwort ein." in press(beate, asked, "Weiter", CODES)


def test_before_a_newsletter_goes_out(beate: Client, clock) -> None:
    active("kim@example.org")
    at = f"/verwaltung/members/newsletter/{Newsletter.objects.create(subject='Neues', text='bald').pk}/verschicken/"
    html = page(beate, at)
    clock.shift(10 * 60)
    asked = press(beate, html, "Jetzt sofort an 1 Person verschicken", at)
    back = press(beate, asked, "Weiter", at, password_again=PASSWORD)
    assert not Mailing.objects.exists()
    # She has thought about it meanwhile: the button counts that she presses now.
    press(beate, back, "In 10 Minuten an 1 Person verschicken", at)
    assert not Mailing.objects.exists()
    assert Newsletter.objects.get().send_at


def test_before_a_list_is_taken_over_which_no_page_can_show_again(beate: Client, clock) -> None:
    at = "/verwaltung/members/member/einlesen/"
    path, data = form_of(page(beate, at), "Liste ansehen", at)
    csv = SimpleUploadedFile("liste.csv", b"E-Mail;Name\nkim@example.org;Kim\n")
    preview = beate.post(path, data | {"file": csv}).content.decode()
    clock.shift(10 * 60)
    asked = press(beate, preview, "Übernehmen", at)
    assert ASKED in asked
    back = press(beate, asked, "Weiter", at, password_again=PASSWORD)
    assert "Die Seite dazu lässt sich so nicht mehr öffnen." in back
    assert not Member.objects.exists()
    press(beate, back, "Noch einmal senden", at)
    assert Member.objects.count() == 1


def test_where_nothing_was_sent_the_page_follows(beate: Client, clock) -> None:
    event = meeting()
    active("kim@example.org")
    at = f"/verwaltung/events/event/{event.pk}/einladen/verschicken/?kind_ab=&kind_bis="
    clock.shift(10 * 60)
    asked = page(beate, at)
    assert ASKED in asked
    path, data = form_of(asked, "Weiter", at, password_again=PASSWORD)
    answer = beate.post(path, data)
    assert (answer.status_code, answer["Location"]) == (302, at)


def test_the_demo_asks_nobody(clock, settings) -> None:
    settings.DEMO = True
    beate = Client()
    beate.force_login(officer("beate"))
    clock.shift(60 * 60)
    kim = active("kim@example.org")
    assert "Alle Daten löschen?" in page(beate, f"/verwaltung/mitglied/{kim.pk}/loeschen/")

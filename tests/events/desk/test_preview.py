"""A draft as its readers will see it, for officers only. Beate is an invented officer."""

import re

import pytest
from django.test import Client

from events.models import Event
from mailings.models import Mailing
from tests.desk import page
from tests.events.desk.test_event_forms import at, told
from tests.events.meetings import meeting
from tests.members.people import active

pytestmark = pytest.mark.django_db


def draft() -> Event:
    return meeting(state="draft", seats=20, care=6, title="Waffeln im Park", schedule="15 Uhr: Teig rühren")


def article(shown: str) -> str:
    """The page without its note, and with its links to pages that a draft does not have."""
    main = shown[shown.index("<article") : shown.index("</article>")]
    return re.sub(r'href="[^"]*"', "", main)


def test_the_page_of_a_draft_is_the_page_that_all_will_see(beate: Client) -> None:
    event = draft()
    shown = page(beate, at(event, "vorschau"))
    assert "Vorschau, noch nicht öffentlich" in shown
    assert "Teig rühren" in shown
    assert ">Anmelden</a>" in shown
    Event.objects.update(state="published")
    public = page(Client(), f"/termine/{event.slug}/")
    assert article(public) == article(shown)
    assert "Vorschau" not in public
    assert beate.get(at(event, "vorschau"))["Location"].endswith(f"/termine/{event.slug}/")


def test_nobody_else_sees_it_and_no_copy_of_it_is_kept(beate: Client) -> None:
    event = draft()
    for _ in range(3):  # a public page would be kept after the second
        answer = beate.get(at(event, "vorschau"))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "ETag" not in answer
        assert not answer.cookies
    for path in ("vorschau", "vorschau/mail", "vorschau/mail/html"):
        assert Client().get(at(event, path)).status_code == 302
    assert Client().get(f"/termine/{event.slug}/").status_code == 404
    assert "Waffeln" not in page(Client(), "/termine/")


def test_the_invitation_of_a_draft_names_nobody_and_sends_nothing(beate: Client) -> None:
    active("anna@example.org", name="Anna")
    event = draft()
    shown = page(beate, at(event, "vorschau/mail"))
    for part in ("Vorschau, noch nicht öffentlich.", "Einladung: ", "Waffeln im Park", "15 Uhr Teig rühren"):
        assert part in shown
    assert "Anna" not in shown
    mail = beate.get(at(event, "vorschau/mail/html"))
    assert "sandbox" in mail["Content-Security-Policy"]
    assert "Waffeln im Park" in told(mail)
    assert not Mailing.objects.exists()


def test_the_overview_and_the_form_of_a_draft_lead_there(beate: Client) -> None:
    event = draft()
    for action in ("ueberblick", "change"):
        shown = page(beate, at(event, action))
        assert f'href="{at(event, "vorschau")}"' in shown, action
        assert f'href="{at(event, "vorschau/mail")}"' in shown, action
    Event.objects.update(state="published")
    assert at(event, "vorschau") not in page(beate, at(event, "change"))


def test_families_to_be_called_stand_on_the_overview_with_a_number_to_tap(beate: Client) -> None:
    event = meeting()
    event.replies.create(name="Gerd Lang", phone="030 23125-007", state="yes", seats=1, adults=1)
    event.replies.create(name="Ida Moor", state="yes", seats=1, adults=1)
    shown = " ".join(page(beate, at(event, "ueberblick")).split())
    assert '<a href="tel:+493023125007">030 23125007</a>' in shown
    assert "<b>Ida Moor</b>" in shown
    assert "ohne Nummer" in shown
    assert 'href="tel:+493023125007"' in page(beate, at(event, "antworten"))

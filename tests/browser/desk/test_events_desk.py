"""An event on the officers' desk in a real browser, from the first word to who came; on a phone and on a desk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from events.answering import answers
from events.answering.answers import Details
from events.models import Event, Reply
from tests import FULL
from tests.browser.desk.test_newsletter import Desk
from tests.events.meetings import household, invite, meeting, party, reply_of
from tests.members.people import active
from tests.post import Post

pytestmark = pytest.mark.browser

LIST = "/verwaltung/events/event/"
# What is laid out otherwise on a desk than on a phone; on a phone, make proof looks at every step.
WIDE = {"writing", "inviting", "answers", "door", "overview", "list"}


class EventDesk(Desk):
    def look(self, name: str) -> None:
        if (FULL and self.width < 1000) or name in WIDE:
            super().look(name)


@pytest.fixture
def site(site: str, settings) -> str:
    """The demo's desk asks for no second factor."""
    settings.DEMO, settings.SITE_URL = True, site
    User.objects.create_superuser("beate", email="beate@amt.example")
    for name in ("Anna", "Ben", "Cem"):
        active(f"{name.lower()}@example.org", name=name, municipality="siegen")
    return site


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_from_the_first_word_to_who_came(visit, post: Post, width: int) -> None:
    desk = EventDesk(visit(width, 800, reduced_motion="reduce"), width)
    write(desk)
    ask(desk, post)
    enter(desk)
    change(desk, post)
    call_off(desk, post)
    look_back(desk)
    assert not desk.found, "\n".join(desk.found)
    assert desk.visitor.foreign == []
    assert desk.visitor.complaints == []


def write(desk: EventDesk) -> None:
    page = desk.visitor.open(LIST)
    desk.look("empty list")
    desk.go("Neues Treffen")
    page.get_by_label("Titel", exact=True).wait_for()
    desk.look("writing")
    page.get_by_label("Titel", exact=True).fill("Frühstück")
    page.get_by_label("Tag", exact=True).fill("2027-03-28")
    page.get_by_label("Beginn", exact=True).fill("02:30")
    page.get_by_label("Ende", exact=True).fill("04:00")
    page.get_by_label("Titel im Kalender").fill("Treffen für Alleinerziehende")
    desk.press("Speichern")
    assert "2.30 Uhr gibt es am 28.3.2027 nicht" in desk.text()
    desk.look("what does not exist")
    page.get_by_label("„Termin“ (unser Vorschlag)").check()
    page.get_by_label("Tag", exact=True).fill("2027-10-31")
    desk.press("Speichern")
    assert "2.30 Uhr gibt es am 31.10.2027 zweimal." in desk.text()
    desk.look("what exists twice")
    page.get_by_label("„Termin“ (unser Vorschlag)").check()
    day = timezone.localdate() + timedelta(days=30)
    page.get_by_label("Tag", exact=True).fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Beginn", exact=True).fill("10:00")
    page.get_by_label("Ende", exact=True).fill("12:30")
    page.get_by_label("Ort", exact=True).fill("Bürgertreff am Park")
    page.get_by_label("Plätze", exact=True).fill("2")
    page.get_by_label("Plätze in der Kinderbetreuung").fill("1")
    page.get_by_label("3–5 Jahren").check()
    desk.press("Speichern")
    desk.look("draft")
    desk.press("Veröffentlichen")
    assert Event.objects.get().state == "published"


def ask(desk: EventDesk, post: Post) -> None:
    page = desk.page
    desk.go("Einladen")
    page.get_by_label("Siegen").check()
    desk.press("Auswahl übernehmen")
    assert page.locator(".counts .first").inner_text().split() == ["bekommen", "sie", "3"]
    desk.look("inviting")
    page.get_by_label("Für", exact=True).select_option(index=1)
    desk.press("Ansehen")
    assert page.get_by_label("Siegen").is_checked()
    assert "Guten Tag Ben," in desk.text()
    desk.go("Zum Verschicken")
    desk.look("sending")
    desk.press("3 Personen einladen")
    assert "0 von 3 verschickt" in desk.text()
    desk.look("on its way")
    post.deliver()
    page.locator(".badge", has_text="fertig").wait_for()  # moved by itself


def enter(desk: EventDesk) -> None:
    page = desk.page
    event = Event.objects.get()
    answers.accept(reply_of(event, "anna@example.org"), party(1, 4, care=1))
    page.goto(f"{LIST}{event.pk}/eintragen/?suche=ben")
    desk.look("finding")
    desk.go("Ben")
    page.get_by_label("kommt", exact=True).check()
    page.get_by_label("Kinder 3–5 Jahre", exact=True).select_option("1")
    page.get_by_label("davon in der Betreuung (3–5 Jahre)").select_option("1")
    page.get_by_label("Telefon").fill("030 23125-001")
    desk.look("entering")
    desk.press("Speichern")
    assert "Ben wartet auf einen Platz. Davor in der Warteliste: niemand." in page.locator(".messagelist").inner_text()
    desk.look("answers")
    desk.go("Warteliste")
    desk.look("line")
    answers.accept(household(event, "Dua"), party(1), Details(name="Dua"), by="amt")
    desk.go("Liste für die Tür")
    assert "Anna" in desk.text()
    desk.look("door")


def change(desk: EventDesk, post: Post) -> None:
    page = desk.page
    desk.go("Überblick")
    desk.look("overview")
    desk.go("Bearbeiten")
    page.get_by_label("Ort", exact=True).fill("Kulturhaus")
    page.get_by_label("Plätze", exact=True).fill("4")
    page.get_by_label("Plätze in der Kinderbetreuung").fill("2")
    desk.press("Speichern")
    assert "2 Familien" not in page.locator(".messagelist").inner_text()
    assert "Neu ist der Ort." in desk.text()
    assert "Dua, ohne Nummer" in desk.text()
    desk.look("telling")
    post.deliver()
    desk.press("Mail an 2 Familien schicken")
    assert sorted(mail["To"] for mail in post.deliver()) == ["anna@example.org", "ben@example.org"]


def call_off(desk: EventDesk, post: Post) -> None:
    desk.go("Absagen")
    desk.look("calling off")
    desk.press("Absagen und 2 Familien schreiben")
    assert "Abgesagt." in desk.page.locator(".messagelist").inner_text()
    assert len(post.deliver()) == 2
    desk.look("called off")


def look_back(desk: EventDesk) -> None:
    event = meeting(days=3, seats=10, care=2)
    invite(event, "anna@example.org")
    answers.accept(reply_of(event, "anna@example.org"), party(1, 4, care=1))
    Event.objects.filter(pk=event.pk).update(
        begins_at=timezone.now() - timedelta(days=1),
        answer_by=timezone.now() - timedelta(days=1),
        ends_at=timezone.now() - timedelta(hours=20),
    )
    page = desk.visitor.open(f"{LIST}{event.pk}/ueberblick/")
    desk.look("over")
    page.get_by_label("Erwachsene").fill("2")
    page.get_by_label("Kinder", exact=True).fill("1")
    desk.press("Speichern")
    event.refresh_from_db()
    assert (event.came_adults, event.came_children) == (2, 1)
    desk.visitor.open(f"{LIST}{event.pk}/reihe/?wie=datum&anzahl=2")
    desk.look("series")
    desk.press("Entwürfe anlegen")
    desk.look("drafts of the series")
    draft = meeting(state="draft")
    desk.visitor.open(f"{LIST}{draft.pk}/ueberblick/")
    desk.look("draft")
    desk.visitor.open(f"{LIST}{draft.pk}/vorschau/")
    desk.look("preview")
    desk.visitor.open(f"{LIST}{draft.pk}/vorschau/mail/")
    desk.look("preview of the mail")
    desk.visitor.open(f"{LIST}{draft.pk}/loeschen/")
    desk.look("discarding")
    desk.visitor.open(f"{LIST}add/?vorlage={event.pk}")
    desk.look("the next one")
    desk.visitor.open(LIST)
    desk.look("list")


@pytest.mark.slow
def test_a_telephone_entry_by_keyboard_and_without_javascript(visit) -> None:
    event = meeting(seats=5)
    desk = EventDesk(visit(java_script_enabled=False), 360)
    page = desk.visitor.open(f"{LIST}{event.pk}/eintragen/neu/")
    page.get_by_label("Name").focus()
    page.keyboard.type("Gerd Lang")
    page.keyboard.press("Tab")
    page.keyboard.type("030 23125-007")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Gerd Lang kommt, 1 erwachsene Person." in page.locator(".messagelist").inner_text()
    assert Reply.objects.get().phone == "030 23125-007"

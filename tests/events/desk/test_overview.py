"""One event on the desk: published, changed and told, called off, over (D-06). Beate and Ruth are invented officers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import personal_data
from events.answering import answers
from events.answering.answers import Details
from events.models import Event, Reply
from mailings.models import Delivery
from tests.desk import logged, page
from tests.events.desk.test_event_forms import again, at, told
from tests.events.meetings import household, invite, meeting, party
from tests.members.newsletters.test_pages import figures
from tests.members.people import active
from tests.post import Post, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db


def full_house() -> Event:
    """Anna comes with a child in childcare, Ben cannot, Cem waits, Dua has cancelled, Eve is silent, Gerd rang."""
    event = meeting(seats=3, care=2)
    anna, ben, cem, dua, _eve = invite(event, *(f"{name}@example.org" for name in ("anna", "ben", "cem", "dua", "eve")))
    answers.accept(dua, party(1))
    answers.decline(dua)
    answers.accept(anna, party(1, 4, care=1), Details("", "Anna", ""))
    answers.accept(household(event, "Gerd"), party(1), Details("", "Gerd Lang", "030 23125-007"), by="amt")
    answers.decline(ben)
    answers.accept(cem, party(2))
    return event


def mails(post: Post) -> list[tuple[str, str]]:
    return sorted((mail["To"], mail["Subject"].partition(":")[0]) for mail in post.deliver())


def test_a_family_that_comes_alone_is_not_added_up(beate: Client) -> None:
    event = meeting()
    answers.accept(household(event, "Gerd"), party(1), Details("", "Gerd Lang", "030 23125-007"), by="amt")
    shown = page(beate, at(event, "ueberblick"))
    assert "Dazu ohne Einladung: 1 kommt." in shown
    assert "Zusammen kommen" not in shown


NUMBERS = {"eingeladen": 5, "kommt": 1, "kann nicht": 1, "wartet": 1, "hat abgesagt": 1, "noch offen": 1}


def test_the_numbers_stand_on_every_page_and_add_up(beate: Client) -> None:
    event = full_house()
    for action in ("ueberblick", "antworten", "warteliste", "eintragen", "tuer", "einladen", "absagen", "mitteilen"):
        shown = figures(page(beate, at(event, action)))
        assert {name: shown[name] for name in NUMBERS} == NUMBERS, action
        assert sum(count for name, count in NUMBERS.items() if name != "eingeladen") == NUMBERS["eingeladen"]
        assert "Dazu ohne Einladung: 1 kommt. Zusammen kommen 2 Familien." in page(beate, at(event, action))
    shown = " ".join(page(beate, at(event, "ueberblick")).split())
    assert "3 Personen aus 2 Familien: 2 Erwachsene und 1 Kind." in shown
    assert "3 von 3 belegt, 0 frei" in shown
    assert "1 von 2 belegt, 1 frei" in shown


def test_the_numbers_stay_when_everything_about_persons_is_gone(beate: Client) -> None:
    event = full_house()
    with time_machine.travel(event.ends_at + timedelta(days=31), tick=False):
        personal_data.expire(timezone.now())
        assert not Reply.objects.exists()
        beate.force_login(User.objects.get(username="beate"))
        shown = page(beate, at(event, "ueberblick"))
        assert {name: figures(shown)[name] for name in NUMBERS} == NUMBERS
        assert "3 Personen aus 2 Familien: 2 Erwachsene und 1 Kind." in " ".join(shown.split())
        assert "werden 30 Tage nach dem Treffen gelöscht" in page(beate, at(event, "antworten"))
        assert "werden 30 Tage nach dem Treffen gelöscht" in page(beate, at(event, "tuer"))


def test_who_really_came_is_asked_once_it_has_begun(beate: Client) -> None:
    event = meeting(days=1)
    assert "Wie viele kamen wirklich?" not in page(beate, at(event, "ueberblick"))
    beate.post(at(event, "gekommen"), {"came_adults": "3", "came_children": "2"})
    event.refresh_from_db()
    assert event.came_adults is None
    Event.objects.update(begins_at=timezone.now() - timedelta(hours=1), answer_by=timezone.now() - timedelta(hours=1))
    assert "Wie viele kamen wirklich?" in page(beate, at(event, "ueberblick"))
    answer = beate.post(at(event, "gekommen"), {"came_adults": "-3", "came_children": "viele"})
    assert "mindestens 0" in told(answer)
    assert "viele" in told(answer)
    before = Event.objects.values().get()
    beate.post(at(event, "gekommen"), {"came_adults": "13", "came_children": "8"})
    after = Event.objects.values().get()
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "came_adults": 13, "came_children": 8,
    }  # fmt: skip


def test_who_came_is_not_overwritten_unseen(beate: Client) -> None:
    """D-15"""
    event = meeting()
    Event.objects.update(begins_at=timezone.now() - timedelta(hours=1), answer_by=timezone.now() - timedelta(hours=1))
    beates, colleagues = page(beate, at(event, "ueberblick")), page(beate, at(event, "ueberblick"))
    assert "Gespeichert." in press(beate, colleagues, "Speichern", came_adults="13", came_children="8")
    told = press(beate, beates, "Speichern", came_adults="12", came_children="8")
    assert "Jemand anderes hat gerade 13 Erwachsene und 8 Kinder eingetragen." in told
    event.refresh_from_db()
    assert event.came_adults == 13
    assert "Gespeichert." in press(beate, told, "Speichern")
    event.refresh_from_db()
    assert (event.came_adults, event.came_children) == (12, 8)


def test_a_draft_is_published_once_and_nobody_gets_a_mail(beate: Client, post: Post) -> None:
    active("anna@example.org")
    event = meeting(state="draft", place="", address="")
    assert "Es steht noch kein Ort da." in page(beate, at(event, "ueberblick"))
    assert beate.get(f"/termine/{event.slug}/").status_code == 404
    for _ in range(2):
        beate.post(at(event, "veroeffentlichen"))
    event.refresh_from_db()
    assert event.state == "published"
    assert post.deliver() == []
    assert logged() == [f"geändert: Veranstaltung {event.pk}: Veröffentlicht."]
    beate.post(at(event, "absagen"))
    beate.post(at(event, "veroeffentlichen"))
    event.refresh_from_db()
    assert event.state == "cancelled"


# a change ----------------------------------------------------------------------------------------------------------


def test_a_new_place_is_told_only_if_the_officer_says_so(beate: Client, post: Post) -> None:
    event = full_house()
    post.deliver()
    answer = beate.post(at(event), again(event, place="Kulturhaus", address="Gartenweg 1, Siegen"), follow=True)
    assert "Neu sind der Ort und die Anschrift." in " ".join(told(answer).split())
    assert "Mail an 2 Familien schicken" in told(answer)
    assert 'Gerd Lang, <a href="tel:+493023125007">030 23125007</a>' in " ".join(told(answer).split())
    assert post.deliver() == []
    event.refresh_from_db()
    form = {"seen": event.sequence}
    answer = beate.post(at(event, "mitteilen"), form, follow=True)
    assert "Die Mail geht jetzt an 2 Familien." in told(answer)
    assert "bitte anrufen: Gerd Lang (030 23125007)" in told(answer)
    answer = beate.post(at(event, "mitteilen"), form, follow=True)
    assert "Das ist schon mitgeteilt. Niemand bekommt die Mail doppelt." in told(answer)
    sent = post.deliver()
    assert sorted(mail["To"] for mail in sent) == ["anna@example.org", "cem@example.org"]
    assert "Kulturhaus" in text_of(sent[0])
    for junk in ("", "x", "-1", "9" * 30):
        assert beate.post(at(event, "mitteilen"), {"seen": junk}).status_code == 302
    assert post.deliver() == []


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"begins": "23:00", "ends": "23:30"}, "Neu sind der Beginn und das Ende."),
        ({"online_link": "https://video.example/neu"}, "Neu ist der Link zur Videokonferenz."),
        ({"text": "Mit Musik.", "title": "Frühstück"}, None),
    ],
)
def test_only_time_place_and_link_are_asked_about(beate: Client, fields: dict, asked: str | None) -> None:
    begins = (timezone.localtime() + timedelta(days=30)).replace(hour=10, minute=0)
    event = meeting(begins_at=begins)
    answers.accept(household(event, "Gerd"), party(1), by="amt")
    answer = beate.post(at(event), again(event, **fields, last_day=f"{begins:%Y-%m-%d}"), follow=True)
    assert answer.status_code == 200
    if asked:
        assert asked in " ".join(told(answer).split())
    else:
        assert answer.redirect_chain[-1][0] == at(event, "ueberblick")


def test_where_nobody_comes_nobody_is_asked_about(beate: Client) -> None:
    event = meeting()
    answer = beate.post(at(event), again(event, place="Kulturhaus"))
    assert answer["Location"] == at(event, "ueberblick")


# called off --------------------------------------------------------------------------------------------------------


def test_called_off_all_hear_of_it_once_and_it_stays_as_it_is(beate: Client, post: Post) -> None:
    event = full_house()
    post.deliver()
    shown = page(beate, at(event, "absagen"))
    assert figures(shown)["bekommen eine Mail"] == 2
    assert "Absagen und 2 Familien schreiben" in shown
    for _ in range(2):  # a double click
        answer = beate.post(at(event, "absagen"), follow=True)
    assert "Niemand bekommt die Mail doppelt." in told(answer)
    assert mails(post) == [("anna@example.org", "Abgesagt"), ("cem@example.org", "Abgesagt")]
    assert "bleibt, wie es ist" in told(beate.get(at(event), follow=True))
    assert "bleibt, wie es ist" in told(beate.post(at(event), again(event, title="Neu"), follow=True))
    assert beate.get(at(event, "absagen")).status_code == 302
    assert beate.get(at(event, "mitteilen")).status_code == 302
    assert "nicht mehr öffentlich" in told(beate.post(at(event, "mitteilen"), {"seen": 1}, follow=True))
    assert [line.rpartition(": ")[2] for line in logged()] == ["Absage, an 2 Familien."]


def test_what_is_over_cannot_be_called_off(beate: Client, post: Post) -> None:
    event = meeting(days=-1)
    assert beate.get(at(event, "absagen")).status_code == 302
    assert "schon vorbei" in told(beate.post(at(event, "absagen"), follow=True))
    event.refresh_from_db()
    assert event.state == "published"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["absagen", "mitteilen"])
def test_twenty_clicks_at_once_tell_everybody_once(settings, action: str) -> None:
    settings.DEMO = True
    event = full_house()
    before = Delivery.objects.count()
    officers = [User.objects.create_superuser(name) for name in ("beate", "ruth")]
    windows = [Client() for _ in range(20)]
    for number, window in enumerate(windows):
        window.force_login(officers[number % 2])

    def click(window: Client) -> int:
        try:
            return window.post(at(event, action), {"seen": event.sequence, "note": "Mit Musik."}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(click, windows)) == [302] * 20
    assert Delivery.objects.count() == before + 2
    assert Event.objects.get().sequence == event.sequence + 1
    assert len(logged()) == 1


def test_a_number_that_is_not_there_is_a_friendly_page(beate: Client) -> None:
    for action in ("ueberblick", "antworten", "warteliste", "eintragen", "tuer", "einladen", "absagen", "mitteilen"):
        for number in ("4711", "9" * 30):
            assert beate.get(f"/verwaltung/events/event/{number}/{action}/").status_code == 404
    event = meeting()
    for action in ("antworten/4711", "eintragen/mitglied/4711", "mails/4711", "antworten/" + "9" * 30):
        assert beate.get(at(event, action)).status_code == 404

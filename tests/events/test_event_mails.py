"""An officer writes to the families of one event in her own words, and thanks them afterwards (M-23).

Anna and Ada come, Ben waits, Cem has not answered, Dua cannot come; Gerd rang and has no address. All are invented.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import event_mails, lifecycle, todo
from events.answering import answers
from events.answering.answers import Details
from events.models import Event, EventMail, Reply
from events.todo import Task
from mailings.models import Address, Delivery, Mailing
from mailings.planning import AlreadySent
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from members import leaving
from tests.desk import logged, page
from tests.events.meetings import household, invite, meeting, party
from tests.post import Post, link_in, text_of
from tests.pressing import press, send
from tests.sink import Sink

pytestmark = pytest.mark.django_db

ANNA, ADA, BEN, CEM, DUA = (f"{name}@example.org" for name in ("anna", "ada", "ben", "cem", "dua"))
SAVE, NOW = "Speichern und ansehen", "Jetzt sofort an 2 Familien verschicken"


@pytest.fixture
def event() -> Event:
    event = meeting(seats=3)
    anna, ada, ben, _, dua = invite(event, ANNA, ADA, BEN, CEM, DUA)
    answers.accept(anna, party(1))
    answers.accept(household(event, "Gerd Lang"), party(1), Details("", "Gerd Lang", "030 23125-003"), by="amt")
    answers.accept(ada, party(1))
    answers.accept(ben, party(1))
    answers.decline(dua)
    Delivery.objects.all().delete()
    return event


@pytest.fixture
def afterwards(event: Event) -> Iterator[Event]:
    """The day after; how many came is entered."""
    Event.objects.update(came_adults=2, came_children=0)
    with time_machine.travel(event.ends_at + timedelta(days=1), tick=False):
        event.refresh_from_db()
        yield event


def at(event: Event, rest: str = "") -> str:
    return f"/verwaltung/events/event/{event.pk}/{rest}"


def written(event: Event, audience: str, **fields: object) -> EventMail:
    return EventMail.objects.create(event=event, audience=audience, subject="Zum Termin", text="Hausschuhe.", **fields)


def sent(post: Post) -> dict[str, str]:
    mails = post.deliver()
    assert len({mail["To"] for mail in mails}) == len(mails)
    return {mail["To"]: text_of(mail) for mail in mails}


def in_again(beate: Client) -> Client:
    beate.force_login(User.objects.get(username="beate"))
    return beate


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_mail_server(beate: Client, event: Event) -> None:
    assert "Familien schreiben" in page(beate, at(event, "ueberblick/"))
    asked = page(beate, at(event, "schreiben/?an=coming"))
    assert "die kommen (3)" in asked
    assert "die noch nicht geantwortet haben (1)" in asked
    looked = press(beate, asked, SAVE, at(event, "schreiben/"), text="bitte bringen Sie **Hausschuhe** mit.")
    assert "Gespeichert. Verschickt ist noch nichts." in looked
    assert "Ohne E-Mail-Adresse, bitte anrufen:" in looked
    assert 'Gerd Lang, <a href="tel:+493023125003">030 23125003</a>' in " ".join(looked.split())
    assert "bitte bringen Sie Hausschuhe mit." in looked
    mail = EventMail.objects.get()
    assert (mail.audience, mail.written_by, mail.mailing) == ("coming", "beate", None)
    assert "Entwurf" in page(beate, at(event, "ueberblick/"))
    before = page(beate, at(event, f"schreiben/{mail.pk}/verschicken/"))
    on_its_way = press(beate, before, NOW, at(event, f"schreiben/{mail.pk}/verschicken/"))
    assert "Die Mail geht jetzt an 2 Familien." in on_its_way
    with Sink() as sink:
        with closing(Smtp(sink.url)) as transport:
            Worker(transport).work_all()
        assert sorted(email for message in sink.messages for email in message.recipients) == [ADA, ANNA]
        assert not any(b"List-Unsubscribe" in message.data for message in sink.messages)
    assert logged()[-1] == f"verschickt: Veranstaltung {event.pk}: Mail an Familien, die kommen: an 2 Familien."
    again = send(beate, before, NOW, at(event, f"schreiben/{mail.pk}/verschicken/"))
    assert "schon unterwegs. Niemand bekommt sie doppelt." in again.content.decode()
    assert Mailing.objects.filter(template="events/own").count() == 1


@pytest.mark.parametrize(
    ("audience", "reached", "kind", "button"),
    [
        ("expected", {ANNA, ADA, BEN}, "personal", "Ihre Antwort ansehen oder ändern:"),
        ("coming", {ANNA, ADA}, "personal", "Ihre Antwort ansehen oder ändern:"),
        ("waiting", {BEN}, "personal", "Ihre Antwort ansehen oder ändern:"),
        ("open", {CEM}, "list", "Antworten:"),
        ("not-coming", {DUA}, "list", "Ihre Antwort ansehen oder ändern:"),
        ("came", {ADA}, "personal", "Ihre Antwort ansehen oder ändern:"),
    ],
)
def test_each_audience_gets_its_mail(
    event: Event, post: Post, audience: str, reached: set[str], kind: str, button: str
) -> None:
    Reply.objects.filter(address__email=ADA).update(arrived_at=timezone.now())
    assert event_mails.send(written(event, audience), "beate").kind == kind
    mails = sent(post)
    assert mails.keys() == reached
    for text in mails.values():
        assert "Guten Tag,\n\nHausschuhe.\n" in text
        assert f"{button}\nhttp" in text


def test_those_who_left_hear_what_they_must_learn_and_nothing_else(event: Event, post: Post) -> None:
    for email in (ANNA, CEM):
        leaving.leave(Address.objects.get(email=email), "Link")
    Address.objects.filter(email=ADA).update(bounced_at=timezone.now())
    assert event_mails.numbers(written(event, "coming")) == event_mails.Numbers(3, will_get=1, without_address=1)
    event_mails.send(EventMail.objects.get(), "beate")
    assert sent(post).keys() == {ANNA}
    assert event_mails.numbers(written(event, "open")).will_get == 0
    thanks = written(event, "coming", thanks=True)
    assert event_mails.numbers(thanks).will_get == 0


def test_a_discreet_reader_finds_the_officers_words_behind_the_link(event: Event, post: Post, client: Client) -> None:
    Address.objects.filter(email__in=[ANNA, BEN]).update(discreet=True)
    event_mails.send(written(event, "coming"), "beate")
    assert "Hausschuhe" not in sent(post)[ANNA]
    assert "Hausschuhe" in page(client, link_in(post.to(ANNA), "/nachricht/"))
    lifecycle.tell(event, "Der Aufzug ist kaputt.")
    post.deliver()
    assert "Der Aufzug ist kaputt." in page(client, link_in(post.to(ANNA), "/nachricht/"))
    lifecycle.cancel(event, "Wir holen es nach.")
    post.deliver()
    for email in (ANNA, BEN):
        assert "Wir holen es nach." in page(client, link_in(post.to(email), "/nachricht/"))


def test_what_cannot_be_is_named(beate: Client, event: Event) -> None:
    Event.objects.update(hide_place=True)
    asked = page(beate, at(event, "schreiben/"))
    told = send(beate, asked, SAVE, at(event, "schreiben/"), text="im Bürgertreff am Park", subject="Zur Trennung")
    assert "Das sollen nicht alle lesen" in told.content.decode()
    assert "Im Betreff steht „Trennung“." in told.content.decode()
    assert "im Bürgertreff am Park</textarea>" in told.content.decode()
    assert "Schreiben Sie einen Text." in send(beate, asked, SAVE, at(event, "schreiben/")).content.decode()
    assert not EventMail.objects.exists()
    Event.objects.update(state="draft")
    assert "Veröffentlichen Sie" in beate.get(at(event, "schreiben/"), follow=True).content.decode()


def test_two_officers_do_not_overwrite_each_other(beate: Client, event: Event) -> None:
    mail = written(event, "coming")
    path = at(event, f"schreiben/{mail.pk}/")
    opened = page(beate, path)
    press(beate, opened, SAVE, path, text="Beates Text")
    asked = send(beate, opened, SAVE, path, text="Ruths Text").content.decode()
    assert "Jemand anderes hat diese Mail inzwischen geändert." in asked
    mail.refresh_from_db()
    assert mail.text == "Beates Text"
    press(beate, asked, SAVE, path)
    mail.refresh_from_db()
    assert mail.text == "Ruths Text"


def test_a_draft_is_tried_out_and_deleted(beate: Client, event: Event, post: Post) -> None:
    mail = written(event, "open")
    looked = page(beate, at(event, f"schreiben/{mail.pk}/ansehen/"))
    assert "Hausschuhe." in page(beate, at(event, f"schreiben/{mail.pk}/html/"))
    press(beate, looked, "Testmail schicken", email="beate@amt.example")
    assert sent(post).keys() == {"beate@amt.example"}
    asked = page(beate, at(event, f"schreiben/{mail.pk}/loeschen/"))
    assert "Der Entwurf ist gelöscht." in press(
        beate, asked, "Entwurf löschen", at(event, f"schreiben/{mail.pk}/loeschen/")
    )
    assert not EventMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_it_once(event: Event) -> None:
    mail = written(event, "coming")

    def click(_number: int) -> str:
        try:
            event_mails.send(mail, "beate")
        except AlreadySent:
            return "late"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, range(2))) == ["late", "sent"]
    assert Delivery.objects.count() == 2


# thanks --------------------------------------------------------------------------------------------------------------


def test_thanks_are_suggested_the_day_after_and_sent_once(beate: Client, afterwards: Event, post: Post) -> None:
    Reply.objects.filter(address__email=ANNA).update(arrived_at=timezone.now())
    in_again(beate)
    assert [found.what for found in todo.now(timezone.now())] == [Task.THANKS]
    assert "ist vorbei: Danke sagen?" in page(beate, "/verwaltung/")
    asked = page(beate, at(afterwards, "danken/"))
    assert "schön, dass Sie da waren." in asked
    looked = press(beate, asked, SAVE, at(afterwards, "danken/"), text="schön, dass Sie da waren. Die Torte war gut.")
    assert "An die Familien, die da waren." in looked
    mail = EventMail.objects.get()
    assert beate.get(at(afterwards, "danken/"))["Location"] == at(afterwards, f"schreiben/{mail.pk}/ansehen/")
    before = page(beate, at(afterwards, f"schreiben/{mail.pk}/verschicken/"))
    press(beate, before, "Jetzt sofort an 1 Familie verschicken", at(afterwards, f"schreiben/{mail.pk}/verschicken/"))
    [(email, text)] = sent(post).items()
    assert (email, "Die Torte war gut." in text, "/antwort/" in text) == (ANNA, True, False)
    assert todo.now(timezone.now()) == []
    second = send(beate, asked, SAVE, at(afterwards, "danken/"))
    assert EventMail.objects.count() == 1
    assert second.redirect_chain[-1][0] == at(afterwards, f"mails/{mail.event.mailings.latest('pk').pk}/")


def test_if_nobody_was_ticked_those_who_had_said_yes_are_thanked(beate: Client, afterwards: Event, post: Post) -> None:
    in_again(beate)
    asked = page(beate, at(afterwards, "danken/"))
    assert "danke für Ihre Zusage." in asked
    looked = press(beate, asked, SAVE, at(afterwards, "danken/"))
    assert "bitte anrufen" not in looked
    assert "unzustellbar, abgemeldet oder in Pause" not in looked  # Gerd has no address
    assert event_mails.numbers(EventMail.objects.get()) == event_mails.Numbers(3, will_get=2, without_address=1)
    event_mails.send(EventMail.objects.get(), "beate")
    assert sent(post).keys() == {ANNA, ADA}


def test_before_it_is_over_nobody_is_thanked_and_after_a_week_nobody_is_reminded(beate: Client, event: Event) -> None:
    assert "Danken können Sie nach dem Treffen" in beate.get(at(event, "danken/"), follow=True).content.decode()
    Event.objects.update(came_adults=2)
    for days, found in ((0, []), (1, [Task.THANKS]), (7, [Task.THANKS]), (8, [])):
        moment = event.ends_at + timedelta(days=days)
        assert [each.what for each in todo.now(moment)] == found, days


def test_nobody_is_asked_to_thank_if_only_those_came_who_cannot_be_written_to(beate: Client, afterwards: Event) -> None:
    """Anna and Ada had said yes, but only Gerd was ticked, who has no address. Then Anna is ticked, and has left."""
    Reply.objects.filter(name="Gerd Lang").update(arrived_at=timezone.now())
    for _ in range(2):
        assert todo.now(timezone.now()) == []
        told = in_again(beate).get(at(afterwards, "danken/"), follow=True).content.decode()
        assert "Von den Familien, die da waren, können wir keiner schreiben." in told
        Reply.objects.filter(address__email=ANNA).update(arrived_at=timezone.now())
        leaving.leave(Address.objects.get(email=ANNA), "Link")
    Reply.objects.filter(address__email=ADA).update(arrived_at=timezone.now())
    assert [found.what for found in todo.now(timezone.now())] == [Task.THANKS]

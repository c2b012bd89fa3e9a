"""An officer's mail to families goes out in ten minutes, or at a day and time, and can be taken back until then (M-23).

Anna and Ada come, Ben waits, Cem has not answered, Dua cannot come; Beate is an officer. All are invented.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from events import event_mails, lifecycle, todo
from events.answering import answers
from events.models import Event, EventMail
from events.todo import Task
from mailings.models import Address, Delivery
from mailings.sending import relay
from netzwerk.backups import release, settling
from netzwerk.privacy import register
from tests.desk import logged, page
from tests.events.meetings import party, reply_of
from tests.events.test_event_mails import ADA, ANNA, BEN, CEM, at, event, written
from tests.members.newsletters.test_scheduling import SEVEN, clock, in_again, work
from tests.pressing import press
from tests.sink import Sink

__all__ = ["clock", "event"]

pytestmark = pytest.mark.django_db(transaction=True)

SOON = "In 10 Minuten an 2 Familien verschicken"
TIMES_UP = timedelta(minutes=15, seconds=1)


@pytest.fixture
def mail(clock, event: Event) -> EventMail:
    """A draft to those who come, on the evening before."""
    return written(event, "coming")


def of(mail: EventMail, rest: str) -> str:
    return at(mail.event, f"schreiben/{mail.pk}/{rest}")


def plan(mail: EventMail) -> None:
    event_mails.schedule(mail, SEVEN, "beate")


def now(mail: EventMail) -> tuple[object, bool, str]:
    """For when it is planned, whether it has been started, and who has pressed."""
    mail.refresh_from_db()
    return mail.send_at, mail.mailing_id is not None, mail.sent_by


def test_what_the_button_sends_can_be_taken_back_for_ten_minutes(beate: Client, mail: EventMail, clock) -> None:
    waiting = press(beate, page(beate, of(mail, "verschicken/")), SOON, of(mail, "verschicken/"))
    assert "Sie geht am Sonntag, 29. November, um 21.40 Uhr hinaus." in waiting
    assert "Text oder Auswahl ändern" not in waiting
    with Sink() as sink:
        clock.shift(599)
        assert work(sink) == []
        assert "Zurückgeholt. Niemand hat sie bekommen" in press(beate, waiting, "Zurückholen")
        assert logged()[-1].endswith("Mail an Familien, zurückgeholt.")
        clock.shift(600)
        assert work(sink) == []
        assert now(mail) == (None, False, "")
        press(beate, page(beate, of(mail, "verschicken/")), SOON, of(mail, "verschicken/"))
        clock.shift(600)
        assert work(sink) == [ADA, ANNA]
        assert work(sink) == []
    assert now(mail) == (None, True, "beate")
    late = beate.post(of(mail, "zurueckholen/"), follow=True).content.decode()
    assert "Diese Mail ist schon unterwegs. Niemand bekommt sie doppelt. Anhalten geht noch" in late


def test_tomorrow_at_seven_it_goes_to_those_who_come_then(beate: Client, mail: EventMail, clock) -> None:
    asked = page(beate, of(mail, "verschicken/"))
    assert "Wer sie bekommt, entscheidet sich erst dann" in asked
    planned = press(beate, asked, "Zu dieser Zeit verschicken", of(mail, "verschicken/"))
    assert "Sie geht am Montag, 30. November, um 7 Uhr hinaus." in planned
    assert now(mail) == (SEVEN, False, "beate")
    assert logged()[-1] == (
        f"verschickt: Veranstaltung {mail.event_id}: "
        "Mail an Familien, die kommen: geplant für Montag, 30. November, um 7 Uhr."
    )
    overview = page(beate, at(mail.event, "ueberblick/"))
    assert '<span class="badge badge-old">geplant</span>' in overview
    assert "geht hinaus: 30.11.2026, 07:00" in overview
    answers.accept(reply_of(mail.event, CEM), party(1))
    answers.decline(reply_of(mail.event, ADA))
    register.erase(Address.objects.get(email=ANNA), timezone.now())
    Delivery.objects.all().delete()  # what the answers have brought
    with Sink() as sink:
        clock.move_to(SEVEN)
        assert work(sink) == [BEN, CEM]  # Ben has moved up


def test_until_it_is_taken_back_nothing_of_it_changes(beate: Client, mail: EventMail, clock) -> None:
    opened = page(beate, of(mail, ""))
    to_send = page(beate, of(mail, "verschicken/"))
    clock.shift(1)
    plan(mail)
    waits = "Diese Mail geht am Montag, 30. November, um 7 Uhr hinaus. Holen Sie sie zurück"
    for path in ("", "loeschen/", "verschicken/"):
        assert waits in beate.get(of(mail, path), follow=True).content.decode()
    assert waits in press(beate, opened, "Speichern und ansehen", of(mail, ""), text="Anders")
    assert waits in press(beate, to_send, SOON, of(mail, "verschicken/"))
    assert "Gelöscht haben Sie nichts" in beate.post(of(mail, "loeschen/"), follow=True).content.decode()
    assert now(mail) == (SEVEN, False, "beate")
    assert mail.text == "Hausschuhe."
    press(beate, page(beate, of(mail, "ansehen/")), "Zurückholen")
    # What was open before it was planned does not send it now.
    assert "Sehen Sie sie sich noch einmal an." in press(beate, to_send, SOON, of(mail, "verschicken/"))
    assert now(mail) == (None, False, "")


def test_a_time_that_is_over_is_named(beate: Client, mail: EventMail, clock) -> None:
    asked = page(beate, of(mail, "verschicken/"))
    told = press(beate, asked, "Zu dieser Zeit verschicken", of(mail, "verschicken/"), day="2026-11-29", clock="21:30")
    assert "Diese Zeit ist schon vorbei." in told
    assert now(mail) == (None, False, "")


def test_what_is_planned_for_a_cancelled_event_goes_to_nobody(beate: Client, mail: EventMail, clock) -> None:
    to_send = page(beate, of(mail, "verschicken/"))
    clock.shift(1)
    plan(mail)
    assert "Dazu sind Mails geplant." in page(beate, at(mail.event, "mitteilen/"))
    assert "Was an Mails dazu geplant ist, geht nicht hinaus." in page(beate, at(mail.event, "absagen/"))
    lifecycle.cancel(mail.event)
    with Sink() as sink:
        assert work(sink) == [ADA, ANNA, BEN]  # at once: nobody stands before a closed door
        clock.move_to(SEVEN)
        assert work(sink) == []
    assert now(mail) == (None, False, "")
    in_again(beate)
    assert "Sehen Sie sie sich noch einmal an." in press(beate, to_send, SOON, of(mail, "verschicken/"))


def test_a_page_from_before_the_cancellation_sends_no_draft(beate: Client, mail: EventMail, clock) -> None:
    to_send = page(beate, of(mail, "verschicken/"))
    clock.shift(1)
    lifecycle.cancel(mail.event)
    assert "Sehen Sie sie sich noch einmal an." in press(beate, to_send, SOON, of(mail, "verschicken/"))
    assert now(mail) == (None, False, "")


def test_if_nobody_is_left_the_officer_reads_it(beate: Client, mail: EventMail, clock) -> None:
    plan(mail)
    for email in (ANNA, ADA, BEN):
        answers.decline(reply_of(mail.event, email))
    Delivery.objects.all().delete()
    clock.move_to(SEVEN)
    with Sink() as sink:
        assert work(sink) == []
    assert now(mail) == (None, False, "")
    in_again(beate)
    assert "Da hätte niemand sie bekommen." in page(beate, of(mail, "ansehen/"))
    assert "nicht verschickt" in page(beate, at(mail.event, "ueberblick/"))
    today = page(beate, "/verwaltung/")
    assert "Mail an Familien ging nicht hinaus" in today
    assert of(mail, "ansehen/") in today


def test_what_nobody_has_started_stands_on_today(beate: Client, mail: EventMail, clock) -> None:
    plan(mail)
    clock.move_to(SEVEN + TIMES_UP)
    assert "Mail an Familien ist noch nicht unterwegs" in page(in_again(beate), "/verwaltung/")


def test_planned_thanks_are_not_suggested_once_more(event: Event, clock) -> None:
    Event.objects.update(came_adults=2)
    thanks = written(event, "coming", thanks=True)
    clock.move_to(event.ends_at + timedelta(days=1))
    assert [found.what for found in todo.now(timezone.now())] == [Task.THANKS]
    event_mails.schedule(thanks, timezone.now() + timedelta(hours=1), "beate")
    assert todo.now(timezone.now()) == []


def test_after_a_restore_what_should_have_gone_out_is_a_draft_again(mail: EventMail, clock, tmp_path: Path) -> None:
    """The lost portal may have sent it. What was planned for later goes out at its time, once the mail may."""
    later = written(mail.event, "open")
    plan(mail)
    event_mails.schedule(later, SEVEN + timedelta(hours=3), "beate")
    clock.move_to(SEVEN + timedelta(hours=1))
    settling.settle(timezone.now(), [])
    assert now(mail) == (None, False, "")
    clock.move_to(SEVEN + timedelta(hours=4))
    with Sink() as sink:
        assert relay.held_since()
        assert work(sink) == []
        release.let_go(by=None, discard=True)
        assert work(sink) == [CEM]

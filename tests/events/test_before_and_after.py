"""Reminded, told of changes, called off, counted, forgotten: each once and on its day (D-06, D-13, P-08, P-11)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from icalendar import Calendar, Component

from events import counting, editing, lifecycle, personal_data, reminders
from events.answering import answers
from events.counting import Numbers, States
from events.lifecycle import AlreadyCancelled
from events.models import Event, Reply, WaitingListEntry
from mailings.models import Address, Delivery
from members import leaving
from netzwerk import upkeep
from netzwerk.privacy import my_data
from netzwerk.privacy import register as everything
from tests.events.meetings import address, berlin, household, invite, meeting, party, reply_of, taken
from tests.members.people import active
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


def entry_in(mail: EmailMessage) -> Component:
    return Calendar.from_ical(next(mail.iter_attachments()).get_content()).events[0]


def subjects(mails: list) -> list[tuple[str, str]]:
    return sorted((mail["To"], mail["Subject"].partition(":")[0]) for mail in mails)


def test_who_comes_is_reminded_from_two_days_before_on_and_once(post: Post) -> None:
    event = meeting(days=10)
    anna, ben, _cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    answers.accept(anna, party(1))
    answers.decline(ben)
    post.deliver()
    for before, expected in [(timedelta(days=2, seconds=1), 0), (timedelta(days=2), 1), (timedelta(hours=3), 0)]:
        with time_machine.travel(event.begins_at - before, tick=False):
            reminders.send(timezone.now())
            assert subjects(post.deliver()) == [("anna@example.org", "Erinnerung")] * expected


@pytest.mark.parametrize(("later", "again"), [(timedelta(days=28), 1), (timedelta(minutes=30), 0)])
def test_who_was_reminded_of_the_old_day_is_reminded_of_the_new_one(post: Post, later: timedelta, again: int) -> None:
    event = meeting(begins_at=berlin("2027-01-10 15:00"))
    with time_machine.travel(berlin("2027-01-01 12:00"), tick=False):
        anna, _ben = invite(event, "anna@example.org", "ben@example.org")
        answers.accept(anna, party(1))
        post.deliver()
    with time_machine.travel(berlin("2027-01-09 12:00"), tick=False):
        Event.objects.update(last_call_on="2027-01-08", answer_by=berlin("2027-01-10 12:00"))
        reminders.send(timezone.now())
        assert len(post.deliver()) == 2
        before = Event.objects.select_related("capacity").get()
        moved = Event.objects.get()
        moved.begins_at, moved.ends_at, moved.answer_by = (
            getattr(before, name) + later for name in ("begins_at", "ends_at", "answer_by")
        )
        editing.change(before, moved, None, 0)
    with time_machine.travel(berlin("2027-01-09 12:00") + later, tick=False):
        reminders.send(timezone.now())
        expected = [("anna@example.org", "Erinnerung"), ("ben@example.org", "Kommen Sie?")]
        assert [(to, subject[:11]) for to, subject in subjects(post.deliver())] == expected * again


def test_a_day_that_was_missed_loses_no_reminder(post: Post) -> None:
    event = meeting(days=10)
    (anna,) = invite(event, "anna@example.org")
    answers.accept(anna, party(1))
    post.deliver()
    with time_machine.travel(event.begins_at - timedelta(hours=1), tick=False):
        upkeep.run()
        assert subjects(post.deliver()) == [("anna@example.org", "Erinnerung")]


def test_the_last_call_goes_once_to_those_who_have_not_answered_and_are_still_members(post: Post) -> None:
    event = meeting(days=10)
    emails = [f"{name}@example.org" for name in ("anna", "ben", "cem", "dua")]
    anna, ben, *_ = invite(event, *emails)
    answers.accept(anna, party(1))
    answers.decline(ben)
    leaving.leave(address("cem@example.org"), method="RFC 8058")
    post.deliver()
    Event.objects.update(last_call_on=timezone.localdate() + timedelta(days=5))
    sent = []
    for days in range(8):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            reminders.send(timezone.now())
            sent.append(subjects(post.deliver()))
    assert [[email for email, _subject in day] for day in sent] == [[]] * 5 + [["dua@example.org"]] + [[]] * 2
    assert sent[5][0][1].startswith("Kommen Sie? ")


def test_without_a_day_set_there_is_no_last_call(post: Post) -> None:
    invite(meeting(days=10), "anna@example.org")
    post.deliver()
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        reminders.send(timezone.now())
        assert post.deliver() == []


def test_a_change_is_told_to_who_comes_or_waits_with_the_same_uid_one_sequence_further(post: Post) -> None:
    event = meeting(seats=1)
    anna, ben, _cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    first = [mail for mail in post.deliver() if mail["Subject"].startswith("Zusage")]
    Event.objects.update(place="Kulturhaus")
    lifecycle.tell(event)
    mails = post.deliver()
    assert subjects(mails) == [("anna@example.org", "Geändert"), ("ben@example.org", "Geändert")]
    before, after = entry_in(first[0]), entry_in(mails[0])
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert "Kulturhaus" in text_of(mails[0])


def test_called_off_everybody_who_comes_or_waits_hears_of_it_once(post: Post) -> None:
    event = meeting(seats=1)
    anna, ben, cem, dua = invite(event, *(f"{name}@example.org" for name in ("anna", "ben", "cem", "dua")))
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    answers.decline(cem)
    leaving.leave(address("anna@example.org"), method="RFC 8058")
    post.deliver()
    lifecycle.cancel(event)
    with pytest.raises(AlreadyCancelled):
        lifecycle.cancel(event)
    mails = post.deliver()
    assert subjects(mails) == [("anna@example.org", "Abgesagt"), ("ben@example.org", "Abgesagt")]
    calendar = Calendar.from_ical(next(mails[0].iter_attachments()).get_content())
    assert calendar["method"] == "CANCEL"
    assert calendar.events[0]["status"] == "CANCELLED"
    assert calendar.events[0]["sequence"] == 1
    assert answers.read(dua.pk).state == "open"


def test_the_numbers_always_add_up_and_stay_when_all_else_is_gone() -> None:
    event = meeting(seats=3, care=2)
    anna, ben, cem, dua, _eva = invite(event, *(f"{n}@example.org" for n in ("anna", "ben", "cem", "dua", "eva")))
    answers.accept(anna, party(1, 5, care=1))
    answers.accept(ben, party(2))
    answers.decline(cem)
    answers.accept(dua, party(1))
    answers.accept(household(event, "Frau Menn"), party(1), by="amt")
    answers.decline(dua)
    live = counting.numbers(event)
    assert live == Numbers(
        States(yes=1, no=1, waiting=1, cancelled=1, unanswered=1), States(yes=1), 2, [0, 1, 0, 0, 0], [0, 1, 0, 0, 0]
    )
    assert live.invited.total == 5
    with time_machine.travel(event.ends_at + timedelta(days=40)):
        everything.expire(timezone.now())
        event.refresh_from_db()
        assert not Reply.objects.exists()
        assert counting.numbers(event) == live


@pytest.mark.parametrize(
    ("days", "seconds", "children", "replies"),
    [(7, -1, 1, 2), (7, 1, 0, 2), (30, -1, 0, 2), (30, 1, 0, 0)],
)
def test_childcare_goes_after_seven_days_and_answers_after_thirty(
    days: int, seconds: int, children: int, replies: int
) -> None:
    event = meeting(seats=10, care=3)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1, 5, care=1))
    answers.accept(ben, party(2))
    with time_machine.travel(event.ends_at + timedelta(days=days, seconds=seconds), tick=False):
        everything.expire(timezone.now())
        assert Reply.objects.count() == replies
        assert sum(sum(reply.children) for reply in Reply.objects.all()) == children
        assert sum(sum(reply.childcare) + reply.childcare_seats for reply in Reply.objects.all()) == 2 * children


def test_a_link_that_was_asked_for_and_never_used_is_forgotten_after_a_day() -> None:
    event = meeting()
    Reply.objects.create(event=event, address=active("kim@example.org").address)
    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        personal_data.expire(timezone.now())
        assert Reply.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        personal_data.expire(timezone.now())
        assert Reply.objects.count() == 0


def test_erasing_somebody_cancels_first_so_that_the_next_family_moves_up(post: Post) -> None:
    event = meeting(seats=2)
    anna, ben = invite(event, "anna@example.org", "ben@example.org", name="Nadja")
    answers.accept(anna, party(1, 5))
    answers.accept(ben, party(1))
    post.deliver()
    my_data.erase(address("anna@example.org"), objection=False)
    assert answers.read(ben.pk).state == "yes"
    assert subjects(post.deliver()) == [("ben@example.org", "Ein Platz für Sie")]
    gone = Reply.objects.get(pk=anna.pk)
    assert (gone.address, gone.name, gone.state, gone.seats, gone.children) == (None, "", "cancelled", 0, [0] * 5)
    assert counting.numbers(event).invited == States(yes=1, cancelled=1)
    assert not Address.objects.filter(email="anna@example.org").exists()


def test_who_is_erased_while_waiting_leaves_the_line() -> None:
    event = meeting(seats=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    my_data.erase(address("ben@example.org"), objection=False)
    assert not WaitingListEntry.objects.exists()
    assert taken(event) == (1, 0)


def test_my_data_shows_what_was_answered() -> None:
    event = meeting(seats=5, care=2)
    (kim,) = invite(event, "kim@example.org", name="Kim")
    answers.accept(kim, party(1, 5, care=1))
    (told,) = everything.export(address("kim@example.org"))["Einladungen und Antworten"]
    assert told["Veranstaltung"] == "Adventsfrühstück"
    assert told["Antwort"] == "kommt"
    assert told["Kinder"] == {"3–5 Jahre": 1}
    assert told["davon in Betreuung"] == {"3–5 Jahre": 1}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", range(3))
def test_two_at_once_remind_everybody_once(run: int) -> None:
    event = meeting(days=1, answer_by=timezone.now() + timedelta(hours=2))
    for number in range(40):
        active(f"p{number}@example.org")
    Reply.objects.bulk_create(
        Reply(
            event=event, address=found, state="yes", adults=1, seats=1,
            answered_at=timezone.now() - timedelta(days=5), invited_at=timezone.now() - timedelta(days=6),
        )
        for found in Address.objects.all()
    )  # fmt: skip

    def remind(_: int) -> None:
        try:
            reminders.send(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(remind, range(4)))
    assert Delivery.objects.count() == 40
    assert Delivery.objects.values("address").distinct().count() == 40
    assert reply_of(event, "p3@example.org").reminded_at is not None

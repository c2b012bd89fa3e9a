"""A household's answers, and what it is told about them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from events import wording
from events.answering import answers, seats
from events.answering.answers import ChildcareFull, Details, TooLate
from events.models import Event, Reply, WaitingListEntry
from tests.events.meetings import household, invite, meeting, party, taken
from tests.events.test_before_and_after import entry_in
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("children", "cared", "offered", "said"),
    [
        (0, 0, True, "1 erwachsene Person"),
        (1, 0, False, "1 erwachsene Person und 1 Kind"),
        (1, 0, True, "1 erwachsene Person und 1 Kind, ohne Kinderbetreuung"),
        (1, 1, True, "1 erwachsene Person und 1 Kind, das Kind in der Kinderbetreuung"),
        (2, 1, True, "1 erwachsene Person und 2 Kinder, 1 davon in der Kinderbetreuung"),
        (2, 2, True, "1 erwachsene Person und 2 Kinder, beide in der Kinderbetreuung"),
        (3, 3, True, "1 erwachsene Person und 3 Kinder, alle 3 in der Kinderbetreuung"),
    ],
)
def test_a_household_in_words(children: int, cared: int, offered: bool, said: str) -> None:
    assert wording.party(1, [children], [cared], offered=offered) == said


def test_kim_comes_with_two_children_and_gets_a_mail_with_the_date(post: Post) -> None:
    event = meeting(seats=10, care=4)
    (kim,) = invite(event, "kim@example.org", name="Kim")
    answers.accept(kim, party(1, 4, 7, care=1), Details("Wir bringen Kuchen mit."))
    kim = answers.read(kim.pk)
    assert (kim.state, kim.seats, kim.childcare_seats) == ("yes", 3, 1)
    assert kim.children == [0, 1, 1, 0, 0]
    assert kim.childcare == [0, 1, 0, 0, 0]
    assert kim.remark == "Wir bringen Kuchen mit."
    assert taken(event) == (3, 1)
    mail, _invitation = post.deliver()
    assert mail["Subject"].startswith("Zusage: ")
    assert "1 erwachsene Person und 2 Kinder, 1 davon in der Kinderbetreuung" in text_of(mail)
    (entry,) = mail.iter_attachments()
    assert entry.get_filename() == "termin.ics"


def test_the_same_answer_again_changes_nothing_and_sends_nothing(post: Post) -> None:
    event = meeting(seats=10)
    (kim,) = invite(event, "kim@example.org")
    answers.accept(kim, party(2))
    before = answers.read(kim.pk)
    answers.accept(kim, party(2))
    assert answers.read(kim.pk).revision == before.revision
    assert [mail["Subject"].split(":")[0] for mail in post.deliver()] == ["Zusage", "Einladung"]


def test_who_cannot_come_takes_no_place_and_gets_no_mail(post: Post) -> None:
    event = meeting(seats=10)
    (kim,) = invite(event, "kim@example.org")
    assert answers.decline(kim).state == "no"
    assert taken(event) == (0, 0)
    assert len(post.deliver()) == 1


def test_who_cancels_gives_the_place_to_the_first_family_in_line_that_fits(post: Post) -> None:
    event = meeting(seats=3)
    anna, ben, cem, dua = invite(event, "anna@example.org", "ben@example.org", "cem@example.org", "dua@example.org")
    answers.accept(anna, party(1, 5, 8))
    answers.accept(ben, party(2, 5, 8))
    answers.accept(cem, party(1, 5))
    answers.accept(dua, party(1))
    assert seats.ahead_of(WaitingListEntry.objects.get(reply=dua)) == 2
    post.deliver()
    answers.decline(anna)
    assert answers.read(anna.pk).state == "cancelled"
    assert answers.read(ben.pk).state == "waiting", "four do not fit into three"
    assert answers.read(cem.pk).state == "yes"
    assert answers.read(dua.pk).state == "yes"
    assert taken(event) == (3, 0)
    assert [(mail["To"], mail["Subject"].split(":")[0]) for mail in post.deliver()] == [
        ("cem@example.org", "Ein Platz für Sie"),
        ("dua@example.org", "Ein Platz für Sie"),
        ("anna@example.org", "Ihre Absage"),
    ]


def test_a_cancelled_answer_takes_the_event_out_of_the_calendar_once(post: Post) -> None:
    """RFC 5546 §3.2.5: the same UID with METHOD:CANCEL; a yes after it stores it anew."""
    event = meeting(seats=3)
    anna, ben, cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    post.deliver()
    answers.accept(anna, party(1))
    assert answers.accept(ben, party(3)).state == "waiting"
    post.deliver()
    stored = entry_in(post.to("anna@example.org"))
    for reply in (anna, anna, cem):
        answers.decline(reply)
    answers.decline(anna, by="amt")
    assert [mail["To"] for mail in post.deliver() if mail["Subject"].startswith("Ihre Absage: ")] == [
        "anna@example.org"
    ]
    attached = next(post.to("anna@example.org").iter_attachments())
    assert attached.get_content_type() == "text/calendar"
    calendar = Calendar.from_ical(attached.get_content())
    assert calendar["method"] == "CANCEL"
    (entry,) = calendar.events
    assert (entry["uid"], entry["status"], entry["transp"]) == (stored["uid"], "CANCELLED", "TRANSPARENT")
    assert entry["summary"] == stored["summary"], "the event itself takes place"
    assert entry["dtstamp"].dt >= stored["dtstamp"].dt
    answers.decline(ben)
    answers.accept(anna, party(1))
    post.deliver()
    again = entry_in(post.to("anna@example.org"))
    assert (again["uid"], again["status"]) == (stored["uid"], "CONFIRMED")


def test_who_wants_more_than_there_is_keeps_the_old_places_and_waits_with_the_larger_answer(post: Post) -> None:
    event = meeting(seats=3)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(2))
    post.deliver()
    answers.accept(anna, party(1, 6))
    anna = answers.read(anna.pk)
    assert (anna.state, anna.seats, anna.waiting_list_entry.seats) == ("yes", 1, 2)
    (mail,) = post.deliver()
    assert "Ihre Plätze: 1 erwachsene Person." in text_of(mail)
    answers.decline(ben)
    anna = answers.read(anna.pk)
    assert (anna.state, anna.seats, answers.waiting_list_entry_of(anna)) == ("yes", 2, None)
    assert taken(event) == (2, 0)


def test_a_full_childcare_is_asked_about_before_anything_is_stored() -> None:
    event = meeting(seats=10, care=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1, 5, care=1))
    with pytest.raises(ChildcareFull):
        answers.accept(ben, party(1, 5, care=1))
    assert answers.read(ben.pk).state == "open"
    answers.accept(ben, party(1, 5, care=1), wait_for_childcare=True)
    assert answers.read(ben.pk).state == "waiting"
    answers.accept(ben, party(1, 5))
    assert answers.read(ben.pk).state == "yes"
    assert taken(event) == (4, 1)


def test_more_places_let_families_move_up_and_fewer_take_none_away() -> None:
    event = meeting(seats=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    assert seats.change_capacity(event, 2, 0) == [answers.read(ben.pk)]
    assert taken(event) == (2, 0)
    assert seats.change_capacity(event, 1, 0) == []
    assert taken(event) == (2, 0)
    answers.decline(anna)
    assert taken(event) == (1, 0)
    event.capacity.refresh_from_db()
    assert event.capacity.seat_limit == 1


def test_without_a_limit_everybody_comes() -> None:
    event = meeting()
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(6, *[8] * 9), by="amt")
    answers.accept(ben, party(6))
    assert taken(event) == (21, 0)
    answers.decline(anna)
    assert taken(event) == (6, 0)
    event.capacity.refresh_from_db()
    assert event.capacity.seat_limit is None


def test_who_waits_can_leave_the_line_and_who_waits_for_more_keeps_what_there_is() -> None:
    event = meeting(seats=2)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(3))
    answers.accept(anna, party(3))
    assert answers.leave_waiting_list(ben).state == "cancelled"
    anna = answers.leave_waiting_list(anna)
    assert (anna.state, anna.seats) == ("yes", 1)
    assert not WaitingListEntry.objects.exists()


@pytest.mark.parametrize("seconds", [-1, 1])
def test_answers_are_taken_until_the_second_of_the_deadline(seconds: int) -> None:
    event = meeting(seats=5)
    (kim,) = invite(event, "kim@example.org")
    with time_machine.travel(event.answer_by + timedelta(seconds=seconds), tick=False):
        if seconds < 0:
            assert answers.accept(kim, party(1)).state == "yes"
        else:
            with pytest.raises(TooLate):
                answers.accept(kim, party(1))
            assert answers.accept(kim, party(1), by="amt").state == "yes"


def test_nobody_moves_up_unasked_after_the_deadline_but_an_officer_may_call_the_family() -> None:
    event = meeting(seats=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    with time_machine.travel(event.answer_by + timedelta(hours=1)):
        answers.decline(anna, by="amt")
        assert answers.read(ben.pk).state == "waiting"
        assert [reply.pk for reply in seats.move_up(event, late=True)] == [ben.pk]


def test_a_smaller_wish_keeps_its_place_in_line_and_a_larger_one_stands_behind() -> None:
    event = meeting(seats=1)
    anna, ben, cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(3))
    answers.accept(cem, party(3))
    answers.accept(ben, party(2))
    assert seats.ahead_of(WaitingListEntry.objects.get(reply=ben)) == 0
    answers.accept(ben, party(4))
    assert seats.ahead_of(WaitingListEntry.objects.get(reply=ben)) == 1


def test_a_household_without_an_address_is_counted_and_gets_no_mail(post: Post) -> None:
    event = meeting(seats=5)
    answers.accept(household(event, "Frau Menn"), party(2), Details(name="Frau Menn", phone="030 23125-901"), by="amt")
    menn = Reply.objects.get(event=event)
    assert (menn.state, menn.seats, menn.phone, menn.entered_by) == ("yes", 2, "030 23125-901", "amt")
    assert post.deliver() == []


def test_nothing_can_be_answered_to_what_is_called_off() -> None:
    event = meeting(seats=5)
    (kim,) = invite(event, "kim@example.org")
    Event.objects.update(state=Event.State.CANCELLED)
    with pytest.raises(TooLate):
        answers.accept(kim, party(1))
    with pytest.raises(TooLate):
        answers.accept(kim, party(1), by="amt")
    assert timezone.now() < event.answer_by

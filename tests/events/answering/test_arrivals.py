"""Arrivals: ticked at the door once, whatever the network does, and added unannounced without a mail."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from events import counting, personal_data
from events.answering import answers, arrivals, phone_answers
from events.answering.answers import Details, TooLate
from events.answering.arrivals import People
from events.models import Event, Reply, WaitingListEntry
from mailings.models import Delivery
from tests.events.meetings import household, invite, meeting, party, taken
from tests.tallies import counted

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-12-05T12:00:00+01:00")


@pytest.fixture
def anna() -> Reply:
    """Anna comes with two children to the breakfast of today; it is noon."""
    with time_machine.travel(NOON, tick=False):
        event = meeting(seats=4, care=1, begins_at=NOON - timedelta(hours=1))
        Event.objects.update(answer_by=NOON + timedelta(minutes=30))
        event.refresh_from_db()
        reply = answers.accept(household(event, "Anna"), party(1, 4, 7, care=1), Details(name="Anna"), by="amt")
        yield reply


def is_here(reply: Reply) -> bool:
    reply.refresh_from_db()
    return reply.arrived_at is not None


def seconds(number: float) -> datetime:
    return NOON - timedelta(minutes=5) + timedelta(seconds=number)


def test_a_tick_that_arrives_twice_counts_once(anna: Reply) -> None:
    assert arrivals.tick(anna.event, anna.pk, seconds(0), here=True)
    assert not arrivals.tick(anna.event, anna.pk, seconds(0), here=True)
    assert is_here(anna)
    assert anna.arrived_at == seconds(0)
    assert arrivals.counted(anna.event) == People(1, 2)


def test_a_late_copy_of_a_tick_does_not_undo_the_newer_tap(anna: Reply) -> None:
    """Tapped "da" at 0 s and taken back at 4 s; the first request was stuck on its way and arrives last."""
    assert arrivals.tick(anna.event, anna.pk, seconds(4), here=False)
    assert not arrivals.tick(anna.event, anna.pk, seconds(0), here=True)
    assert not is_here(anna)


def test_control_without_the_moment_of_the_tap_the_late_copy_wins(anna: Reply) -> None:
    arrivals.tick(anna.event, anna.pk, None, here=False)
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        arrivals.tick(anna.event, anna.pk, None, here=True)
    assert is_here(anna)


def test_a_phone_that_is_ahead_of_its_time_does_not_block_the_other(anna: Reply) -> None:
    arrivals.tick(anna.event, anna.pk, NOON + timedelta(days=9), here=True)
    assert is_here(anna)
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert arrivals.tick(anna.event, anna.pk, None, here=False)
    assert not is_here(anna)


def test_only_who_comes_to_this_event_is_ticked(anna: Reply) -> None:
    other = meeting()
    assert not arrivals.tick(other, anna.pk, None, here=True)
    answers.withdraw(anna.pk)
    assert not arrivals.tick(anna.event, anna.pk, None, here=True)
    assert not is_here(anna)


@pytest.mark.parametrize(
    ("now", "is_open"), [("2026-12-03T23:59:59", False), ("2026-12-04T00:00:00", True), ("2027-01-01T00:00:00", True)]
)
def test_it_opens_the_day_before(anna: Reply, now: str, is_open: bool) -> None:
    assert arrivals.is_open(anna.event, datetime.fromisoformat(f"{now}+01:00")) is is_open
    anna.event.state = Event.State.CANCELLED
    assert not arrivals.is_open(anna.event, NOON)


def test_who_comes_unannounced_gets_a_seat_that_is_not_there_once_and_no_mail(anna: Reply) -> None:
    key, before = phone_answers.new_key(), Delivery.objects.count()
    for _ in range(2):  # the first answer of the portal was lost
        zoe = arrivals.add(anna.event, key, party(1, 5, care=1), Details(name="Zoe"), "mika")
    assert taken(anna.event) == (5, 2)
    assert (anna.event.capacity.seat_limit, anna.event.capacity.total) == (5, 4)
    assert (zoe.state, zoe.arrived_at, zoe.address, zoe.entered_by) == ("yes", NOON, None, "mika")
    assert Reply.objects.count() == 2
    assert Delivery.objects.count() == before
    assert counting.numbers(anna.event).unasked.yes == 2
    assert counted("answered", "door") == 1


def test_control_a_second_form_is_a_second_family(anna: Reply) -> None:
    for _ in range(2):
        arrivals.add(anna.event, phone_answers.new_key(), party(1), Details(name="Zoe"), "mika")
    assert Reply.objects.filter(name="Zoe").count() == 2


@pytest.mark.parametrize("state", ["no", "cancelled", "waiting", "open"])
def test_who_is_not_expected_and_comes_after_all_keeps_one_answer(anna: Reply, state: str) -> None:
    """Cem's answer stays his: the remark is there, he waits no more, and no mail goes out."""
    cem = household(anna.event, "Cem Müller-Çelik")
    if state != "open":
        answers.accept(cem, party(3) if state == "waiting" else party(1), Details("Stuhl", cem.name), by="amt")
    if state in ("no", "cancelled"):
        answers.decline(cem, Details("Stuhl", cem.name), by="amt")
        Reply.objects.filter(pk=cem.pk).update(state=state)
    cem.refresh_from_db()
    assert cem.state == state
    mails = Delivery.objects.count()
    [found] = arrivals.named(anna.event, "CEM MUELLER-CELIK")
    for _ in range(2):  # the first answer of the portal was lost
        arrivals.come_after_all(anna.event, found.pk, cem.name, party(2, 4, care=1), "mika")
    cem.refresh_from_db()
    assert (cem.state, cem.seats, cem.arrived_at, cem.entered_by) == ("yes", 3, NOON, "mika")
    assert cem.remark == ("" if state == "open" else "Stuhl")
    assert taken(anna.event) == (6, 2)
    assert not WaitingListEntry.objects.exists()
    assert arrivals.named(anna.event, cem.name) == []
    assert (Reply.objects.count(), Delivery.objects.count()) == (2, mails)


def test_only_the_whole_name_of_the_same_event_is_found(anna: Reply) -> None:
    """So nobody at the door learns by typing who else has answered what."""
    cem = household(anna.event, "Cem Winter")
    assert [arrivals.named(anna.event, name) for name in ("Cem", "Winter", "", "Anna")] == [[], [], [], []]
    assert arrivals.named(meeting(), "Cem Winter") == []
    assert arrivals.come_after_all(anna.event, cem.pk, "Zoe", party(1), "mika") is None
    assert arrivals.named(anna.event, "cem winter") == [cem]


def test_a_household_added_by_mistake_is_taken_away_with_its_seats(anna: Reply) -> None:
    zoe = arrivals.add(anna.event, phone_answers.new_key(), party(1, 5, care=1), Details(name="Zoe"), "mika")
    assert arrivals.take_away(anna.event, zoe.pk) is None  # she is ticked
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        arrivals.tick(anna.event, zoe.pk, None, here=False)
    assert arrivals.take_away(meeting(), zoe.pk) is None
    assert arrivals.take_away(anna.event, zoe.pk)
    assert arrivals.take_away(anna.event, zoe.pk) is None  # a second click
    assert taken(anna.event) == (3, 1)
    assert list(Reply.objects.all()) == [anna]


def test_no_other_answer_is_taken_away(anna: Reply) -> None:
    """Anna was entered on the phone, Ben was invited, Zoe's numbers were changed by an officer, Cem came after all."""
    (ben,) = invite(anna.event, "ben@example.org")
    zoe = arrivals.add(anna.event, phone_answers.new_key(), party(1), Details(name="Zoe"), "mika")
    answers.accept(zoe, party(2), Details(name="Zoe"), by="amt")
    cem = household(anna.event, "Cem")
    arrivals.come_after_all(anna.event, cem.pk, "Cem", party(1), "mika")
    Reply.objects.update(arrived_at=None)
    assert [arrivals.take_away(anna.event, each.pk) for each in (anna, ben, zoe, cem)] == [None] * 4
    assert Reply.objects.count() == 4


def test_once_the_numbers_are_frozen_nobody_is_added(anna: Reply) -> None:
    arrivals.tick(anna.event, anna.pk, None, here=True)
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        personal_data.expire(timezone.now())
        with pytest.raises(TooLate):
            arrivals.add(anna.event, phone_answers.new_key(), party(1), Details(name="Zoe"), "amt")
        with pytest.raises(TooLate):
            arrivals.come_after_all(anna.event, anna.pk, "Anna", party(1), "amt")
        with pytest.raises(TooLate):
            arrivals.take_away(anna.event, anna.pk)
        anna.event.refresh_from_db()
        assert counting.numbers(anna.event).households == 1
        # the ages of children are gone after seven days, how many they were is not
        assert arrivals.counted(anna.event) == People(1, 2)


def test_nobody_was_ticked(anna: Reply) -> None:
    assert arrivals.counted(anna.event) is None

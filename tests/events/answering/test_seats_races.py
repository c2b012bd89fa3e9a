"""Many at once: places are never given twice, nobody is missed, the same answer is one answer (D-01 to D-04)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.models import F, Sum

from events.answering import answers, seats
from events.models import Capacity, Event, Reply, WaitingListEntry
from mailings.models import Delivery
from tests import FULL
from tests.database import limited
from tests.events.meetings import household, meeting, party, taken
from tests.members.people import active
from tests.slow import one_in

pytestmark = pytest.mark.django_db(transaction=True)

FAMILIES, SEATS = 50, 10
ROUNDS = 20 if FULL else 3


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """On a loaded machine fifty answers one after the other take longer than a visitor would wait."""
    with limited(lock_timeout=60_000):
        yield


def at_once(actions: list[Callable[[], object]]) -> list[object]:
    """All of them from threads of their own, begun together; what each returned or raised."""
    ready = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            ready.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def all_answer(event: Event) -> list[object]:
    families = [household(event, f"Familie {number}") for number in range(FAMILIES)]
    return at_once([lambda family=family: answers.accept(family, party(1)).state for family in families])


@pytest.mark.parametrize("round_", one_in(3, range(ROUNDS)))
def test_fifty_families_and_ten_places_make_exactly_ten(round_: int) -> None:
    event = meeting(seats=SEATS)
    results = all_answer(event)
    assert sorted(map(str, results)) == ["waiting"] * (FAMILIES - SEATS) + ["yes"] * SEATS
    assert taken(event) == (SEATS, 0)
    assert Reply.objects.coming().count() == SEATS
    assert WaitingListEntry.objects.count() == FAMILIES - SEATS


def test_control_without_the_lock_the_same_overbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking first and taking then, on a table without the constraint."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_capacity DROP CONSTRAINT seats_within_limit")
    try:
        seen = Barrier(FAMILIES)

        def look_then_take(event: Event, seats: int, care: int) -> bool:
            free = Capacity.objects.get(event=event).free
            seen.wait()
            if free is None or seats > free:
                return False
            Capacity.objects.filter(event=event).update(seats=F("seats") + seats)
            return True

        monkeypatch.setattr(seats, "take", look_then_take)
        event = meeting(seats=SEATS)
        all_answer(event)
        assert taken(event)[0] > SEATS
    finally:
        Capacity.objects.update(seats=0)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_capacity ADD CONSTRAINT seats_within_limit CHECK (seats <= seat_limit)")


def test_the_constraint_is_the_second_line() -> None:
    event = meeting(seats=1)
    with pytest.raises(Exception, match="seats_within_limit"):
        Capacity.objects.filter(event=event).update(seats=2)


def test_twenty_times_the_same_answer_at_once_is_one_answer_and_one_mail() -> None:
    event = meeting(seats=30)
    kim = Reply.objects.create(event=event, address=active("kim@example.org").address)
    results = at_once([lambda: answers.accept(kim, party(1, 5)).state] * 20)
    assert results == ["yes"] * 20
    assert taken(event) == (2, 0)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("round_", one_in(3, range(ROUNDS)))
def test_places_given_back_by_many_at_once_are_each_given_on_once(round_: int) -> None:
    event = meeting(seats=10)
    come = [household(event, f"Familie {number}") for number in range(10)]
    wait = [household(event, f"Wartend {number}") for number in range(15)]
    for family in [*come, *wait]:
        answers.accept(family, party(1))
    actions = [lambda family=family: answers.decline(family).state for family in come]
    more = [household(event, f"Spät {number}") for number in range(5)]
    actions += [lambda family=family: answers.accept(family, party(1)).state for family in more]
    actions += [lambda family=family: answers.leave_waiting_list(family).state for family in wait[:3]]
    results = at_once(actions)
    assert not [result for result in results if isinstance(result, Exception)]
    seats = Reply.objects.filter(event=event).aggregate(total=Sum("seats"))["total"]
    assert taken(event) == (seats, 0) == (10, 0)
    first = [answers.read(family.pk).state for family in wait[3:]]
    late = [answers.read(family.pk).state for family in more]
    assert first.count("yes") + late.count("yes") + sum(answers.read(w.pk).state == "yes" for w in wait[:3]) == 10
    assert first[:7] == ["yes"] * 7, "who waited longest has a place"


@pytest.mark.slow
def test_families_who_ask_while_places_come_free_are_not_left_waiting_beside_free_places() -> None:
    for _ in range(ROUNDS * 5):
        event = meeting(seats=2)
        pair = [household(event, "Familie Eins"), household(event, "Familie Zwei")]
        for family in pair:
            answers.accept(family, party(1))
        asks = [household(event, f"Neu {number}") for number in range(4)]
        actions = [lambda family=family: answers.decline(family) for family in pair]
        actions += [lambda family=family: answers.accept(family, party(1)) for family in asks]
        results = at_once(actions)
        assert not [result for result in results if isinstance(result, Exception)]
        assert taken(event) == (2, 0)
        assert Reply.objects.coming().filter(event=event).count() == 2

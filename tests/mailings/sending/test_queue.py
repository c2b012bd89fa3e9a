"""Claims and leases: which worker may send a copy, for how long, and how often it is tried."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending import queue
from mailings.sending.exceptions import PendingReply
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from tests.faults import say
from tests.mailings.sending.engine import people, states, write_to
from tests.mailings.sending.mortal import DIES_AFTER, DIES_RECORDED, SENT, Books, Mortal, Scripted, Step
from tests.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def transport(sink: Sink, settings: Any) -> Iterator[Smtp]:
    settings.EMAIL_TIMEOUT = 1
    with closing(Smtp(sink.url)) as transport:
        yield transport


def claim_one() -> tuple[Delivery, str]:
    lease = queue.new_lease()
    batch = queue.claim(lease)
    assert batch
    assert len(batch) == 1
    return batch[0], lease


def taken_over() -> tuple[Delivery, str, Delivery, str]:
    """One copy as a worker has it whose lease ran out, and as the next worker has it; each with its lease."""
    write_to(people(1))
    first = claim_one()
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    return *first, *claim_one()


def test_retries_come_after_1_5_15_60_and_240_minutes_and_end_within_two_days(sink: Sink, transport: Smtp) -> None:
    write_to(people(1))
    sink.when("RCPT", say("451 4.7.1 greylisted"))
    waits: list[float] = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begin = timezone.now()
        while Worker(transport).work():
            delivery = Delivery.objects.get()
            if delivery.state == "queued":
                waits.append((delivery.due_at - timezone.now()).total_seconds() / 60)
                clock.move_to(delivery.due_at)
        over = timezone.now() - begin
    assert (delivery.state, delivery.reason, delivery.attempts) == ("failed", "given-up", 14)
    assert delivery.answer == "451 4.7.1 greylisted"
    for wait, minutes in zip(waits, [1, 5, 15, 60, *[240] * 9], strict=True):
        assert 0.8 * minutes <= wait <= 1.2 * minutes
    assert timedelta(hours=24) < over < timedelta(hours=48)


def test_a_mail_that_was_held_for_days_is_still_tried_again(sink: Sink, transport: Smtp) -> None:
    write_to(people(1))
    Delivery.objects.update(queued_at=F("queued_at") - timedelta(days=5))
    sink.when("RCPT", say("451 4.7.1 greylisted"))
    Worker(transport).work()
    assert states() == {"queued": 1}


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    "broken", [{"values": {"anrede": 5}}, {"values": {}}, {"links": {"meine_daten": None}}, {"links": {"x": ["/"]}}]
)
def test_a_mail_that_cannot_be_written_fails_alone(broken: dict[str, Any], sink: Sink, transport: Smtp) -> None:
    write_to(people(10))
    odd = Delivery.objects.order_by("id")[3]
    Delivery.objects.filter(pk=odd.pk).update(**broken)
    Worker(transport).work()
    odd.refresh_from_db()
    assert (odd.state, odd.reason) == ("failed", "refused")
    assert states() == {"sent": 9, "failed": 1}


@pytest.mark.logs_errors
def test_what_nobody_foresaw_in_sending_is_tried_again_and_holds_up_nobody(
    sink: Sink, transport: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_to(people(10))
    hand_over = Smtp.hand_over

    def hand_over_or_fail(self: Smtp, delivery: Delivery, message: bytes, following: Delivery | None) -> PendingReply:
        if delivery.address and delivery.address.email == people(10)[4]:
            raise RuntimeError("who would have thought")
        return hand_over(self, delivery, message, following)

    monkeypatch.setattr(Smtp, "hand_over", hand_over_or_fail)
    Worker(transport).work()
    assert states() == {"sent": 9, "queued": 1}
    odd = Delivery.objects.get(state="queued")
    assert (odd.attempts, odd.answer, odd.lease) == (1, "RuntimeError", "")


def test_a_worker_that_lost_the_lease_overwrites_nothing() -> None:
    slow, old_lease, _again, new_lease = taken_over()
    queue.record_refused(slow, old_lease, "550 no")
    queue.retry_later(slow, old_lease, "451 no")
    queue.release([slow], old_lease)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.lease, delivery.crashes, delivery.attempts) == ("sending", new_lease, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_an_outcome_is_recorded_once() -> None:
    """The connection to the database may break after the record was made and before we heard of it."""
    write_to(people(1))
    delivery, lease = claim_one()
    queue.record_sent([(delivery, "")])
    queue.record_sent([(delivery, "")])
    queue.release([delivery], lease)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 1)


def test_a_receipt_holds_whatever_others_have_made_of_the_copy() -> None:
    """A worker was away too long and was taken for dead; the next one could not reach the server, and put the copy
    back.
    """
    slow, _old_lease, again, new_lease = taken_over()
    queue.retry_later(again, new_lease, "450 busy")
    queue.record_sent([(slow, "")])
    queue.release([again], new_lease)
    assert states() == {"sent": 1}


def test_who_comes_back_after_the_lease_sends_nothing_more(settings: Any) -> None:
    """The database was away, or the computer slept: others may have the rest in hand."""
    write_to(people(3))
    books = Books(Counter(), Counter())
    with time_machine.travel("2026-11-26T12:00:00Z", tick=False) as clock:
        Delivery.objects.update(due_at=timezone.now())
        slow = Step(SENT, meanwhile=lambda: clock.shift(settings.MAIL_LEASE + 1))
        Mortal(Scripted([slow, Step(SENT)], books, lambda delivery: None)).work()
    assert sum(books.taken.values()) == 1
    assert states() == {"sent": 1, "queued": 2}


def test_a_killed_worker_gives_nothing_back() -> None:
    """The control of all tests that kill one: its batch keeps its lease, and no receipt is merged."""
    write_to(people(3))
    books = Books(Counter(), Counter())
    Mortal(Scripted([Step(SENT), Step(DIES_AFTER)], books, lambda delivery: None)).work()
    assert sum(books.taken.values()) == 2
    assert states() == {"sending": 3}
    assert not Delivery.objects.filter(lease="").exists()


def test_what_several_killed_workers_had_sent_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one batch of it: each worker leaves three copies, all taken and recorded."""
    monkeypatch.setattr(queue, "BATCH", 3)
    write_to(people(7))
    books = Books(Counter(), Counter())
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        for _ in range(2):
            steps = [Step(SENT), Step(SENT), Step(DIES_RECORDED)]
            Mortal(Scripted(steps, books, lambda delivery: None)).work()
        assert states() == {"sending": 6, "queued": 1}
        clock.shift(timedelta(seconds=200))
        while Mortal(Scripted([Step(SENT)], books, lambda delivery: None)).work():
            pass
    assert states() == {"sent": 7}
    assert set(books.taken.values()) == {1}


def test_what_is_left_behind_comes_first_and_alone() -> None:
    write_to(people(10))
    first = queue.claim(queue.new_lease())
    assert first
    assert len(first) == 10
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    write_to(["bea@example.org"])
    for _ in range(10):
        delivery, _lease = claim_one()
        assert delivery.crashes == 0, "as it was when claimed"
    assert set(Delivery.objects.filter(state="sending").values_list("crashes", flat=True)) == {1}
    assert claim_one()[0].address.email == "bea@example.org"


def test_personal_mail_overtakes_a_newsletter() -> None:
    write_to(people(queue.BATCH + 10))
    write_to(["bea@example.org"])
    Delivery.objects.filter(address__email="bea@example.org").update(priority=Delivery.PERSONAL_PRIORITY)
    batch = queue.claim(queue.new_lease())
    assert batch
    assert batch[0].address.email == "bea@example.org"
    assert len(batch) == queue.BATCH


def test_a_slow_batch_keeps_its_lease(sink: Sink, transport: Smtp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes for ten messages, with a lease of three: nobody else may take them meanwhile."""
    write_to(people(10))
    hand_over = Smtp.hand_over
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slowly(self: Smtp, delivery: Delivery, message: bytes, following: Delivery | None) -> PendingReply:
            answer = hand_over(self, delivery, message, following)
            clock.shift(60)
            assert queue.claim(queue.new_lease()) is None
            return answer

        monkeypatch.setattr(Smtp, "hand_over", slowly)
        Worker(transport).work()
    assert states() == {"sent": 10}
    assert sink.copies() == dict.fromkeys(people(10), 1)

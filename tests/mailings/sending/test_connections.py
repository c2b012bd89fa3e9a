"""One worker that uses several connections at once: as many as it may have, and each as careful as if it were alone."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from mailings.models import Delivery, Receipt
from mailings.sending import queue, relay
from mailings.sending.exceptions import PendingReply, Unavailable
from mailings.sending.smtp import Smtp
from mailings.sending.transport import several_from_url
from mailings.sending.worker import Worker
from tests.faults import DROP, HANG, Action, do, goodbye, say, wait
from tests.mailings.sending.engine import WorkerProcess, people, states, wait_until, wait_until_over, write_to
from tests.sink import Sink

Start = Callable[..., WorkerProcess]
THREE = ("manage.py", "deliver_mail", "--connections", "3")


@pytest.fixture
def worker(sink: Sink, settings: Any) -> Iterator[Worker]:
    """Three connections, and no answer waited for longer than a second."""
    settings.EMAIL_TIMEOUT = 1
    worker = Worker(*several_from_url(sink.url, 3))
    yield worker
    worker.close()


@pytest.mark.django_db
def test_three_mails_are_in_hand_at_once(sink: Sink, worker: Worker) -> None:
    """The server answers nobody before it has three: one after the other would get nowhere."""
    came, three = itertools.count(1), threading.Event()
    write_to(people(30))
    sink.when("DOT", do(lambda: next(came) == 3 and three.set()))
    sink.when("TAKEN", wait(three))
    worker.work()
    assert sink.copies() == dict.fromkeys(people(30), 1)
    assert states() == {"sent": 30}
    assert [sum(m.connection == c for m in sink.messages) for c in (1, 2, 3)] == [10, 10, 10]


@pytest.mark.django_db
def test_nothing_more_is_handed_over_before_all_that_was_taken_is_in_the_books(
    sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, record = [0], queue.record_sent

    def count_and_record(taken: list[tuple[Delivery, str]]) -> None:
        most.append(len(sink.messages) - Receipt.objects.count())
        record(taken)

    monkeypatch.setattr(queue, "record_sent", count_and_record)
    write_to(people(31))
    worker.work()
    assert max(most) == 3
    assert states() == {"sent": 31}


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["RCPT", "DOT"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_that_is_refused_costs_those_beside_it_nothing(number: int, stage: str, sink: Sink, worker: Worker) -> None:
    write_to(people(9))
    sink.when(stage, say("550 5.1.1 nobody here"), to=people(9)[number])
    worker.work()
    assert states() == {"sent": 8, "failed": 1}
    assert Delivery.objects.get(state="failed").address.email == people(9)[number]
    assert len(sink.connections) == 3


@pytest.mark.django_db
def test_a_server_that_bears_no_second_connection_gets_its_mail_over_one(sink: Sink, worker: Worker) -> None:
    write_to(people(9))
    sink.when("CONNECT", goodbye("421 4.7.0 one is enough"), connection=2)
    sink.when("CONNECT", goodbye("421 4.7.0 one is enough"), connection=3)
    worker.work()
    assert states() == {"sent": 7, "queued": 2}, "the two beside the first are free again"
    worker.work_all()
    assert sink.copies() == dict.fromkeys(people(9), 1)
    assert {message.connection for message in sink.messages} == {1}
    assert len(sink.connections) == 3, "one more is asked for once in a batch"
    assert set(Delivery.objects.values_list("attempts", "state")) == {(1, "sent")}


@pytest.mark.django_db
def test_a_server_that_goes_away_between_two_rounds_burns_nobody(sink: Sink, worker: Worker) -> None:
    write_to(people(9))
    sink.when("CONNECT", goodbye("421 4.7.0 not now"), connection=4)
    sink.when("TOLD", DROP, message=1)
    with pytest.raises(Unavailable, match="421"):
        worker.work()
    assert sink.copies() == dict.fromkeys(people(3), 1)
    assert len(sink.connections) == 4
    assert set(Delivery.objects.values_list("attempts", "state")) == {(1, "sent"), (0, "queued")}


@pytest.mark.django_db
def test_three_silent_connections_are_left_in_the_time_of_one(sink: Sink, worker: Worker, waits: list[float]) -> None:
    write_to(people(3))
    sink.when("DOT", HANG)
    worker.work()
    assert len(waits) == 3
    assert sum(waits) < 1.1
    waiting = Delivery.objects.filter(state="queued", due_at__gt=timezone.now())
    assert list(waiting.values_list("attempts", flat=True)) == [1, 1, 1]


@pytest.mark.django_db
def test_told_to_stop_it_finishes_what_is_in_hand_and_begins_no_more(
    sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over = Smtp.hand_over

    def hand_over_and_stop(self: Smtp, delivery: Delivery, message: bytes, following: Delivery | None) -> PendingReply:
        if delivery.address and delivery.address.email == people(20)[4]:
            worker.stop()
        return hand_over(self, delivery, message, following)

    monkeypatch.setattr(Smtp, "hand_over", hand_over_and_stop)
    write_to(people(20))
    worker.work()
    assert sink.copies() == dict.fromkeys(people(20)[:5], 1)
    assert states() == {"sent": 5, "queued": 15}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The fourth of all, who takes longer than half a lease to be handed over."""
    hand_over, the_fourth = Smtp.hand_over, people(9)[3]
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slowly(self: Smtp, delivery: Delivery, message: bytes, following: Delivery | None) -> PendingReply:
            if delivery.address and delivery.address.email == the_fourth:
                clock.shift(settings.MAIL_LEASE / 2 + 1)
            return hand_over(self, delivery, message, following)

        monkeypatch.setattr(Smtp, "hand_over", slowly)
        yield the_fourth


@pytest.mark.django_db
def test_who_took_long_is_recorded_before_anybody_else_is_handed_over(sink: Sink, worker: Worker, slow: str) -> None:
    """The lease must last until what was handed over is in the books."""
    write_to(people(9))
    worker.work()
    assert sink.copies() == dict.fromkeys([*people(9)[:4], *people(9)[6:]], 1)
    assert states() == {"sent": 7, "queued": 2}, "the two beside it are free again"


@pytest.mark.django_db
def test_a_lease_that_cannot_be_renewed_leaves_nothing_in_hand(
    sink: Sink, worker: Worker, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(lease: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(queue, "renew", away)
    write_to(people(9))
    with pytest.raises(OperationalError):
        worker.work()
    assert sink.copies() == dict.fromkeys(people(9)[:4], 1)
    assert states() == {"sent": 4, "queued": 5}


@pytest.mark.django_db
def test_who_keeps_to_a_pace_sends_one_after_the_other(sink: Sink, settings: Any) -> None:
    settings.MAIL_PER_MINUTE = 6000
    write_to(people(12))
    Worker(*several_from_url(sink.url, 3)).work_all()
    assert sink.copies() == dict.fromkeys(people(12), 1)
    assert len(sink.connections) == 1


@pytest.mark.django_db
def test_a_receipt_that_is_there_already_keeps_out_none_of_the_others() -> None:
    """The answer of the database got lost, and all three are written again."""
    write_to(people(3))
    batch = queue.claim(queue.new_lease())
    assert batch
    queue.record_sent([(batch[1], "first")])
    queue.record_sent([(delivery, "second") for delivery in batch])
    assert list(Receipt.objects.order_by("delivery_id").values_list("provider_id", flat=True)) == [
        "second",
        "first",
        "second",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_connections_that_there_are(sink: Sink, start: Start) -> None:
    most, write = [0], threading.Lock()

    def look() -> None:
        with write:
            most.append(sink.open_connections)

    sink.when("DOT", Action(call=look, seconds=0.01))
    write_to(people(300))
    start(*THREE, MAIL_CONNECTIONS="4"), start(*THREE, MAIL_CONNECTIONS="4")
    wait_until_over()
    assert max(most) == 4
    assert sink.copies() == dict.fromkeys(people(300), 1)


def slots(wanted: int) -> relay.ConnectionSlots:
    """The slots of another worker."""
    return relay.ConnectionSlots(queue.new_lease(), wanted)


@pytest.mark.django_db
def test_a_worker_takes_as_many_slots_as_are_free_and_no_more_than_it_wants(settings: Any) -> None:
    settings.MAIL_CONNECTIONS = 2
    assert slots(3).take() == 2
    settings.MAIL_CONNECTIONS = 5
    mine, another = slots(2), slots(9)
    assert mine.take() == 2
    assert another.take() == 1
    mine.leave()
    assert another.take() == 3


@pytest.mark.django_db(transaction=True)
def test_slots_that_are_given_back_while_the_database_is_away_end_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = slots(1)
    assert mine.take() == 1

    def away() -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        mine.leave()
    assert mine.take() == 1


@pytest.mark.django_db
def test_what_it_may_not_have_any_more_is_closed(sink: Sink, worker: Worker, settings: Any) -> None:
    settings.MAIL_CONNECTIONS = 3
    write_to(people(3))
    worker.work(worker.allowed_connections())
    assert sink.open_connections == 3
    settings.MAIL_CONNECTIONS = 1
    assert worker.allowed_connections() == 1
    wait_until(lambda: sink.open_connections == 1)


@pytest.mark.django_db
def test_slots_lost_in_mid_batch_end_it(sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer slept for longer than their lease: others may have the connections now."""
    write_to(people(9))
    worker.allowed_connections()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        record = queue.record_sent

        def sleep_and_record(taken: list[tuple[Delivery, str]]) -> None:
            clock.shift(settings.MAIL_LEASE + 1)
            assert slots(3).take() == 3
            monkeypatch.setattr(queue, "record_sent", record)
            record(taken)

        monkeypatch.setattr(queue, "record_sent", sleep_and_record)
        worker.work(3)
        assert states() == {"sent": 3, "queued": 6}
        assert worker.allowed_connections() == 0


@pytest.mark.parametrize("connections", ["0", "-1"])
def test_without_any_connection_it_says_so(connections: str) -> None:
    with pytest.raises(CommandError, match="mindestens 1"):
        call_command("deliver_mail", "--connections", connections)


@pytest.mark.parametrize(("url", "number"), [("smtp://127.0.0.1", 3), ("brevo://key@", 1), ("folder:///tmp", 1)])
def test_only_a_mail_server_gets_several_at_once(url: str, number: int) -> None:
    assert len(several_from_url(url, 3)) == number

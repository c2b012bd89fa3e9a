"""One worker that uses several connections at once: as many as it may have, and each as careful as if it were alone."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from mailings import claims, line
from mailings.models import Delivery, Receipt
from mailings.outcomes import Unavailable
from mailings.transport import several_from_url
from mailings.worker import Worker
from tests.faults import HANG, Action, do, say, wait
from tests.mailings.engine import WorkerProcess, people, states, wait_until_over, write_to
from tests.sink import Sink

Start = Callable[..., WorkerProcess]
THREE = ("manage.py", "deliver_mail", "--connections", "3")


@pytest.fixture
def worker(sink: Sink, settings: Any) -> Iterator[Worker]:
    """Three connections, and no answer waited for longer than a second."""
    settings.EMAIL_TIMEOUT = 1
    worker = Worker(*several_from_url(sink.url, 3))
    yield worker
    worker._close()


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
    most, record = [0], claims.sent

    def count_and_record(taken: list[tuple[Delivery, str]]) -> None:
        most.append(len(sink.messages) - Receipt.objects.count())
        record(taken)

    monkeypatch.setattr(claims, "sent", count_and_record)
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
def test_when_a_second_connection_is_not_to_be_had_the_first_ones_mail_is_recorded(sink: Sink, worker: Worker) -> None:
    write_to(people(9))
    sink.when("CONNECT", say("554 5.3.2 one is enough"), connection=2)
    with pytest.raises(Unavailable, match="554"):
        worker.work()
    assert sink.copies() == {people(9)[0]: 1}
    assert states() == {"sent": 1, "queued": 8}
    assert len(sink.connections) == 2, "nor is a third asked for"
    assert set(Delivery.objects.filter(state="queued").values_list("attempts", flat=True)) == {0}


@pytest.mark.django_db
def test_three_silent_connections_are_left_in_the_time_of_one(sink: Sink, worker: Worker) -> None:
    write_to(people(3))
    sink.when("DOT", HANG)
    begin = time.monotonic()
    worker.work()
    assert time.monotonic() - begin < 1.9
    waiting = Delivery.objects.filter(state="queued", due_at__gt=timezone.now())
    assert list(waiting.values_list("attempts", flat=True)) == [1, 1, 1]


@pytest.mark.django_db
def test_told_to_stop_it_finishes_what_is_in_hand(sink: Sink, worker: Worker) -> None:
    write_to(people(20))
    sink.when("DOT", do(worker.stop), to=people(20)[4])
    worker.work()
    assert sink.copies() == dict.fromkeys(people(20)[:6], 1)
    assert states() == {"sent": 6, "queued": 14}


@pytest.mark.django_db
def test_who_keeps_to_a_pace_sends_one_after_the_other(sink: Sink, worker: Worker, settings: Any) -> None:
    settings.MAIL_PER_MINUTE = 6000
    write_to(people(12))
    worker.work()
    assert sink.copies() == dict.fromkeys(people(12), 1)
    assert len(sink.connections) == 1


@pytest.mark.django_db
def test_a_receipt_that_is_there_already_keeps_out_none_of_the_others() -> None:
    """The answer of the database got lost, and all three are written again."""
    write_to(people(3))
    batch = claims.claim(claims.new_lease())
    assert batch
    claims.sent([(batch[1], "first")])
    claims.sent([(delivery, "second") for delivery in batch])
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


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_slots_that_others_leave_and_closes_what_it_may_not_have(sink: Sink, settings: Any) -> None:
    settings.MAIL_CONNECTIONS = 2
    slots = line.Slots(3)
    assert slots.take() == 2
    settings.MAIL_CONNECTIONS = 5
    assert slots.take() == 3
    slots.leave()
    assert line.Slots(9).take() == 5


@pytest.mark.parametrize(("url", "number"), [("smtp://127.0.0.1", 3), ("brevo://key@", 1), ("folder:///tmp", 1)])
def test_only_a_mail_server_gets_several_at_once(url: str, number: int) -> None:
    assert len(several_from_url(url, 3)) == number

"""A database that refuses to record: nobody gets the same mail again at once, and the officers are told (M-22)."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import InternalError, connection, transaction
from django.utils import timezone

from mailings.models import Delivery, RelayStatus
from mailings.sending import queue, relay
from mailings.sending.batch import Batch
from mailings.sending.recording import NotRecorded
from mailings.sending.smtp import Smtp
from mailings.sending.transport import several_from_url
from mailings.sending.worker import Worker
from netzwerk import alerts
from tests.faults import goodbye, say
from tests.mailings.sending.engine import people, states, write_to
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.logs_errors]


class Wait:
    """A worker's wait until the database accepts what it has to record: time flies, and `meanwhile` happens."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, seconds: float) -> None:
        self.meanwhile()
        self._clock.shift(settings.MAIL_LEASE / 4)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wait]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        wait = Wait(clock)
        monkeypatch.setattr("mailings.sending.recording.time.sleep", wait)
        yield wait


@pytest.fixture
def worker(sink: Sink, wait: Wait) -> Iterator[Worker]:
    with Worker(Smtp(sink.url)) as worker:
        yield worker


@pytest.fixture
def refusing() -> Iterator[None]:
    """The table of receipts takes none."""
    execute("ALTER TABLE mailings_receipt ADD CONSTRAINT refuses CHECK (false)")
    yield
    accept_again()


def accept_again() -> None:
    execute("ALTER TABLE mailings_receipt DROP CONSTRAINT IF EXISTS refuses")


@pytest.fixture
def renamed() -> Iterator[None]:
    execute("ALTER TABLE mailings_receipt RENAME TO mailings_elsewhere")
    yield
    execute("ALTER TABLE mailings_elsewhere RENAME TO mailings_receipt")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:  # a new one: a worker closes its connection when it is refused
        cursor.execute(statement)


def urgent() -> list[str]:
    return [alert.what for alert in alerts.now() if alert.urgent]


def test_without_the_table_of_receipts_one_copy_goes_out_and_nothing_is_freed(
    sink: Sink, worker: Worker, renamed: None
) -> None:
    write_to(people(9))
    with pytest.raises(NotRecorded, match=r"^ProgrammingError 42P01$"):
        worker.work()
    assert sink.copies() == {people(9)[0]: 1}
    assert states() == {"sending": 9}
    [what] = urgent()
    assert what.endswith("lässt sich nicht festhalten, welche Mails hinausgehen")


def test_what_is_in_hand_keeps_its_lease_and_the_rest_is_free(sink: Sink, worker: Worker, refusing: None) -> None:
    write_to(people(9))
    with pytest.raises(NotRecorded):
        worker.work()
    assert sink.copies() == {people(9)[0]: 1}
    assert states() == {"sending": 1, "queued": 8}


def test_control_a_worker_that_swallows_the_refusal_sends_it_again_at_once(
    sink: Sink, worker: Worker, refusing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was: the outcome is logged, and the whole batch released."""
    monkeypatch.setattr(Batch, "take_in_hand", lambda self, delivery: None)
    monkeypatch.setattr(worker, "record_until_stored", lambda record, until=0: _swallow(record))
    write_to(people(3))
    for _ in range(4):
        worker.work()
    assert sink.copies() == dict.fromkeys(people(3), 4)


def _swallow(record: Any) -> None:
    try:
        with transaction.atomic():
            record()
    except Exception:
        logging.getLogger(__name__).exception("An outcome could not be recorded.")


def test_one_copy_for_each_lease_and_after_five_crashes_it_is_set_aside(
    sink: Sink, worker: Worker, refusing: None, wait: Wait
) -> None:
    write_to(people(1))
    taken: list[object] = []
    wait.meanwhile = lambda: taken.append(queue.claim(queue.new_lease()))
    for crashes in range(queue.MAX_CRASHES):
        with pytest.raises(NotRecorded):
            worker.work()
        assert Delivery.objects.get().crashes == crashes
    assert set(taken) == {None}, "before the lease is over no other worker gets it"
    assert sink.copies() == {people(1)[0]: queue.MAX_CRASHES}
    assert len({message.id for message in sink.messages}) == 1
    worker.work()
    assert (Delivery.objects.get().state, Delivery.objects.get().reason) == ("failed", "poison")
    assert len(sink.messages) == queue.MAX_CRASHES


def test_an_outcome_that_is_accepted_before_the_lease_ends_costs_nothing(
    sink: Sink, worker: Worker, refusing: None, wait: Wait
) -> None:
    wait.meanwhile = accept_again
    write_to(people(9))
    worker.work_all()
    assert sink.copies() == dict.fromkeys(people(9), 1)
    assert states() == {"sent": 9}


def test_told_to_stop_it_does_not_wait_for_the_lease(sink: Sink, worker: Worker, refusing: None, wait: Wait) -> None:
    write_to(people(3))
    wait.meanwhile = worker.stop
    begin = timezone.now()
    worker.run()
    assert timezone.now() - begin < timedelta(seconds=settings.MAIL_LEASE)
    assert sink.copies() == {people(3)[0]: 1}
    assert states() == {"sending": 1, "queued": 2}


def test_the_officers_are_told_until_mails_are_recorded_again(sink: Sink, worker: Worker, refusing: None) -> None:
    write_to(people(2))
    with pytest.raises(NotRecorded):
        worker.work()
    first = RelayStatus.objects.get().unrecorded_since
    with pytest.raises(NotRecorded):
        worker.work()
    assert RelayStatus.objects.get().unrecorded_since == first
    assert len(urgent()) == 1
    accept_again()
    assert worker.work()
    relay.mark_up()
    assert urgent() == []


def test_the_log_names_the_refusal_and_nobody(
    sink: Sink, worker: Worker, refusing: None, caplog: pytest.LogCaptureFixture
) -> None:
    write_to(people(1))
    with pytest.raises(NotRecorded):
        worker.work()
    assert "The outcome of mails could not be recorded: IntegrityError 23514" in caplog.messages
    assert "example.org" not in caplog.text
    assert "Failing row" not in caplog.text


@pytest.mark.parametrize("answer", ["550 5.1.1 nobody here", "450 4.2.0 later"])
def test_a_refusal_or_a_delay_that_cannot_be_recorded_keeps_its_lease_too(
    answer: str, sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InternalError("cannot execute UPDATE in a read-only transaction")

    monkeypatch.setattr(queue, "record_refused", refuse)
    monkeypatch.setattr(queue, "retry_later", refuse)
    sink.when("RCPT", say(answer), to=people(3)[0])
    write_to(people(3))
    with pytest.raises(NotRecorded):
        worker.work()
    assert states() == {"sending": 1, "queued": 2}


def test_of_three_connections_each_repeats_one_copy_at_most(sink: Sink, worker: Worker, refusing: None) -> None:
    write_to(people(9))
    with Worker(*several_from_url(sink.url, 3)) as three, pytest.raises(NotRecorded):
        three.work()
    assert sink.copies() == dict.fromkeys(people(3), 1)
    assert states() == {"sending": 3, "queued": 6}


def test_an_error_that_nobody_foresaw_frees_nothing_that_is_in_hand(
    sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("who would have thought")

    monkeypatch.setattr(queue, "record_sent", fail)
    write_to(people(3))
    with pytest.raises(RuntimeError):
        worker.work()
    assert states() == {"sending": 1, "queued": 2}


def test_each_batch_has_a_lease_of_its_own_so_none_renews_what_another_has_left() -> None:
    write_to(people(queue.BATCH + 1))
    first, second = Batch.claim(), Batch.claim()
    assert first
    assert second
    assert first.lease != second.lease
    until = Delivery.objects.filter(lease=first.lease).values_list("leased_until", flat=True)
    before = set(until.all())
    queue.renew(second.lease)
    assert set(until.all()) == before


def test_a_batch_that_cannot_be_released_waits_for_the_end_of_its_lease(
    sink: Sink, worker: Worker, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InternalError("cannot execute UPDATE in a read-only transaction")

    release = queue.release
    monkeypatch.setattr(queue, "release", refuse)
    write_to(people(3))
    assert worker.work()
    assert states() == {"sending": 3}
    monkeypatch.setattr(queue, "release", release)
    for _ in range(5):
        wait(0)
    worker.work_all()
    assert sink.copies() == dict.fromkeys(people(3), 1), "their receipts are there"
    assert states() == {"sent": 3}


def test_a_server_that_is_away_is_left_alone_though_that_cannot_be_recorded(
    sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InternalError("cannot execute INSERT in a read-only transaction")

    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        worker.stop()

    monkeypatch.setattr(relay, "mark_down", refuse)
    monkeypatch.setattr(worker, "pause", pause)
    sink.when("CONNECT", goodbye("421 4.3.2 not now"))
    write_to(people(3))
    worker.run()
    assert pauses[0] == 30
    assert len(sink.connections) == 1
    assert states() == {"queued": 3}

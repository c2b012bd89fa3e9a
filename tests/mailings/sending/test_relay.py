"""All workers together: never more connections than allowed, at the pace that was set, and patient while the relay is
down (M-06, M-08, M-17)."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mailings.models import ConnectionSlot, Delivery, RelayStatus
from mailings.sending import queue, relay
from mailings.sending.worker import Worker
from tests import FULL
from tests.faults import say, slowly
from tests.mailings.sending.engine import NAME, WorkerProcess, people, states, wait_until, wait_until_over, write_to
from tests.mailings.sending.mortal import SENT, Books, Scripted, Step
from tests.sink import Sink

Start = Callable[..., WorkerProcess]


def wait_for_a_try_in_vain() -> None:
    """Returns once a worker has asked the server again and has recorded that it is still away."""
    RelayStatus.objects.update(answer="")
    wait_until(lambda: RelayStatus.objects.exclude(answer="").exists())


def wait_until_all_have_looked(workers: int) -> None:
    """Returns once each worker has asked the database twice since; one that may not send rests in between."""
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (since,) = cursor.fetchone()
        wait_until(lambda since=since: have_asked(since) == workers)


def have_asked(since: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s AND query_start > %s",
            [NAME, since],
        )
        return cursor.fetchone()[0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_five_workers_never_use_more_than_three_connections(sink: Sink, start: Start) -> None:
    most: list[int] = []
    sink.when("DOT", slowly(0.01))
    write_to(people(400))
    for _ in range(5):
        start(MAIL_LEASE="5")
    while len(sink.messages) < 400:
        most.append(sink.open_connections)
        time.sleep(0.01)
    wait_until_over()
    assert max(most) == 3
    assert sink.copies() == dict.fromkeys(people(400), 1)


def slots(wanted: int) -> relay.ConnectionSlots:
    """The slots of a new worker."""
    return relay.ConnectionSlots(queue.new_lease(), wanted)


@pytest.mark.django_db
def test_slots_of_a_dead_worker_are_free_again_when_its_lease_ends(settings: Any, time_machine: Any) -> None:
    settings.MAIL_CONNECTIONS = 2
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    dead, other = slots(2), slots(2)
    assert dead.take() == 2
    time_machine.move_to(now + timedelta(seconds=settings.MAIL_LEASE - 1), tick=False)
    assert other.take() == 0
    time_machine.move_to(now + timedelta(seconds=settings.MAIL_LEASE + 1), tick=False)
    assert other.take() == 2
    assert not dead.renew(), "if it only slept, it has lost them"
    assert dead.take() == 0


@pytest.mark.django_db
def test_a_worker_keeps_its_slots_as_long_as_it_renews_them(settings: Any, time_machine: Any) -> None:
    settings.MAIL_CONNECTIONS = 2
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    slow, other = slots(1), slots(2)
    assert slow.take() == 1
    for step in range(1, 6):
        time_machine.move_to(now + timedelta(seconds=step * 0.6 * settings.MAIL_LEASE), tick=False)
        assert slow.renew()
        assert other.take() == 1
    slow.leave()
    assert other.take() == 2


@pytest.mark.django_db
def test_a_worker_that_has_what_it_wants_asks_the_database_once_in_half_a_lease(
    settings: Any, time_machine: Any, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    mine = slots(1)
    assert mine.take() == 1
    with django_assert_num_queries(0):
        assert (mine.take(), mine.renew()) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_that_take_slots_at_once_have_three_altogether() -> None:
    together = threading.Barrier(10)

    def take() -> int:
        try:
            mine = slots(2)
            mine.take(), mine.leave()
            together.wait()
            return mine.take()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        taken = sum(job.result() for job in [pool.submit(take) for _ in range(10)])
    held = ConnectionSlot.objects.exclude(lease="")
    assert taken == held.count() <= 3
    assert ConnectionSlot.objects.count() == 3


@pytest.mark.django_db
def test_the_pace_is_shared_and_mails_that_were_not_there_are_not_made_up_for(settings: Any, time_machine: Any) -> None:
    settings.MAIL_PER_MINUTE = 60
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    assert relay.reserve(10) == (now, timedelta(seconds=1))
    assert relay.reserve(5) == (now + timedelta(seconds=10), timedelta(seconds=1))
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    assert relay.reserve(5) == (now + timedelta(hours=1), timedelta(seconds=1))


@pytest.mark.django_db
def test_each_of_forty_mails_has_its_own_tenth_of_a_second(
    settings: Any, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers take turns; their pauses move the clock."""
    settings.MAIL_PER_MINUTE = 600
    monkeypatch.setattr("mailings.sending.queue.BATCH", 10)
    monkeypatch.setattr(Worker, "pause", lambda _, seconds: time_machine.shift(timedelta(seconds=seconds)))
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    went: list[datetime] = []
    script = Scripted([Step(SENT)], Books(Counter(), Counter()), lambda _: went.append(timezone.now()))
    write_to(people(40))
    workers = [Worker(script), Worker(script)]
    while sum(worker.work() for worker in workers):
        pass
    assert went == [now + number * timedelta(seconds=0.1) for number in range(40)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_to_600_mails_a_minute(sink: Sink, start: Start) -> None:
    """None goes out before its tenth of a second; a later one is no fault."""
    first, each = timezone.now() + timedelta(seconds=1), timedelta(seconds=0.1)
    RelayStatus.objects.create(pk=RelayStatus.THE_ONE, next_at=first)
    write_to(people(40))
    start(MAIL_PER_MINUTE="600")
    start(MAIL_PER_MINUTE="600")
    wait_until_over()
    sent = Delivery.objects.order_by("finished_at").values_list("finished_at", flat=True)
    assert [at for number, at in enumerate(sent) if at < first + number * each] == []
    assert RelayStatus.objects.get().next_at >= first + 40 * each
    assert sink.copies() == dict.fromkeys(people(40), 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_while_the_server_is_away_one_worker_looks_now_and_then_and_nobody_is_lost(sink: Sink, start: Start) -> None:
    """Time-compressed: a pause of one second instead of thirty."""
    write_to(people(300))
    sink.shut()
    start(MAIL_PAUSE="1"), start(MAIL_PAUSE="1")
    wait_until(lambda: RelayStatus.objects.exclude(down_since=None).exists())
    before = RelayStatus.objects.get().down_since
    wait_for_a_try_in_vain()
    sink.open()
    wait_until_over()
    assert sink.copies() == dict.fromkeys(people(300), 1)
    assert states() == {"sent": 300}
    assert before is not None
    assert RelayStatus.objects.get().down_since is None
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_server_that_goes_away_in_mid_run_loses_nobody(sink: Sink, start: Start) -> None:
    """Time-compressed: a pause of one second instead of thirty, and no minute's wait for those who were in hand."""
    everybody = people(1000 if FULL else 300)
    write_to(everybody)
    sink.when("TAKEN", slowly(0.002))
    start(MAIL_PAUSE="1"), start(MAIL_PAUSE="1")
    sink.wait_for(len(everybody) // 3)
    sink.shut()
    wait_until(lambda: RelayStatus.objects.exclude(down_since=None).exists())
    wait_for_a_try_in_vain()
    sink.open()
    wait_until(lambda: Delivery.objects.open().count() <= 2)
    Delivery.objects.open().update(due_at=timezone.now())
    wait_until_over()
    copies = sink.copies()
    assert set(copies) == set(everybody)
    assert sum(copies.values()) - len(copies) <= 2, "one for each worker"
    assert states() == {"sent": len(everybody)}
    assert RelayStatus.objects.get().down_since is None
    assert Delivery.objects.exclude(attempts=1).count() <= 2, "only who was in hand has lost a try"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_storm_of_attempts_while_the_server_refuses_us(sink: Sink, start: Start) -> None:
    """Three workers, a server that accepts nobody: one connection altogether after each pause."""
    write_to(people(50))
    sink.when("CONNECT", say("421 4.3.2 not now"))
    relay.mark_down("421 4.3.2 not now", 3600)
    for _ in range(3):
        start(MAIL_PAUSE="3600")
    for tries in range(1, 4):
        RelayStatus.objects.update(retry_at=timezone.now(), answer="")
        wait_until(lambda: RelayStatus.objects.exclude(answer="").exists())
        wait_until_all_have_looked(3)
        assert len(sink.connections) == tries
    sink.well_again()
    RelayStatus.objects.update(retry_at=timezone.now())
    wait_until_over()
    assert sink.copies() == dict.fromkeys(people(50), 1)


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_holds_the_run_and_tells_the_officers(sink: Sink, start: Start) -> None:
    write_to(people(20))
    sink.when("MAIL", say("550 5.7.1 we do not know you"))
    worker = start()
    wait_until(lambda: RelayStatus.objects.exclude(down_since=None).exists())
    down = RelayStatus.objects.get()
    assert down.answer == "550 5.7.1 we do not know you"
    assert down.retry_at is not None
    assert down.retry_at - timezone.now() > timedelta(minutes=14)
    wait_until(lambda: states() == {"queued": 20})
    assert len(sink.connections) == 1
    assert worker.runs
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}

"""The real worker, killed, doubled and asked to stop: nobody is lost (M-05)."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from mailings.models import Delivery
from mailings.sending import queue
from tests.faults import Action, do, slowly, wait
from tests.mailings.sending.engine import (
    WorkerProcess,
    let_leases_run_out,
    people,
    states,
    wait_until,
    wait_until_over,
    write_to,
)
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., WorkerProcess]


def duplicates(sink: Sink) -> int:
    return sum(sink.copies().values()) - len(sink.copies())


def check_copies(sink: Sink, emails: list[str], most_duplicates: int) -> None:
    """Everybody has got the mail, few have got it twice, and nobody two different ones."""
    assert set(emails) - set(sink.copies()) == set(), "missing"
    assert set(sink.copies()) - set(emails) == set(), "strangers"
    assert duplicates(sink) <= most_duplicates
    assert len({message.id for message in sink.messages}) == len(emails)
    assert len({(message.id, message.recipients) for message in sink.messages}) == len(emails)


def kill_at_random(sink: Sink, start: Start, recipients: int, kills: int, seed: int, connections: int = 1) -> None:
    """Kills one worker after the other, each after a random number of mails and some milliseconds."""
    command = ("manage.py", "deliver_mail", "--connections", str(connections))
    chance = random.Random(seed)
    emails = people(recipients)
    write_to(emails)
    sink.when("TAKEN", slowly(0.002))  # so that there is something to do at the last one
    for left in range(kills, 0, -1):
        before = len(sink.messages)
        worker = start(*command)
        most = (recipients - before) // left - 10  # that many go out until the kill strikes
        sink.wait_for(before + chance.randint(0, max(0, most)))
        time.sleep(chance.uniform(0, 0.02))
        worker.kill()
        assert worker.wait() == -9
    worker = start(*command)
    wait_until_over()
    worker.terminate()
    assert worker.wait() == 0
    crashes = f"seed {seed}: {recipients} recipients, {kills} kills of {connections} connections"
    print(f"{crashes}, 0 missing, {duplicates(sink)} duplicates")  # noqa: T201 - a figure of the proof
    check_copies(sink, emails, most_duplicates=kills * connections)
    assert states() == {"sent": recipients}


@pytest.mark.slow
def test_killed_at_random_moments_nobody_is_lost(sink: Sink, start: Start) -> None:
    kill_at_random(sink, start, recipients=100, kills=4, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", [11, 12, 13, 14, 15])
def test_killed_twenty_times_among_five_hundred(sink: Sink, start: Start, seed: int) -> None:
    kill_at_random(sink, start, recipients=500, kills=20, seed=seed)


@pytest.mark.slow
def test_killed_over_three_connections_it_repeats_one_for_each_at_the_most(sink: Sink, start: Start) -> None:
    kill_at_random(sink, start, recipients=50, kills=2, seed=2, connections=3)


@pytest.mark.proof
@pytest.mark.parametrize("seed", [21, 22, 23, 24, 25])
def test_killed_twenty_times_over_three_connections(sink: Sink, start: Start, seed: int) -> None:
    kill_at_random(sink, start, recipients=500, kills=20, seed=seed, connections=3)


@pytest.mark.slow
def test_killed_before_the_server_has_answered_repeats_one(sink: Sink, start: Start) -> None:
    emails = people(20)
    write_to(emails)
    sink.when("TAKEN", do(lambda: first.kill()), message=7, times=1)
    first = start()
    first.wait()
    start()
    wait_until_over()
    check_copies(sink, emails, most_duplicates=1)
    assert duplicates(sink) == 1


def test_killed_before_the_server_has_taken_it_repeats_nothing(sink: Sink, start: Start) -> None:
    emails = people(20)
    write_to(emails)
    sink.when("DOT", Action(call=lambda: first.kill(), drop=True), message=7, times=1)
    first = start()
    first.wait()
    start()
    wait_until_over()
    check_copies(sink, emails, most_duplicates=0)


def test_control_recording_before_sending_would_lose_mails(sink: Sink, start: Start) -> None:
    emails = people(60)
    write_to(emails)
    sink.when("TAKEN", do(lambda: first.kill()), message=7, times=1)
    first = start("-m", "tests.mailings.sending.broken_worker", "records-first")
    first.wait()
    start()
    wait_until_over()
    assert states() == {"sent": 60}, "the engine believes that all is well"
    assert len(set(emails) - set(sink.copies())) == 53


def test_two_workers_share_the_work(sink: Sink, start: Start) -> None:
    emails = people(500)
    write_to(emails)
    sink.when("TAKEN", slowly(0.01))  # so that there is something left for the second
    start(), start()
    wait_until_over()
    check_copies(sink, emails, most_duplicates=0)
    assert len({message.connection for message in sink.messages}) == 2
    assert states() == {"sent": 500}


def test_control_without_locks_two_workers_would_send_twice(sink: Sink, start: Start) -> None:
    looked, claimed = threading.Event(), threading.Event()
    write_to(people(2 * queue.BATCH))
    sink.when("CONNECT", wait(looked), times=2)
    sink.when("CONNECT", wait(claimed), times=2)
    start("-m", "tests.mailings.sending.broken_worker", "no-locks")
    start("-m", "tests.mailings.sending.broken_worker", "no-locks")
    for number, both in ((2, looked), (4, claimed)):
        wait_until(lambda: len(sink.connections) == number)  # noqa: B023 - called before the loop goes on
        both.set()
    sink.wait_for(3 * queue.BATCH)
    assert duplicates(sink) == queue.BATCH, "all of the first batch"


STOPPED_AT_ANY_MOMENT = """
import signal
import django
django.setup()
from mailings.sending.worker import Worker

signal.signal(signal.SIGALRM, lambda *_: worker.stop())
for number in range(1000):
    worker = Worker(object())
    signal.setitimer(signal.ITIMER_REAL, 0.00001 * (number % 30 + 1))
    for _ in range(30):
        worker.pause(0.00003)
    signal.setitimer(signal.ITIMER_REAL, 0)
"""


@pytest.mark.slow
def test_asked_to_stop_while_it_begins_or_ends_to_rest_it_does_not_lock_up() -> None:
    """A lock taken by the rest must not be wanted by the signal's handler."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "netzwerk.settings"}
    subprocess.run([sys.executable, "-c", STOPPED_AT_ANY_MOMENT], env=environment, check=True, timeout=30)


def test_asked_to_stop_it_finishes_the_message_in_hand(sink: Sink, start: Start) -> None:
    write_to(people(20))
    in_hand, go_on = threading.Event(), threading.Event()
    sink.when("DOT", do(in_hand.set), message=5)
    sink.when("TAKEN", wait(go_on), message=5)
    worker = start(MAIL_LEASE="60")
    assert in_hand.wait(30)
    worker.terminate()
    go_on.set()
    assert worker.wait(30) == 0, "the rest is free at once, not when the lease of 60 s runs out"
    assert len(sink.messages) == 5
    assert states() == {"sent": 5, "queued": 15}
    assert not Delivery.objects.filter(state="queued").exclude(lease="", crashes=0, attempts=0).exists()


def test_asked_to_stop_while_told_to_end_when_all_is_done(sink: Sink, start: Start) -> None:
    write_to(people(20))
    in_hand, go_on = threading.Event(), threading.Event()
    sink.when("DOT", do(in_hand.set), message=5)
    sink.when("TAKEN", wait(go_on), message=5)
    worker = start("manage.py", "deliver_mail", "--once")
    assert in_hand.wait(30)
    worker.terminate()
    go_on.set()
    assert worker.wait() == 0
    assert states() == {"sent": 5, "queued": 15}


def test_told_to_end_when_all_is_done_it_ends(sink: Sink, start: Start) -> None:
    write_to(people(60))
    assert start("manage.py", "deliver_mail", "--once").wait() == 0
    assert states() == {"sent": 60}


@pytest.mark.slow
def test_what_kills_every_worker_is_set_aside_after_five(sink: Sink, start: Start) -> None:
    poison, *others = people(60)
    write_to([poison, *others])
    deaths = 0
    while Delivery.objects.open().exists():
        worker = start("-m", "tests.mailings.sending.broken_worker", "dies-for", poison)
        wait_until(lambda: not (worker.runs and Delivery.objects.open().exists()))  # noqa: B023 - called before the loop goes on
        if not worker.runs:
            assert worker.wait() == 9
            deaths += 1
            let_leases_run_out()
    assert deaths == 5
    check_copies(sink, others, most_duplicates=0)
    failed = Delivery.objects.get(state="failed")
    assert (failed.address.email, failed.reason, failed.crashes) == (poison, "poison", 5)
    assert states() == {"sent": 59, "failed": 1}

"""PostgreSQL goes away under the worker's feet, and comes back: it goes on by itself, and nothing is lost (D-10)."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from mailings.models import Delivery
from mailings.sending import queue
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from netzwerk.local.postgres import Server
from tests.faults import do
from tests.mailings.sending.engine import (
    WorkerProcess,
    cut_connections,
    database_url,
    people,
    states,
    wait_until,
    wait_until_over,
    write_to,
)
from tests.sink import Sink

ROOT = settings.BASE_DIR
Start = Callable[..., WorkerProcess]


@pytest.mark.django_db(transaction=True)
def test_broken_connections_lose_nothing_and_repeat_nothing(sink: Sink, start: Start) -> None:
    emails = people(300)
    write_to(emails)
    worker = start()
    for count in (1, 70, 140, 210):
        sink.wait_for(count)
        wait_until(lambda: cut_connections(database_url()) > 0)
    wait_until_over()
    assert worker.runs
    assert sink.copies() == dict.fromkeys(emails, 1)
    assert states() == {"sent": 300}


@pytest.mark.django_db(transaction=True)
def test_what_the_server_has_taken_is_recorded_even_if_the_connection_breaks_just_then(
    sink: Sink, start: Start
) -> None:
    emails = people(20)
    write_to(emails)
    url, cut = database_url(), []
    sink.when("TAKEN", do(lambda: cut.append(cut_connections(url))), message=7, times=1)
    worker = start()
    wait_until_over()
    assert cut == [1]
    assert worker.runs
    assert sink.copies() == dict.fromkeys(emails, 1)


@pytest.mark.proof
@pytest.mark.parametrize("attempt", range(5))
def test_a_database_that_restarts_three_times_under_load(attempt: int, sink: Sink, tmp_path: Path) -> None:
    """`pg_ctl restart -m immediate`: no goodbye, recovery from the log. Its clock starts when it is back."""
    server, log = Server(tmp_path / "postgres"), tmp_path / "worker.log"
    with contextlib.closing(server):
        server.start()
        environment = os.environ | {
            "DATABASE_URL": server.url,
            "EMAIL_URL": sink.url,
            "EMAIL_TIMEOUT": "5",
            "MAIL_LEASE": "15",
        }
        fill = "from tests.mailings.sending.engine import *; write_to(people(2000))"
        manage(environment, "migrate", "-v0")
        manage(environment, "shell", "-v0", "-c", fill)
        with log.open("wb") as file:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "deliver_mail"], cwd=ROOT, env=environment, stdout=file, stderr=file
            )
        try:
            for count in (1, 500, 1000):
                sink.wait_for(count)
                restart(server)
                sink.wait_for(len(sink.messages) + 2, timeout=15)  # one may have been in hand
            sink.wait_for(2000)
            wait_until(lambda: states_at(server.url) == {"sent": 2000}, 30)
            assert worker.poll() is None
        finally:
            worker.terminate()
            worker.wait(30)
    assert sink.copies() == dict.fromkeys(people(2000), 1)
    assert "Traceback" not in log.read_text()


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def restart(server: Server) -> None:
    assert server.process
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(30)
    server.start()


def states_at(url: str) -> dict[str, int]:
    with contextlib.closing(psycopg2.connect(url)) as own, own.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM mailings_delivery GROUP BY state")
        return dict(cursor.fetchall())


# psycopg2 calls a connection that is lost in mid-statement a plain DatabaseError.
DISGUISES = [OperationalError("gone"), InterfaceError("closed"), DatabaseError("server closed the connection")]


@pytest.fixture
def worker(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr("mailings.sending.recording.REST", 0)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test needs it
    with contextlib.closing(Smtp(sink.url)) as transport:
        yield Worker(transport)


@pytest.mark.django_db
def test_an_outcome_outlives_a_lost_connection(sink: Sink, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    write_to(people(3))
    lost, sent = list(DISGUISES), queue.record_sent

    def lose_or_record(taken: list[tuple[Delivery, str]]) -> None:
        if lost:
            raise lost.pop()
        sent(taken)

    monkeypatch.setattr(queue, "record_sent", lose_or_record)
    worker.work()
    assert states() == {"sent": 3}
    assert sink.copies() == dict.fromkeys(people(3), 1)


@pytest.mark.django_db
def test_a_lost_connection_does_not_end_the_worker(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    write_to(people(1))
    lost = list(DISGUISES)

    def lose_or_stop(lease: str) -> None:
        if lost:
            raise lost.pop()
        worker.stop()

    monkeypatch.setattr(queue, "claim", lose_or_stop)
    worker.run()
    assert lost == []

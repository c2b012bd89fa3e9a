"""One of three workers is killed while PostgreSQL restarts: nobody is lost, hardly anybody gets it twice (M-05, D-10).

How many copies may repeat. `fast` ends PostgreSQL in order: the two workers left ask again until it is back, so only
the killed one's last message is in doubt. `immediate` is a crash: what was committed is in the log (`fsync` is on, and
so is synchronous_commit), hence a receipt that a worker has seen written is there afterwards, and one whose answer got
lost is written once more, to the same row. So the bound is the same: one for each connection of the killed worker.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from netzwerk.local.postgres import Server
from tests.mailings.sending.engine import people, wait_until
from tests.sink import Sink

RECIPIENTS, WORKERS = 1500, 3
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
COUNT = "SELECT state, count(*) FROM mailings_delivery GROUP BY state"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One that keeps what it has promised: not `throwaway`."""
    server = Server(tmp_path / "postgres")
    with contextlib.closing(server):
        server.start()
        yield server


@contextlib.contextmanager
def workers(environment: dict[str, str], log: Path, connections: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    found = []
    with log.open("ab") as file:
        try:
            for _ in range(WORKERS):
                command = ("deliver_mail", "--connections", str(connections))
                found.append(manage(environment, *command, stdout=file, stderr=file))
            yield found
        finally:
            for worker in found:
                worker.terminate()
            for worker in found:
                worker.wait(30)


def manage(environment: dict[str, str], *command: str, **options: object) -> "subprocess.Popen[bytes]":
    line = [sys.executable, "manage.py", *command]
    return subprocess.Popen(line, cwd=settings.BASE_DIR, env=environment, **options)  # type: ignore[call-overload]


def query(url: str, sql: str) -> list[tuple]:
    with contextlib.closing(psycopg2.connect(url)) as own, own.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def kill_during_restart(server: Server, victim: "subprocess.Popen[bytes]", how: int, chance: random.Random) -> None:
    """The kill comes before, in, or after the database's end, as chance has it."""
    assert server.process
    moment = chance.choice(["before", "while it ends", "while it is away"])
    if moment == "before":
        victim.kill()
    server.process.send_signal(how)
    if moment == "while it ends":
        victim.kill()
    server.process.wait(60)
    if moment == "while it is away":
        victim.kill()
    assert victim.wait(30) == -9
    server.start()


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("how", [FAST, IMMEDIATE], ids=["fast", "immediate"])
def test_a_worker_killed_while_the_database_restarts(
    how: int, connections: int, seed: int, server: Server, sink: Sink, tmp_path: Path
) -> None:
    chance, log = random.Random(seed), tmp_path / "workers.log"
    own = {"DATABASE_URL": server.url, "EMAIL_URL": sink.url, "EMAIL_TIMEOUT": "5", "MAIL_LEASE": "15"}
    environment = os.environ | own | {"MAIL_CONNECTIONS": str(WORKERS * connections)}
    fill = f"from tests.mailings.sending.engine import *; write_to(people({RECIPIENTS}))"
    assert manage(environment, "migrate", "-v0").wait() == 0
    assert manage(environment, "shell", "-v0", "-c", fill).wait() == 0
    with workers(environment, log, connections) as running:
        wait_until(lambda: sink.open_connections == WORKERS * connections or len(sink.messages) > RECIPIENTS / 2)
        sink.wait_for(len(sink.messages) + chance.randint(1, RECIPIENTS // 4))
        assert len(sink.messages) < RECIPIENTS - 100, "in the midst of it"
        kill_during_restart(server, running[seed], how, chance)
        wait_until(lambda: dict(query(server.url, COUNT)) == {"sent": RECIPIENTS}, 90)
        assert [worker.poll() for worker in running if worker is not running[seed]] == [None] * (WORKERS - 1)
    copies = sink.copies()
    twice = sum(copies.values()) - len(copies)
    crash = f"{signal.Signals(how).name}, connections: {WORKERS} x {connections}, seed {seed}"
    print(f"{crash}: {RECIPIENTS - len(copies)} missing, {twice} twice")  # noqa: T201 - a figure of the proof
    assert set(copies) == set(people(RECIPIENTS)), "missing"
    assert twice <= connections
    assert len({(message.id, message.recipients) for message in sink.messages}) == RECIPIENTS, "the same Message-ID"
    assert query(server.url, "SELECT 1 FROM mailings_receipt") == []
    assert "Traceback" not in log.read_text()

"""PostgreSQL dies while the worker lives: what it had taken but not yet put on disk is written again (M-05, D-10)."""

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg2
import pytest
from django.db import ConnectionHandler, DatabaseError

from mailings import receipts
from mailings.models import Delivery
from mailings.receipts import Receipts
from netzwerk.local import postgres
from netzwerk.local.postgres import Server

pytestmark = pytest.mark.django_db  # which allows to connect at all

TABLE = "CREATE TABLE mailings_receipt (delivery_id bigint PRIMARY KEY, at timestamptz, provider_id text)"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """One that keeps what it has promised, and does not hurry with what it has not."""
    monkeypatch.setitem(postgres.SETTINGS, "wal_writer_delay", "10s")
    server = Server(tmp_path / "postgres")
    with contextlib.closing(server):
        server.start()
        query(server, TABLE)
        own = ConnectionHandler({"default": dj_database_url.parse(server.url)})
        monkeypatch.setattr(receipts, "connections", own)
        yield server
        own.close_all()


def query(server: Server, sql: str) -> list[tuple]:
    with contextlib.closing(psycopg2.connect(server.url)) as own, own, own.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def stored(server: Server) -> set[int]:
    return {row[0] for row in query(server, "SELECT delivery_id FROM mailings_receipt")}


def crash(server: Server) -> None:
    assert server.process
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(30)
    server.start()


def write(worker: Receipts, number: int) -> None:
    """As the worker does, until the database is back."""
    try:
        worker.catch_up()
        worker.write(Delivery(pk=number))
    except DatabaseError:
        receipts.connections["default"].close()
        worker.catch_up()
        worker.write(Delivery(pk=number))


def test_a_receipt_that_was_lost_with_the_database_is_written_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "WITHIN", 3600)
    worker = Receipts()
    for number in range(1, 31):
        write(worker, number)
    assert stored(server) == set(range(1, 31)), "a worker that dies now has lost nothing"
    crash(server)
    assert stored(server) < set(range(1, 31)), "the control: some were not on disk"
    write(worker, 31)
    assert stored(server) == set(range(1, 32))


def test_at_the_pace_of_a_real_server_each_receipt_is_on_disk(server: Server) -> None:
    worker = Receipts()
    for number in range(1, 31):
        write(worker, number)
        time.sleep(2 * receipts.WITHIN)
    crash(server)
    assert stored(server) == set(range(1, 31))


def test_what_survived_the_lost_connection_is_not_doubled(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "WITHIN", 3600)
    worker = Receipts()
    for number in range(1, 6):
        write(worker, number)
    receipts.connections["default"].close()
    write(worker, 6)
    assert stored(server) == set(range(1, 7))

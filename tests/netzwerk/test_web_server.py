"""The portal behind its own web server: the settings of netzwerk/gunicorn.conf.py at work (S-21, P-13)."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from kit.webserver.connection import MAX_BODY
from netzwerk.environment import BASE_DIR
from tests.kit.webserver.server import SO_LONG, is_open, rest
from tests.local.portals import free_port
from tests.mailings.sending.engine import database_url, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "web-server-of-the-test"
WORKERS, THREADS = 3, 4
JOINING = b"POST /mitmachen/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nemail="
HALF_SENT = [b"", b"GET / HTTP", JOINING, JOINING[:40]]


class Portal:
    def __init__(self, log: Path) -> None:
        self.port, self._log = free_port(), log
        environment = {"PORT": str(self.port), "DATABASE_URL": database_url(), "PGAPPNAME": NAME}
        command = [sys.executable, "-m", "gunicorn", "-c", "netzwerk/gunicorn.conf.py", "netzwerk.wsgi"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=BASE_DIR, env=os.environ | environment, stdout=output, stderr=output
            )

    def visitor(self, sends: bytes = b"") -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=SO_LONG)
        sock.sendall(sends)
        return sock

    def page(self, path: str = "/", *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close", *headers]
        with self.visitor("\r\n".join([*lines, "", ""]).encode() + body) as sock:
            return rest(sock)

    def is_up(self) -> bool:
        with contextlib.suppress(ConnectionError):
            return self.page().startswith(b"HTTP/1.1 200 OK")
        return False

    @property
    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    running = Portal(tmp_path / "log")
    try:
        wait_until(running.is_up)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(SO_LONG)


def connections() -> int:
    with contextlib.closing(psycopg2.connect(database_url())) as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return cursor.fetchone()[0]


@pytest.mark.slow
@pytest.mark.logs_errors
def test_the_start_page_beside_half_sent_requests_and_a_log_that_names_nobody(portal: Portal) -> None:
    with contextlib.ExitStack() as stack:
        hanging = [stack.enter_context(portal.visitor(sent)) for sent in HALF_SENT * 5]
        for _ in range(2 * WORKERS * THREADS):
            assert portal.page().startswith(b"HTTP/1.1 200 OK")
        assert [is_open(sock) for sock in hanging] == [True] * 20
    assert 1 <= connections() <= WORKERS * THREADS

    hostile = ["GET", "X-Mail olena@example.org", "Content-Length: 2001:db8::7", "Host : 192.0.2.7"]
    assert [portal.page("/", header)[9:12] for header in hostile] == [b"400"] * 4
    assert "Invalid request" in portal.log
    for personal in ("127.0.0.1", "192.0.2.7", "2001:db8::7", "olena"):
        assert personal not in portal.log

    refused = portal.page("/mitmachen/", f"Content-Length: {MAX_BODY + 1}", method="POST", body=b"email=olena")
    assert refused.startswith(b"HTTP/1.1 413")
    assert b"Content-Security-Policy" in refused
    assert "Traceback" not in portal.log


@pytest.mark.slow
def test_the_workers_inherit_no_connection() -> None:
    """Kim's rows would come to Olena's worker: what is forked shares what is open."""
    say = "import netzwerk.wsgi; from django.db import connection; print(connection.connection)"
    environment = os.environ | {"DATABASE_URL": database_url()}
    said = subprocess.run([sys.executable, "-c", say], cwd=BASE_DIR, env=environment, capture_output=True, check=True)
    assert said.stdout == b"None\n"

"""PostgreSQL crashes again and again, or its disk is full: what the web server has confirmed is stored (D-10, D-11).

Readers press "Abmelden" in their mail program: a press that is answered 200 is stored.
What workers do meanwhile: tests/mailings/sending/test_restart.py. All for `make proof`.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings

from netzwerk.local import SETTINGS
from netzwerk.local.postgres import Server
from tests.local.portals import free_port
from tests.mailings.sending.engine import wait_until

pytestmark = pytest.mark.proof
READERS, AT_ONCE, REST = 150, 4, 0.2  # seconds: twenty presses a second, all together
MAKE_READERS = f"""
from mailings.links import unsubscribe_url
from tests.members.people import active
for number in range({READERS}):
    print(unsubscribe_url(active(f"p{{number}}@example.org").address))
"""
LEFT = """
SELECT email FROM members_member JOIN mailings_address a ON a.id = address_id WHERE state = 'left'
"""


class Site:
    """The web server over one PostgreSQL, and the readers' one-click links."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.port = server, free_port()
        clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        own = {"DATABASE_URL": server.url, "DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0"}
        self.environment = clean | own
        self._manage("migrate", "-v0")
        self.links = [urlsplit(link).path for link in self._manage("shell", "-v0", "-c", MAKE_READERS).split()]
        self.log = (folder / "web.log").open("wb")
        command = [sys.executable, "-m", "gunicorn", "-c", "netzwerk/gunicorn.conf.py", "netzwerk.wsgi"]
        self.web = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=self.log, stderr=self.log
        )
        wait_until(lambda: self.get("/healthz") != 0)

    def _manage(self, *command: str) -> str:
        line = [sys.executable, "manage.py", *command]
        done = subprocess.run(line, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str) -> int:
        return self._ask("GET", path)

    def leave(self, link: str) -> int:
        """Unsubscribes as a mail program does (RFC 8058)."""
        return self._ask("POST", link, "List-Unsubscribe=One-Click")

    def _ask(self, method: str, path: str, body: str | None = None) -> int:
        """The status, or 0 without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        return 0

    def connect(self) -> Any:
        return contextlib.closing(psycopg2.connect(self.server.url))

    def left(self, own: Any = None) -> set[str]:
        """The links of those who have left, as far as the database knows; asked over `own`, if given."""
        with self.connect() if own is None else contextlib.nullcontext(own) as asking, asking.cursor() as cursor:
            cursor.execute(LEFT)
            return {self.links[int(email.removeprefix("p").partition("@")[0])] for (email,) in cursor.fetchall()}

    def close(self) -> None:
        self.web.terminate()
        self.web.wait(60)
        self.log.close()


@contextlib.contextmanager
def site(data: Path, folder: Path, log: Path | None = None) -> Iterator[Site]:
    """With `log`, PostgreSQL's log of what it writes lies there, as the guide advises: without room for it, it ends."""
    server = Server(data)
    with contextlib.closing(server):
        server.start()
        if log:
            server.stop()
            shutil.move(data / "pg_wal", log)
            (data / "pg_wal").symlink_to(log)
            server.start()
        with contextlib.closing(Site(server, folder)) as found:
            yield found


def test_three_crashes_under_load_lose_nothing_that_was_confirmed(tmp_path: Path) -> None:
    confirmed: list[str] = []
    refused: list[int] = []
    over = Event()
    with site(tmp_path / "postgres", tmp_path) as portal, ThreadPoolExecutor(AT_ONCE) as readers, ExitStack() as stack:
        stack.callback(over.set)
        links = iter(portal.links)

        def press() -> None:
            """Each link until it is confirmed, as a mail program does."""
            for link in links:
                while (status := portal.leave(link)) != 200:
                    if over.is_set():
                        return
                    refused.append(status)
                    time.sleep(REST)
                confirmed.append(link)
                time.sleep(REST)

        pressing = [readers.submit(press) for _ in range(AT_ONCE)]
        for number in (30, 70, 110):
            wait_until(lambda number=number: len(confirmed) >= number)
            refused.clear()
            crash(portal)
            wait_until(lambda: refused.count(503) >= AT_ONCE)  # the load goes on
            known = set(confirmed)
            portal.server.start()
            assert portal.get("/") == 200  # the first request, with the web server as it was
            assert known <= portal.left()
        for each in pressing:
            each.result()
        assert sorted(confirmed) == sorted(portal.links)
        assert portal.left() == set(portal.links)


def crash(portal: Site) -> None:
    """Ends it like `pg_ctl stop -m immediate`: what was not yet written to the log is lost."""
    assert portal.server.process
    portal.server.process.send_signal(signal.SIGQUIT)
    portal.server.process.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_refuses_in_words_and_recovers_alone(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting is forbidden here")
    try:
        # A new connection sometimes writes a file of its own, and cannot begin where there is no room for it.
        with site(disk / "postgres", tmp_path, log=tmp_path / "wal") as portal, portal.connect() as own:
            assert [portal.leave(link) for link in portal.links[:5]] == [200] * 5
            fill(disk)
            answers = {link: portal.leave(link) for link in portal.links[5:]}
            assert set(answers.values()) == {200, 503}
            assert portal.get("/") == 200  # reading goes on
            assert len(portal.left(own)) == 5 + list(answers.values()).count(200)
            (disk / "ballast").unlink()
            refused = [link for link, status in answers.items() if status == 503]
            assert [portal.leave(link) for link in refused] == [200] * len(refused)
            assert portal.left() == set(portal.links)
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(bytes(4096)):
            pass

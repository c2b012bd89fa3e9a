"""Behind a connection pooler in transaction mode everybody gets a mail once (M-22).

Everything is real: Debian's pgbouncer, PostgreSQL, two workers, the web server, the daily job, a mail server. The pool
is smaller than the number of those who use it, so that each gets another session after every transaction.
"""

import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from kit.transactions import cursor_with
from netzwerk.local.postgres import Server
from tests.local.portals import free_port
from tests.mailings.sending.engine import wait_until
from tests.pooler.bouncer import MISSING, PROGRAM, Bouncer
from tests.pooler.visitor import Visitor
from tests.sink import Message, Sink

pytestmark = [pytest.mark.proof, pytest.mark.skipif(not PROGRAM, reason=MISSING)]

PEOPLE, ANSWERS, STRANGERS, CONNECTIONS = 627, 40, 5, 3
LINK = re.compile(r"/antwort/[A-Za-z0-9_:.-]+/\?antwort=ja")
INVITE = """
from django.db import transaction
from tests.events.meetings import *
from members import signup
with transaction.atomic():
    if not Member.objects.exists():
        people = [(f"familie.{{number}}@example.org", signup.Details()) for number in range({people})]
        signup.enter_all(people, origin="officer", by="amt", proof="Blatt 1")
    invitations.invite(meeting(), Audience())
"""
HOLD = """
import time
from kit import locks
with locks.held(locks.Lock.DAILY) as alone:
    print(alone, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("pooler") / "postgres", throwaway=True)
    with contextlib.closing(server):
        server.start()
        yield server


@pytest.fixture(scope="module")
def bouncer(server: Server) -> Iterator[Bouncer]:
    """With a migrated database behind it, migrated through it."""
    with Bouncer(server) as bouncer:
        Portal(bouncer.url).run("migrate", "-v0")
        yield bouncer


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(extensions=("PIPELINING", "8BITMIME")) as sink:
        yield sink


class Portal:
    """The programs of a portal; they end with the block, and none may have said "Traceback"."""

    def __init__(self, database_url: str, **environment: str) -> None:
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        own = {"DATABASE_URL": database_url, "SITE_URL": self.site, "PORT": str(self.port), "WEB_CONCURRENCY": "2"}
        self._environment = os.environ | own | environment
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> "subprocess.Popen[str]":
        line = [sys.executable, *command]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            line, cwd=settings.BASE_DIR, env=self._environment, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        self._running.append(process)
        return process

    def manage(self, *command: str) -> "subprocess.Popen[str]":
        return self.start("manage.py", *command)

    def run(self, *command: str) -> str:
        process = self.manage(*command)
        said, _ = process.communicate()
        assert process.returncode == 0, said
        return said

    def web(self) -> None:
        self.start("-m", "gunicorn", "-c", "netzwerk/gunicorn.conf.py", "netzwerk.wsgi")
        wait_until(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            Visitor(self.site).get("/mitmachen/")
            return True
        return False

    def __enter__(self) -> "Portal":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            if process.poll() is None:
                process.terminate()
        said = "".join(process.communicate(timeout=60)[0] or "" for process in self._running if not _is_read(process))
        print(said)  # noqa: T201 - a figure of the proof
        assert "Traceback" not in said


def _is_read(process: "subprocess.Popen[str]") -> bool:
    return process.stdout is None or process.stdout.closed


def query(server: Server, sql: str) -> list[tuple]:
    """Asks the database itself, past the pooler."""
    with contextlib.closing(psycopg2.connect(server.url)) as own, own.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def link_of(message: Message) -> str:
    """The link that says yes; "" if it is no invitation."""
    text = message.data.decode("latin-1").replace("=\r\n", "").replace("=3D", "=")
    found = LINK.search(text)
    return found[0] if found else ""


def invitations(messages: list[Message]) -> Counter[str]:
    return Counter(message.recipients[0] for message in messages if link_of(message))


def links(sink: Sink) -> Iterator[str]:
    """The links of the invitations, as they arrive."""
    for number in itertools.count():
        sink.wait_for(number + 1)
        if link := link_of(sink.messages[number]):
            yield link


def answer_invitations(portal: Portal, sink: Sink, problems: list[str]) -> None:
    """What the first families do while the others still wait for their mail; and some strangers join."""
    try:
        strangers = [(Visitor(portal.site), number) for number in range(STRANGERS)]
        forms = [visitor.form("/mitmachen/") for visitor, _ in strangers]
        for path in itertools.islice(links(sink), ANSWERS):
            visitor = Visitor(portal.site)
            page = visitor.send(path, visitor.form(path))
            if "Sie kommen" not in page:
                problems.append(page)
        for (visitor, number), form in zip(strangers, forms, strict=True):
            time.sleep(max(0, settings.FORM_SECONDS + 1 if not number else 0))
            visitor.send("/mitmachen/", form | {"email": f"neu.{number}.{portal.port}@example.org", "consent": "on"})
    except Exception as error:
        problems.append(repr(error))


@contextlib.contextmanager
def others(url: str) -> Iterator[None]:
    """Clients of the same pool in a hurry: the next statement of a worker hardly ever meets the session of its last."""
    over = threading.Event()

    def ask() -> None:
        with contextlib.closing(psycopg2.connect(url)) as own, own.cursor() as cursor:
            while not over.is_set():
                cursor.execute("SELECT pg_sleep(0.002)")
                own.commit()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("environment", "options"),
    [({}, ["--connections", "2"]), ({"MAIL_PER_MINUTE": "3000"}, [])],
    ids=["as fast as it goes", "at a pace"],
)
def test_627_people_get_one_mail_each(
    environment: dict[str, str], options: list[str], server: Server, bouncer: Bouncer, sink: Sink
) -> None:
    own = {"EMAIL_URL": sink.url, "MAIL_CONNECTIONS": str(CONNECTIONS), "MAIL_LEASE": "60"}
    most, problems = [0], list[str]()
    with Portal(bouncer.url, **own, **environment) as portal, others(bouncer.url):
        portal.web()
        portal.run("shell", "-v0", "-c", INVITE.format(people=PEOPLE))
        for _ in range(2):
            portal.manage("deliver_mail", *options)
        visitors = threading.Thread(target=answer_invitations, args=(portal, sink, problems))
        visitors.start()
        daily = [portal.manage("daily") for _ in range(2)]
        wait_until(lambda: most.append(sink.open_connections) or not visitors.is_alive(), 240)
        wait_until(lambda: most.append(sink.open_connections) or not _open(server), 240)
        said = [process.communicate(timeout=60)[0].strip() for process in daily]
    invited = invitations(sink.messages)
    figures = f"{sum(invited.values())} invitations to {len(invited)} people, {len(sink.messages)} mails in all"
    print(f"{figures}, {max(most)} connections at most")  # noqa: T201 - a figure of the proof
    assert problems == []
    assert invited == dict.fromkeys([f"familie.{number}@example.org" for number in range(PEOPLE)], 1)
    assert set(Counter(message.id for message in sink.messages).values()) == {1}
    assert len(sink.messages) >= PEOPLE + ANSWERS
    assert 0 < max(most) <= CONNECTIONS
    assert "Erledigt." in said
    assert set(said) <= {"Erledigt.", "Läuft schon."}
    assert query(server, "SELECT DISTINCT crashes FROM mailings_delivery") == [(0,)]


def _open(server: Server) -> int:
    sql = "SELECT count(*) FROM mailings_delivery WHERE state IN ('queued', 'sending') AND due_at < now()"
    return int(query(server, sql)[0][0])


def test_control_prepared_receipts_and_swallowed_errors_mail_people_twice(bouncer: Bouncer, sink: Sink) -> None:
    fill = "from tests.mailings.sending.engine import *; write_to(people(100))"
    with Portal(bouncer.url, EMAIL_URL=sink.url) as portal, others(bouncer.url):
        portal.run("shell", "-v0", "-c", fill)
        for _ in range(2):
            portal.start("-m", "tests.mailings.sending.broken_worker", "prepares")
        wait_until(lambda: max(sink.copies().values(), default=0) > 1, 120)


def test_a_killed_daily_job_does_not_block_the_next(bouncer: Bouncer) -> None:
    with Portal(bouncer.url) as portal:
        killed = portal.manage("shell", "-v0", "-c", HOLD)
        assert killed.stdout
        assert killed.stdout.readline() == "True\n"
        assert portal.run("daily").strip() == "Läuft schon."
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        wait_until(lambda: portal.run("daily").strip() == "Erledigt.")


def test_the_limits_of_the_web_reach_no_worker_on_the_same_connection(server: Server) -> None:
    ours, theirs = cursor_with(statement_timeout=5000, lock_timeout=3000), cursor_with(lock_timeout=3000)
    show = "SELECT pg_backend_pid(), current_setting('statement_timeout'), current_setting('lock_timeout')"
    with Bouncer(server, size=1) as narrow, contextlib.ExitStack() as stack:
        web, worker = (stack.enter_context(contextlib.closing(psycopg2.connect(narrow.url))) for _ in range(2))
        web.autocommit = worker.autocommit = True
        seen = []
        for own, factory in [(web, ours), (worker, theirs)] * 2:
            with own.cursor(cursor_factory=factory) as cursor:
                cursor.execute(show)
                seen.append(cursor.fetchone())
        assert len({pid for pid, *_ in seen}) == 1
        assert [rest for _, *rest in seen] == [["5s", "3s"], ["0", "3s"]] * 2
        with web.cursor() as cursor, worker.cursor() as other:  # the control: a session's setting reaches the other
            cursor.execute("SET statement_timeout = 5000")
            other.execute(show)
            assert other.fetchone()[1] == "5s"


def test_control_this_pooler_refuses_options_at_the_start(bouncer: Bouncer) -> None:
    with pytest.raises(psycopg2.OperationalError, match="unsupported startup parameter: options"):
        psycopg2.connect(bouncer.url, options="-c lock_timeout=3000")


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "deliver_mail"],
        ["manage.py", "daily"],
        ["-m", "gunicorn", "-c", "netzwerk/gunicorn.conf.py", "netzwerk.wsgi"],
    ],
    ids=lambda command: command[1],
)
def test_a_pooler_without_transactions_is_refused_in_one_sentence(command: list[str], server: Server) -> None:
    with Bouncer(server, mode="statement") as bouncer, Portal(bouncer.url) as portal:
        process = portal.start(*command)
        said, _ = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "DATABASE_URL leads to a pooler that allows no transactions; the portal needs them." in said
        assert "pool_mode = transaction" in said
        assert "Traceback" not in said


def test_a_database_that_is_away_is_no_such_pooler(tmp_path: Path) -> None:
    with Portal("postgres://netzwerk@127.0.0.1:1/netzwerk") as portal:
        process = portal.manage("shell", "-v0", "-c", "from kit import pooler; print(pooler.refuses_transactions())")
        assert process.communicate()[0].strip() == "False"

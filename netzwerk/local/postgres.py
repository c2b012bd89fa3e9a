"""Starts and ends the embedded PostgreSQL: programs from a wheel, one folder of data, one socket."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]

from netzwerk.local import orphans
from netzwerk.local.place import CannotStart, Place, find_place

PREFIX = "netzwerk-"
# PGHOST and its like, set for another server, must not reach ours or its clients.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
# Keeps statements and values out of its log: both hold what people wrote (P-13).
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    # Twice the default, so that the search tables of 100,000 offers stay in memory; used only as needed.
    "shared_buffers": "256MB",
    "unix_socket_permissions": "0700",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Autovacuum would come at any moment, and count the rows of tables that a test has just emptied: until it comes again
# they count as empty, and what reads the thousands of rows that the next test puts there takes a hundred times as long.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@contextlib.contextmanager
def running(data: Path, *, throwaway: bool = False, say: Callable[[str], None] = print) -> Iterator[str]:
    """Runs a server on the folder `data` (made at the first time) and yields its DATABASE_URL.

    See Server. With `throwaway` it is fast, unsafe, and its data are gone afterwards.
    """
    server = Server(data, throwaway=throwaway, say=say)
    try:
        server.start()
        yield server.url
    finally:
        server.close()


class Server:
    """The server on the folder `data`. The caller ensures that only one process at a time has such an object.

    `start` recovers from a crash, and may be called again when the server has died: its URL stays. `close` ends the
    server and removes the socket's folder. Raises CannotStart with a text for the operator.
    """

    def __init__(self, data: Path, *, throwaway: bool = False, say: Callable[[str], None] = print) -> None:
        self.log = data.with_name(f"{data.name}.log")
        self.socket_file = data.with_name(f"{data.name}.socket")
        self.throwaway = throwaway
        self.say = say
        data.parent.mkdir(parents=True, exist_ok=True)
        self.place = find_place(data.resolve(), say)
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = self._make_socket_folder()

    @property
    def url(self) -> str:
        return f"postgres://netzwerk@:5432/netzwerk?host={self.socket}"

    def start(self) -> None:
        data = self.place.data
        end_leftovers(data, self.say)
        if not (data / "PG_VERSION").exists():
            self.say("Datenbank wird angelegt …")
            _initialise(self.place, self.throwaway)
        settings = SETTINGS | (THROWAWAY if self.throwaway else {}) | {"unix_socket_directories": str(self.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.place.command("postgres", "-D", str(data), *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",  # the server's user may not be able to enter the folder we stand in
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for the supervisor, who ends the database last
                preexec_fn=orphans.none_left(signal.SIGINT),
                **self.place.identity,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        assert self.process
        patience = time.monotonic() + 120  # recovery after a crash replays what was not yet written
        while True:
            try:
                connection = psycopg2.connect(host=str(self.socket), port=5432, user="netzwerk", dbname="postgres")
                break
            except psycopg2.OperationalError:
                if self.process.poll() is not None or time.monotonic() > patience:
                    self.stop()
                    last = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
                    raise CannotStart(f"Die Datenbank startet nicht ({self.log}):\n{last}") from None
                time.sleep(0.05)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'netzwerk'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE netzwerk")

    def stop(self) -> None:
        """Shuts down fast: open transactions are rolled back, everything committed is on disk."""
        if not self.process:
            return
        for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self.process.poll() is None:
                    self.process.send_signal(number)
                self.process.wait(seconds)
                break
        self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.socket, ignore_errors=True)
        self.socket_file.unlink(missing_ok=True)
        if self.throwaway:
            shutil.rmtree(self.place.data, ignore_errors=True)

    def _make_socket_folder(self) -> Path:
        """A short path, because a socket's path ends at 107 characters; private to its user; noted for settings.py."""
        if self.socket_file.exists():  # left by a crash
            left = Path(self.socket_file.read_text().strip())
            if left.name.startswith(PREFIX):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        self.place.own(folder)
        self.socket_file.write_text(f"{folder}\n")
        return folder


def _initialise(place: Place, throwaway: bool) -> None:
    """Makes the cluster in another folder and moves it into place, so that it is never incomplete."""
    fresh = place.data.with_name(f"{place.data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    place.own(fresh)
    options = ["--username=netzwerk", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    # Plain C would leave umlauts and Cyrillic out of lower(), ILIKE and trigrams.
    # (The trigrams ask the C library what a letter is, hence its locale as well.)
    options += ["--locale=C", "--lc-ctype=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--no-sync"] if throwaway else []
    done = subprocess.run(
        place.command("initdb", "-D", str(fresh), *options),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd="/",
        env=ENVIRONMENT,
        preexec_fn=orphans.none_left(signal.SIGKILL),
        start_new_session=True,
        **place.identity,
    )
    if done.returncode:
        raise CannotStart(f"Die Datenbank ließ sich nicht anlegen:\n{done.stderr.decode(errors='replace').strip()}")
    fresh.rename(place.data)


def end_leftovers(data: Path, say: Callable[[str], None] = print) -> None:
    """Ends a server that outlived its supervisor on `data`, and removes the note of one that is gone."""
    note = data / "postmaster.pid"
    if not note.exists() or not Path("/proc/self").exists():
        return
    left = _servers_on(data)
    if left:
        say("Eine Datenbank von vorhin läuft noch und wird beendet …")
    for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        patience = time.monotonic() + seconds
        while left and time.monotonic() < patience:
            time.sleep(0.05)
            left = _servers_on(data)
    # PostgreSQL would not start if another program has the noted process number by now.
    note.unlink(missing_ok=True)


def _servers_on(data: Path) -> set[int]:
    """The processes of PostgreSQL at work in `data`: each of them stands in that folder."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text().strip() == "postgres" and (process / "cwd").readlink() == data:
                found.add(int(process.name))
    return found

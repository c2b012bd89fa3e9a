"""The portal on this machine: database, web server, mail worker and daily upkeep, from one command.

It starts and ends them in order, restarts what dies, and leaves nothing behind; what `kill -9` leaves, the next
start clears away.
"""

import contextlib
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]

from netzwerk import environment as env
from netzwerk.demo.account import PASSWORD, USER
from netzwerk.environment import BASE_DIR, DATA_DIR
from netzwerk.local import SETTINGS, font, orphans, static
from netzwerk.local.children import Child, end
from netzwerk.local.place import CannotStart
from netzwerk.local.postgres import Server

OLDEST_POSTGRESQL = 15
DAY = 24 * 60 * 60
NOTE = DATA_DIR / "run.env"
# A closed terminal ends the portal too, unless it was started with nohup.
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    ENDING.remove(signal.SIGHUP)


class Ended(BaseException):
    """The portal was told to end."""


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone; everything must still end in order
        print(line, flush=True)


def main() -> int:
    for number in ENDING:
        signal.signal(number, _end)
    try:
        with contextlib.ExitStack() as stack:
            run(stack)
    except CannotStart as reason:
        say(f"\n{reason}")
        return 1
    except Ended:
        say("Das Portal ist beendet.")
    return 0


def _end(number: int, frame: object) -> NoReturn:
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)  # a second signal must not interrupt the shutdown
    say("\nWird beendet …")
    raise Ended


def run(stack: contextlib.ExitStack) -> NoReturn:
    """Starts everything, prints its addresses, and tends it until Ended is raised. `stack` then takes it down."""
    parent = os.getppid()
    stack.enter_context(alone())
    port, listening = _port(stack)
    site = (os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    os.environ |= {"PORT": str(port), "DEBUG": "0", "PYTHONUNBUFFERED": "1"}
    if urlsplit(site).hostname in {"127.0.0.1", "localhost", "::1"}:
        os.environ["DEMO"] = env.text("DEMO", "1")  # what a backup has brought is no demo
    _write_note(stack)
    server = database(stack)
    _prepare()
    children = [
        Child("Der Webserver", _web(listening), pass_fds=[listening.fileno()], say=say),
        Child("Der Postversand", _manage("deliver_mail"), say=say),
        Child("Die tägliche Pflege", _manage("daily"), every=DAY, say=say),
    ]
    stack.callback(end, children)
    for child in children:
        child.tend()
    _wait_for_answer(port, site, children)
    _announce(site)
    while os.getppid() == parent:  # `make` was killed: nobody could end us any more
        time.sleep(0.5)
        if server and server.process and server.process.poll() is not None:
            say("Die Datenbank wurde unerwartet beendet und wird neu gestartet.")
            server.start()
        for child in children:
            child.tend()
    raise Ended


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One portal per clone. The lock ends with the process, however that ends."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (DATA_DIR / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart("Das Portal läuft in diesem Ordner schon. Strg+C beendet es, wo es läuft.") from None
        yield


def _port(stack: contextlib.ExitStack) -> tuple[int, socket.socket]:
    """Binds the port at once and keeps it: no visitor is refused while the web server restarts."""
    value = os.environ.get("PORT") or "8000"
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise CannotStart(f"PORT muss eine Zahl von 1 bis 65535 sein, nicht „{value}“.")
    listening = stack.enter_context(socket.socket())
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # After a crash the old web server may still be about to end.
    patience = time.monotonic() + (10 if NOTE.exists() else 0)
    while True:
        try:
            listening.bind(("127.0.0.1", int(value)))
            listening.listen(128)
        except PermissionError:
            raise CannotStart(f"Port {value} ist dem Betriebssystem vorbehalten: PORT=8001 make run") from None
        except OSError:
            if time.monotonic() > patience:
                raise CannotStart(
                    f"Port {value} ist schon belegt, vielleicht von einem anderen Portal. "
                    f"Einen anderen nehmen: PORT={int(value) + 1} make run"
                ) from None
            time.sleep(0.2)
        else:
            return int(value), listening


def _write_note(stack: contextlib.ExitStack) -> None:
    """Writes down the settings of this start: `manage.py` beside it reads them (environment.py)."""
    NOTE.touch(mode=0o600)
    settings = {name: os.environ[name].replace("\n", " ") for name in SETTINGS if os.environ.get(name)}
    NOTE.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    stack.callback(NOTE.unlink, missing_ok=True)


def database(stack: contextlib.ExitStack) -> Server | None:
    """The embedded server, or None if DATABASE_URL names another, which must be recent enough."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        say("Datenbank startet …")
        server = Server(DATA_DIR / "postgres", say=say)
        stack.callback(server.close)
        server.start()
        return server
    if not url.startswith(("postgres://", "postgresql://")):
        raise CannotStart("DATABASE_URL muss mit postgres:// beginnen: das Portal braucht PostgreSQL.")
    try:
        with contextlib.closing(psycopg2.connect(url, connect_timeout=10)) as connection:
            version = connection.server_version // 10000
    except psycopg2.Error as reason:
        raise CannotStart(f"DATABASE_URL führt zu keiner Datenbank:\n{reason}") from None
    if version < OLDEST_POSTGRESQL:
        raise CannotStart(f"Das Portal braucht PostgreSQL {OLDEST_POSTGRESQL} oder neuer, dort läuft {version}.")
    return None


def _prepare() -> None:
    font.cut()
    say("Tabellen werden geprüft …")
    _run(_manage("migrate", "--no-input", "-v0"))
    if static.begin():
        say("Stile und Bilder werden gesammelt …")
        _run(_manage(*static.COLLECT), static.environment())
        static.done()
    if os.environ.get("DEMO") == "1":
        say("Beispieldaten werden geprüft …")
        _run(_manage("demo_data"))


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *arguments]


def _web(listening: socket.socket) -> list[str]:
    options = ["-c", str(Path(BASE_DIR, "netzwerk/gunicorn.conf.py")), "--bind", f"fd://{listening.fileno()}"]
    return [sys.executable, "-m", "gunicorn", *options, "netzwerk.wsgi"]


def _wait_for_answer(port: int, site: str, children: list[Child]) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        for child in children:
            child.tend()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz", headers={"Host": urlsplit(site).netloc})
            connection.getresponse()
            return
    raise CannotStart("Der Webserver antwortet nicht, siehe oben. Nichts läuft.")


def _announce(site: str) -> None:
    say(f"\nDas Portal läuft:    {site}/")
    if os.environ.get("DEMO") == "1":
        say(f"Verwaltung:          {site}/verwaltung/   Benutzer {USER}, Passwort {PASSWORD}")
    else:
        say(f"Verwaltung:          {site}/verwaltung/")
    if mail := os.environ.get("EMAIL_URL"):
        scheme, _, rest = mail.partition("://")
        say(f"E-Mails gehen über:  {scheme}://{rest.rpartition('@')[2]}")
    elif os.environ.get("DEMO") == "1":
        say(f"Postkasten:          {site}/postkasten/   jede E-Mail, die das Portal verschickt")
    else:
        say(f"E-Mails liegen in:   {DATA_DIR / 'mails'}   (EMAIL_URL fehlt)")
    say("Strg+C beendet alles.")


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=orphans.none_left(signal.SIGTERM),
    )
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if code:
        raise CannotStart(f"„{command[2]}“ ist gescheitert, siehe oben. Nichts läuft.")

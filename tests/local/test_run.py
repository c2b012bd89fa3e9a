"""`make run` as people meet it. Each test runs a copy of the checkout, all for `make proof`."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netzwerk.local.place import OUTSIDE
from netzwerk.local.postgres import running
from tests.local.portals import Portal, copy_to, free_port

pytestmark = pytest.mark.proof
Start = Callable[..., Portal]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a portal in a folder; everything left of it is killed after the test."""
    portals: list[Portal] = []

    def begin(folder: Path, *before: str, port: int = 0, **environment: str) -> Portal:
        portals.append(Portal(folder, port or free_port(), *before, **environment))
        return portals[-1]

    yield begin
    for portal in portals:
        portal.clear_away()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return copy_to(tmp_path / "clone")


def test_second_start_takes_at_most_ten_seconds_and_keeps_the_data(clone: Path, start: Start) -> None:
    portal = start(clone)
    portal.wait_until_up()
    assert portal.get() == 200
    portal.write("behalten")
    portal.interrupt()
    portal.wait_until_gone()
    assert "Das Portal ist beendet." in portal.output
    again = start(clone)
    seconds = again.wait_until_up()
    assert "behalten" in again.read()
    assert seconds <= 10


@pytest.mark.parametrize("name", ["mit Leerzeichen und ä", "x" * 150, "it's $HOME;#"])
def test_any_folder_name(tmp_path: Path, start: Start, name: str) -> None:
    portal = start(copy_to(tmp_path / name / "clone"))
    portal.wait_until_up()
    assert portal.get() == 200
    portal.interrupt()
    portal.wait_until_gone()


def test_below_a_folder_for_its_owner_alone(tmp_path: Path, start: Start) -> None:
    tmp_path.chmod(0o700)
    clone = copy_to(tmp_path / "clone")
    rights = [(path, path.stat().st_mode) for path in (clone, *clone.parents)]
    portal = start(clone)
    portal.wait_until_up()
    assert rights == [(path, path.stat().st_mode) for path in (clone, *clone.parents)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by PostgreSQL")
@pytest.mark.parametrize("obstacle", ["no namespaces", "another's folder"])
def test_root_where_the_server_cannot_run_in_the_clone(tmp_path: Path, start: Start, obstacle: str) -> None:
    clone = copy_to(tmp_path / "clone")
    fresh = not OUTSIDE.exists()
    environment = {}
    if obstacle == "no namespaces":
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/unshare").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "bin/unshare").chmod(0o755)
        environment["PATH"] = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    else:
        tmp_path.chmod(0o700)
        os.chown(tmp_path, 12345, 12345)
    portal = start(clone, **environment)
    portal.wait_until_up()
    assert str(OUTSIDE) in portal.output
    portal.write("behalten")
    portal.interrupt()
    portal.wait_until_gone()
    again = start(clone, **environment)
    again.wait_until_up()
    assert "behalten" in again.read()
    place = Path(again.shell(f"from django.db import connection as c; k = c.cursor(); {PLACE}"))
    again.interrupt()
    again.wait_until_gone()
    assert place.is_relative_to(OUTSIDE)
    shutil.rmtree(OUTSIDE if fresh else place)


PLACE = "k.execute('SHOW data_directory'); print(*k.fetchone())"


@pytest.mark.skipif(os.geteuid() != 0, reason="we are a normal user in every other test")
def test_a_normal_user_in_a_fresh_clone(start: Start) -> None:
    """Without the packages installed here: their user may not even be able to enter our folders."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        clone = copy_to(Path(folder) / "clone")
        (clone / ".venv").unlink()
        subprocess.run(["chown", "-R", "nobody", folder], check=True)
        as_nobody = ("setpriv", "--reuid=nobody", "--clear-groups", "env", f"HOME={folder}")
        portal = start(clone, *as_nobody, PYTHON="/usr/bin/python3")
        portal.wait_until_up(600)
        assert portal.get() == 200
        portal.interrupt()
        portal.wait_until_gone()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_supervisor_ends_everything_with_code_0(clone: Path, start: Start, number: int) -> None:
    portal = start(clone)
    portal.wait_until_up()
    os.kill(portal.supervisor(), number)
    assert portal.make.wait(60) == 0
    portal.wait_until_gone(1)
    assert "database system is shut down" in (clone / ".data/postgres.log").read_text()
    assert not (clone / ".data/postgres.socket").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ending_make_alone_ends_everything(clone: Path, start: Start, number: int) -> None:
    portal = start(clone)
    portal.wait_until_up()
    portal.make.send_signal(number)
    portal.wait_until_gone()


def test_interrupted_while_starting(clone: Path, start: Start) -> None:
    for seconds in (0.4, 0.9, 1.4, 1.9, 3, 6):
        portal = start(clone)
        time.sleep(seconds)
        portal.interrupt()
        portal.wait_until_gone()
    portal = start(clone)
    portal.wait_until_up()


@pytest.mark.parametrize("what", ["supervisor", "everything"])
def test_the_next_start_recovers_from_kill_9(clone: Path, start: Start, what: str) -> None:
    portal = start(clone)
    portal.wait_until_up()
    for name in ("eins", "zwei", "drei"):
        portal.write(name)
        if what == "supervisor":
            os.kill(portal.supervisor(), signal.SIGKILL)
            portal.make.wait()
        else:
            portal.kill()
        portal = start(clone, port=portal.port)
        portal.wait_until_up()
        assert name in portal.read()
    assert portal.read()[-3:] == ["eins", "zwei", "drei"]


def test_what_dies_is_started_again(clone: Path, start: Start) -> None:
    portal = start(clone)
    portal.wait_until_up()
    for pattern, words in (
        (r"postgres -D", "Die Datenbank wurde unerwartet beendet"),
        (r"-m gunicorn", "Der Webserver wurde unerwartet beendet"),
        (r"manage.py deliver_mail", "Der Postversand wurde unerwartet beendet"),
    ):
        os.kill(portal.processes(pattern)[0], signal.SIGKILL)
        patience = time.monotonic() + 20
        while words not in portal.output or not portal.processes(pattern) or portal.get() != 200:
            assert time.monotonic() < patience, portal.output
            time.sleep(0.1)
    portal.write("da")


def test_a_second_portal_is_refused(clone: Path, tmp_path: Path, start: Start) -> None:
    portal = start(clone)
    portal.wait_until_up()
    shutil.copytree(clone, tmp_path / "other", ignore=shutil.ignore_patterns(".data"), symlinks=True)
    other = start(tmp_path / "other", port=portal.port)
    assert other.make.wait(20) != 0
    assert f"Port {portal.port} ist schon belegt" in other.output
    assert not other.processes()
    same = start(clone)
    assert same.make.wait(20) != 0
    assert "läuft in diesem Ordner schon" in same.output
    assert portal.get() == 200
    portal.interrupt()


def test_a_port_that_another_program_has(clone: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        portal = start(clone, port=taken.getsockname()[1])
        assert portal.make.wait(20) != 0
    assert "schon belegt" in portal.output
    assert "Traceback" not in portal.output
    assert not (clone / ".data/run.env").exists()


def test_with_a_database_of_the_operators(clone: Path, tmp_path: Path, start: Start) -> None:
    with running(tmp_path / "theirs") as url:
        portal = start(clone, DATABASE_URL=url)
        portal.wait_until_up()
        assert not (clone / ".data/postgres").exists()
        portal.write("dort")
        assert "dort" in portal.read()
        portal.interrupt()
        portal.wait_until_gone()
    portal = start(clone, DATABASE_URL="postgres://netzwerk@127.0.0.1:1/netzwerk")
    assert portal.make.wait(20) != 0
    assert "DATABASE_URL führt zu keiner Datenbank" in portal.output

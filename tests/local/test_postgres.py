import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from netzwerk.local.postgres import Server, end_leftovers, running

LETTERS = "SELECT lower('ÄÖЖ'), 'Ärger' ILIKE 'ärg%', similarity('Жук', 'жук') FROM (SELECT) AS one"


def ask(url: str, *statements: str) -> tuple:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        row = cursor.fetchone()
    connection.close()
    return row


def test_it_knows_german_and_cyrillic_letters_and_keeps_its_data(tmp_path: Path) -> None:
    data = tmp_path / ("ein langer Pfad mit Leerzeichen " * 4) / "postgres"
    extensions = [f"CREATE EXTENSION {name}" for name in ("unaccent", "pg_trgm", "btree_gist", "citext")]
    with running(data) as url:
        assert ask(url, *extensions, LETTERS) == ("äöж", True, 1.0)
        told = data.with_name("postgres.socket").read_text().strip()
        assert told in url
        assert Path(told).stat().st_mode & 0o777 == 0o700
    assert not Path(told).exists()
    with running(data) as url:
        assert ask(url, "SELECT 1 FROM pg_extension WHERE extname = 'citext'") == (1,)


@pytest.mark.slow
def test_a_server_that_outlived_its_starter_is_ended_and_everything_committed_is_there(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path / "postgres", throwaway=False)
    server.start()
    ask(server.url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    said: list[str] = []
    again = Server(tmp_path / "postgres", say=said.append)  # as if the first had been killed
    again.start()
    assert "läuft noch" in said[0]
    assert ask(again.url, "SELECT n FROM kept") == (7,)
    assert not server.socket.exists()
    server.stop()
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("whose", ["nobody's", "a stranger's"])
def test_a_killed_server_starts_again_whatever_its_note_says(tmp_path: Path, whose: str) -> None:
    server = Server(tmp_path / "postgres", say=lambda line: None)
    server.start()
    process = server.process
    assert process
    process.kill()
    process.wait()
    if whose == "a stranger's":
        note = server.place.data / "postmaster.pid"
        note.write_text(f"{os.getppid()}\n" + note.read_text().split("\n", 1)[1])
    server.start()
    assert ask(server.url, "SELECT 1") == (1,)
    server.close()


def test_it_ends_with_its_starter_even_killed(tmp_path: Path) -> None:
    script = "import sys, pathlib, time; from netzwerk.local.postgres import running\n"
    script += "with running(pathlib.Path(sys.argv[1])) as url: print(url, flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, str(tmp_path / "postgres")]
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    while "postgres://" not in (url := starter.stdout.readline()):
        assert url
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    patience = time.monotonic() + 10
    while (tmp_path / "postgres/postmaster.pid").exists():
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_nothing_is_ended_where_no_server_ran(tmp_path: Path) -> None:
    end_leftovers(tmp_path, say=pytest.fail)

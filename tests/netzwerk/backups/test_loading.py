"""A dump goes onto every server that the portal can run on, with whatever programs a machine has."""

import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from netzwerk.backups import Refused, loading, programs
from netzwerk.backups.programs import Database
from tests.netzwerk.backups.test_drill import DEBIANS, debians_server
from tests.tools import missing

# The first statement is pg_restore's own; the same words in a row are somebody's.
WORDS = ["SET transaction_timeout = 0;", "Ä\\n\t'", "\\."]


@pytest.fixture
def older() -> Database:
    """An empty database on PostgreSQL 15, beside one with a table."""
    if not DEBIANS.is_dir():
        missing("Debian's PostgreSQL 15 is not installed")
    with debians_server() as url:
        host = parse_qs(urlsplit(url).query)["host"][0]
        full = Database("netzwerk", {"host": host, "user": "netzwerk"})
        with closing(full.connect()) as own, own, own.cursor() as cursor:
            cursor.execute("CREATE TABLE words (word text NOT NULL)")
            cursor.executemany("INSERT INTO words VALUES (%s)", [[word] for word in WORDS])
        yield full


def dumped(full: Database, version: int, folder: Path) -> Path:
    program = programs.installed("pg_dump")[version]
    subprocess.run([program, "--format=custom", f"--file={folder}/dump"], env=full.environment(), check=True)
    return folder / "dump"


@pytest.mark.parametrize("version", [15, 18])
def test_on_15_with_programs_of_any_version(older: Database, version: int, tmp_path: Path, monkeypatch) -> None:
    dump, empty = dumped(older, version, tmp_path), older.named("leer")
    only = {version: programs.installed("pg_restore")[version]}
    monkeypatch.setattr(programs, "installed", lambda program: only)
    loading.load(dump, empty, version)
    with closing(empty.connect()) as own, own.cursor() as cursor:
        cursor.execute("SELECT word FROM words")
        assert [word for (word,) in cursor] == WORDS
    with pytest.raises(Refused, match=r"pg_restore ist gescheitert(?s:.*)words"):  # it is there already
        loading.load(dump, empty, version)

"""`manage.py restore`: a fresh database takes the portal's place when all is right, or nothing happens (O-02)."""

import io
import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from netzwerk import environment as env
from netzwerk import upkeep
from netzwerk.backups import Refused, archive, checking, keys, manifest, restoring, workplace
from netzwerk.backups.programs import Database
from netzwerk.models import Heartbeat
from tests.netzwerk.backups.conftest import Key, new_key
from tests.netzwerk.backups.test_making import opened

pytestmark = pytest.mark.django_db
OWN_ORDER = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
NO_UMLAUTS = "ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C.UTF-8' LC_CTYPE 'C'"


class Machine(NamedTuple):
    """Another machine with an empty database, and what was run there in the new portal."""

    database: Database
    commands: list[tuple[str, ...]]

    def restore(self, file: Path, key: Key, **options: bool) -> list[str]:
        said: list[str] = []
        restoring.restore(file, key.file, say=said.append, **options)
        return said

    def databases(self) -> list[str]:
        """All that are there of this portal."""
        own = f"starts_with(datname, '{self.database.name}')"  # a test beside this one has others
        return self.column(self.database.named("postgres"), f"SELECT datname FROM pg_database WHERE {own}")

    def heartbeats(self) -> list[str]:
        return self.column(self.database, "SELECT name FROM netzwerk_heartbeat")

    def holds_a_portal(self) -> bool:
        return self.column(self.database, "SELECT to_regclass('django_migrations') IS NOT NULL") == [True]

    def column(self, database: Database, query: str) -> list:
        with closing(database.connect()) as own, own.cursor() as cursor:
            cursor.execute(query)
            return sorted(value for (value,) in cursor.fetchall())

    def administer(self, *statements: str) -> None:
        with closing(self.database.named("postgres").connect()) as own:
            own.autocommit = True
            for statement in statements:
                own.cursor().execute(statement)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    portal = Database.of_portal()
    found = Machine(portal.named(f"drill_{portal.name}"), [])
    monkeypatch.setattr(Database, "of_portal", classmethod(lambda cls: found.database))
    monkeypatch.setattr(restoring, "manage", lambda environment, *command: found.commands.append(command) or "")
    found.administer(f'CREATE DATABASE "{found.database.name}"')
    yield found
    found.administer(*(f'DROP DATABASE "{name}"' for name in found.databases()))


def test_an_empty_machine_becomes_the_portal(machine: Machine, made: Path, key: Key, settings) -> None:
    said = machine.restore(made, key)
    assert machine.databases() == [machine.database.name]
    assert machine.heartbeats() == [beat.name for beat in Heartbeat.objects.order_by("name")]
    assert [command[0] for command in machine.commands] == ["migrate", "after_restore"]
    assert "Jede Tabelle ist gleich." in said[-2]
    kept = env.parsed((settings.DATA_DIR / "restored.env").read_text())
    assert kept["HASH_KEY"] == settings.HASH_KEY
    assert kept["DEMO"] == "0"
    assert not {"EMAIL_URL", "SITE_URL", "BACKUP_KEY"} & kept.keys()  # a copy must reach nobody
    assert (settings.DATA_DIR / "restored.env").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.DATA_DIR.glob("restore*")] == ["restored.env"]  # nothing unencrypted


@pytest.mark.slow
def test_a_portal_that_is_there_is_refused_or_kept_aside(machine: Machine, made: Path, key: Key) -> None:
    machine.restore(made, key)
    with pytest.raises(Refused, match=r"ist schon ein Portal. Soll die Sicherung an seine Stelle treten\?"):
        machine.restore(made, key)
    said = machine.restore(made, key, replace=True)
    portal, before = machine.databases()
    assert portal == machine.database.name
    assert before.startswith(f"{portal}_vor_20")
    assert f"dropdb {before}" in said[-1]


@pytest.mark.slow
def test_it_has_the_locale_of_the_database_before_and_knows_umlauts(machine: Machine, made: Path, key: Key) -> None:
    """Not that of the cluster, which may know none (see also tests/deploy/test_guide.py)."""
    name = machine.database.name
    machine.administer(f'DROP DATABASE "{name}"', f"""CREATE DATABASE "{name}" TEMPLATE template0 {NO_UMLAUTS}""")
    assert machine.column(machine.database, "SELECT lower('Ä')") == ["Ä"]
    machine.restore(made, key)
    assert machine.column(machine.database, "SELECT lower('Ä')") == ["ä"]
    assert machine.column(machine.database, OWN_ORDER) == ["C.UTF-8"]


def damaged(whole: bytes, how: str) -> bytes:
    middle = len(whole) // 2
    return {
        "cut off": whole[:-100_000],
        "cut off at the last byte": whole[:-1],
        "cut off in its head": whole[:100],
        "one bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "longer": whole + b"x",
        "empty": b"",
        "a letter": b"Guten Tag" * 1000,
    }[how]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        *[(how, archive.DAMAGED) for how in ("cut off", "cut off at the last byte", "one bit", "longer")],
        *[(how, archive.NO_BACKUP) for how in ("cut off in its head", "empty", "a letter")],
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence(made: Path, key: Key, tmp_path: Path, how: str, said: str) -> None:
    bad = tmp_path / "netzwerk-20261129-023000.tar.age"
    bad.write_bytes(damaged(made.read_bytes(), how))
    with pytest.raises(Refused) as refusal:
        checking.unpack(bad, archive.identities(key.file))
    assert str(refusal.value) == said


def test_a_key_that_does_not_fit_or_is_none(made: Path, key: Key, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=archive.FOREIGN):
        checking.unpack(made, archive.identities(new_key(tmp_path / "fremd.txt").file))
    (tmp_path / "kein.txt").write_text(key.public)
    with pytest.raises(Refused, match="steht kein privater Schlüssel"):
        archive.identities(tmp_path / "kein.txt")


@pytest.mark.parametrize("coding", ["utf-8-sig", "latin-1"])
def test_a_key_typed_from_paper_into_any_editor_opens_it(made: Path, key: Key, tmp_path: Path, coding: str) -> None:
    [secret] = [line for line in key.file.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-")]
    typed = tmp_path / "abgetippt.txt"
    typed.write_text(f"{secret.lower()}\r\nSchlüssel der Stadt\r\n", coding)
    assert checking.unpack(made, archive.identities(typed)).files


def rewritten(made: Path, key: Key, tmp_path: Path, **changes: object) -> Path:
    """The same backup with another manifest, whole and well encrypted. A change of None leaves the manifest out."""
    members = opened(made, key)
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()
    if None in changes.values():
        del members["manifest.json"]
    file = tmp_path / "anders.tar.age"
    with file.open("wb") as out:
        archive.write(out, members.items(), [pyrage.x25519.Recipient.from_str(key.public)])
    return file


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, manifest.NEWER),
        ({"migrations": ["members.0999_later"]}, r"neueren Fassung.*members.0999_later"),
        ({"postgresql": 99}, "Die Sicherung stammt von PostgreSQL 99, hier läuft 18"),
        ({"files": {}}, archive.DAMAGED),
        ({"format": None}, archive.DAMAGED),
        ({"tables": {"public.members_member": [3, "1"]}}, "nicht alles gleich: .*public.members_member"),
    ],
)
def test_newer_or_not_what_it_says(machine, made, key, tmp_path, settings, changes, said) -> None:
    with pytest.raises(Refused, match=said):
        machine.restore(rewritten(made, key, tmp_path, **changes), key)
    assert machine.databases() == [machine.database.name]
    assert not machine.holds_a_portal()
    assert machine.commands == []
    assert not (settings.DATA_DIR / "restored.env").exists()


@pytest.mark.slow
def test_whatever_fails_last_leaves_what_was_there(machine: Machine, made: Path, key: Key, monkeypatch) -> None:
    machine.restore(made, key)
    before = machine.databases()

    def fails(environment: dict[str, str], *command: str) -> str:
        raise Refused(command[0])

    monkeypatch.setattr(restoring, "manage", fails)
    with pytest.raises(Refused, match="migrate"):
        machine.restore(made, key, replace=True)
    assert machine.databases() == before
    assert machine.heartbeats()


def leftovers(machine: Machine, settings) -> tuple[list[str], list[str]]:
    return [path.name for path in settings.DATA_DIR.glob("restore-*")], machine.databases()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_leaves_nothing_unencrypted(machine, made, key, monkeypatch, settings, number) -> None:
    monkeypatch.setattr(restoring, "manage", lambda environment, *command: os.kill(os.getpid(), number))
    before = signal.default_int_handler  # whatever these tests were started with: `nohup` would ignore SIGHUP
    ours = signal.signal(number, before)
    try:
        with pytest.raises(SystemExit, match="abgebrochen"):
            machine.restore(made, key)
        assert signal.getsignal(number) is before
    finally:
        signal.signal(number, ours)
    assert leftovers(machine, settings) == ([], [machine.database.name])


def test_what_a_killed_one_has_left_goes_with_daily_and_what_runs_stays(machine: Machine, settings) -> None:
    left = settings.DATA_DIR / "restore-abc"
    left.mkdir()
    (left / "settings.env").write_text("SECRET_KEY=geheim\n")
    machine.administer(f'CREATE DATABASE "{machine.database.name}_neu"')
    with workplace.folder() as running:
        assert not left.exists()  # the next restore clears away, too
        left.mkdir()
        upkeep.clear_restores(timezone.now())
        assert leftovers(machine, settings) == ([running.name], [machine.database.name])
    upkeep.clear_restores(timezone.now())
    assert leftovers(machine, settings) == ([], [machine.database.name])


def test_no_room_to_unpack_is_said_in_a_sentence(machine: Machine, made: Path, key: Key, settings, monkeypatch) -> None:
    open_file = Path.open

    def full(path: Path, mode: str = "r", *args, **options):
        return open("/dev/full", "wb", buffering=0) if mode == "ab" else open_file(path, mode, *args, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Refused, match=r"nicht auspacken: No space left on device\. Nichts wurde geändert\."):
        machine.restore(made, key)
    assert leftovers(machine, settings) == ([], [machine.database.name])


def test_a_portal_that_runs_is_not_replaced(machine: Machine, made: Path, key: Key) -> None:
    with closing(machine.database.connect()), pytest.raises(Refused, match="Das Portal läuft noch"):
        machine.restore(made, key)


def test_other_keys_than_the_backups_are_refused(monkeypatch, settings) -> None:
    restored = {name: getattr(settings, name) for name in keys.KEYS}
    monkeypatch.setattr(env, "given", lambda: {"HASH_KEY": "x", "SECRET_KEY": "x"})
    keys.check(restored)
    with pytest.raises(Refused, match=r"Hier gelten andere Schlüssel als in der Sicherung: HASH_KEY\."):
        keys.check(restored | {"HASH_KEY": "y" * 64})
    settings.SECRET_KEY_FALLBACKS = ["z" * 64]
    keys.check(restored | {"SECRET_KEY": "z" * 64})


def test_the_settings_come_out_without_touching_anything(made: Path, key: Key, settings) -> None:
    out = io.StringIO()
    with mock.patch.object(Path, "mkdir", side_effect=AssertionError), mock.patch("tempfile.mkdtemp", None):
        call_command("restore", str(made), "--identity", str(key.file), "--settings-only", stdout=out)
    assert env.parsed(out.getvalue())["SECRET_KEY"] == settings.SECRET_KEY
    with pytest.raises(CommandError, match="Womit soll sie geöffnet werden"):
        call_command("restore", str(made))

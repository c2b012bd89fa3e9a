"""`manage.py backup`: one encrypted file or none, and the last good one stays (O-01, D-07)."""

import io
import json
import os
import stat
import subprocess
import tarfile
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from netzwerk import upkeep
from netzwerk.backups import Refused, archive, making, programs
from netzwerk.models import Heartbeat
from netzwerk.privacy import register, tombstones
from tests.members.people import active
from tests.netzwerk.backups.conftest import Key, new_key, old

pytestmark = pytest.mark.django_db


def opened(path: Path, key: Key) -> dict[str, bytes]:
    """What a stranger finds with `age -d` and `tar x`."""
    plain = pyrage.decrypt(path.read_bytes(), archive.identities(key.file))
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def test_one_file_holds_all_that_another_machine_needs(made: Path, key: Key, settings, tmp_path: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert sorted(path.name for path in made.parent.iterdir()) == [made.name, f"{made.name}.sha256"]
    held = opened(made, key)
    assert sorted(held) == ["LIESMICH.txt", "database.dump.000000", "manifest.json", "settings.env"]
    for name in ("SECRET_KEY", "HASH_KEY", "FACTOR_KEY"):
        assert f"{name}={getattr(settings, name)}\n" in held["settings.env"].decode()
    assert "manage.py migrate && manage.py after_restore --made-at ZEIT" in held["LIESMICH.txt"].decode()
    manifest = json.loads(held["manifest.json"])
    assert manifest["postgresql"] == connection.pg_version // 10000 == manifest["pg_dump"]
    assert manifest["tables"]["public.netzwerk_heartbeat"][0] == Heartbeat.objects.count()
    assert "netzwerk.0015_heartbeats_of_restoring" in manifest["migrations"]
    dump = tmp_path / "dump"
    dump.write_bytes(held["database.dump.000000"])
    listed = subprocess.run(
        [programs.suiting("pg_restore", 18, ""), "--list", dump], capture_output=True, text=True, check=True
    )
    assert "TABLE DATA public members_member" in listed.stdout


def test_what_is_written_can_be_checked_without_the_portal(made: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", f"{made.name}.sha256"], cwd=made.parent, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_nobody_without_the_key_reads_a_word(made: Path, settings) -> None:
    written = made.read_bytes()
    assert written.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert settings.HASH_KEY.encode() not in written
    assert b"PGDMP" not in written  # how every dump begins


def test_each_of_several_keys_opens_it(backup_dir: Path, settings, tmp_path: Path, key: Key) -> None:
    """The Kreis has one, the town another."""
    town = new_key(tmp_path / "stadt.txt")
    settings.BACKUP_KEY = [key.public, town.public]
    path = making.make()
    assert opened(path, key) == opened(path, town)
    assert Heartbeat.objects.filter(name="backup").exists()


def test_the_list_of_erasures_travels_along(backup_dir: Path, key: Key) -> None:
    register.erase(active("kim@example.org").address, timezone.now())
    tombstones.write()
    assert opened(making.make(), key)["erasures.txt"] == (backup_dir / "erasures.txt").read_bytes()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"BACKUP_KEY": []}, "BACKUP_KEY fehlt"),
        ({"BACKUP_DIR": ""}, "BACKUP_DIR fehlt"),
        ({"BACKUP_KEY": ["age1qqqq"]}, "„age1qqqq“ ist kein öffentlicher Schlüssel"),
        ({"BACKUP_DIR": "/proc/sicherungen"}, "Die Sicherung ließ sich nicht schreiben: No such file or directory."),
    ],
)
def test_what_is_missing_is_said(backup_dir: Path, settings, wrong: dict[str, object], said: str) -> None:
    for name, value in wrong.items():
        setattr(settings, name, value)
    with pytest.raises(Refused, match=said):
        making.make()
    assert not Heartbeat.objects.filter(name="backup").exists()


def test_a_pg_dump_older_than_the_server_is_refused_in_words(backup_dir: Path, monkeypatch) -> None:
    monkeypatch.setattr(programs, "installed", lambda program: {15: Path("/usr/lib/postgresql/15/bin/pg_dump")})
    with pytest.raises(Refused, match=r"pg_dump ist älter als der Server \(PostgreSQL 18\). Gefunden: pg_dump 15"):
        making.make()
    assert list(backup_dir.glob("*")) == []


def test_a_pg_dump_that_fails_in_the_middle_leaves_the_last_good_one(backup_dir: Path, monkeypatch, tmp_path) -> None:
    good = old(backup_dir, 1)
    bad = tmp_path / "pg_dump"
    bad.write_text("#!/bin/sh\nhead -c 9000000 /dev/zero\necho 'lost connection' >&2\nexit 1\n")
    bad.chmod(0o755)
    monkeypatch.setattr(programs, "installed", lambda program: {18: bad})
    with pytest.raises(Refused, match="pg_dump ist gescheitert: lost connection"):
        making.make()
    assert sorted(backup_dir.iterdir()) == [good, making.checksum_of(good)]
    assert not Heartbeat.objects.filter(name="backup").exists()


def test_a_full_disk_leaves_the_last_good_one(backup_dir: Path, monkeypatch) -> None:
    good = old(backup_dir, 1)
    full = io.FileIO("/dev/full", "w")  # a real one, on a real disk: test_drill.py
    monkeypatch.setattr(making, "create", lambda part: full)
    with pytest.raises(Refused, match="No space left on device"):
        making.make()
    assert sorted(backup_dir.iterdir()) == [good, making.checksum_of(good)]


def test_before_35_days_are_over_a_backup_is_gone_but_never_the_last(backup_dir: Path) -> None:
    """Thinned once a day: what stays lives for another day."""
    aged, young = old(backup_dir, 34.1), old(backup_dir, 33.9)
    (backup_dir / ".netzwerk-20260101-000000.tar.age.part").touch()  # left by one that was killed
    (backup_dir / "urlaub.tar.age").touch()
    making.thin(backup_dir, timezone.now())
    left = {path.name for path in backup_dir.iterdir()}
    assert left == {young.name, f"{young.name}.sha256", "urlaub.tar.age"}
    young.rename(aged)
    making.thin(backup_dir, timezone.now())
    assert aged.exists()


def test_old_ones_go_also_where_no_new_one_can_be_made(backup_dir: Path, settings) -> None:
    settings.BACKUP_KEY = []
    aged, young = old(backup_dir, 36), old(backup_dir, 3)
    with pytest.raises(Refused, match="BACKUP_KEY fehlt"):
        making.make()
    assert (aged.exists(), young.exists()) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(backup_dir: Path) -> None:
    with locks.held(Lock.BACKUP), pytest.raises(Refused, match="Eine andere Sicherung läuft gerade"):
        making.make()


def test_a_pooler_is_refused(backup_dir: Path, monkeypatch) -> None:
    """It tells another number of its process than PostgreSQL; pg_dump would leave its settings in others' sessions."""
    connect = programs.Database.connect

    class Pooled:
        def __init__(self, own):
            self.own = own

        def __getattr__(self, name):
            return getattr(self.own, name)

        def get_backend_pid(self):
            return 1

    monkeypatch.setattr(programs.Database, "connect", lambda self: Pooled(connect(self)))
    with pytest.raises(Refused, match="Pooler"):
        making.make()


def test_daily_makes_one_unless_a_timer_has(backup_dir: Path, time_machine, monkeypatch) -> None:
    monkeypatch.setattr(upkeep, "STEPS", [upkeep.back_up])
    now = timezone.now()
    upkeep.run()
    assert len(making.backups(backup_dir)) == 1
    time_machine.move_to(now + making.FRESH + timedelta(minutes=1), tick=False)
    upkeep.run(backup=False)
    assert len(making.backups(backup_dir)) == 1
    upkeep.run()
    assert len(making.backups(backup_dir)) == 2
    upkeep.run()
    assert len(making.backups(backup_dir)) == 2


@pytest.mark.logs_errors
def test_a_failure_ends_with_an_error_and_tells_the_operator_once(backup_dir: Path, settings, told) -> None:
    keys, settings.BACKUP_KEY = settings.BACKUP_KEY, []
    for _ in range(2):
        with pytest.raises(CommandError, match="BACKUP_KEY fehlt"):
            call_command("backup")
    settings.BACKUP_KEY = keys
    call_command("backup", stdout=io.StringIO())
    failed, well = told()
    assert failed.startswith("Netzwerk Siegen-Wittgenstein: Störung: backup\nDie Sicherung ist gescheitert. BACKUP_KEY")
    assert well.startswith("Netzwerk Siegen-Wittgenstein: Wieder gut: backup")


def test_a_new_key_opens_what_its_public_half_closes(tmp_path: Path, backup_dir: Path, settings) -> None:
    file, out = tmp_path / "neu.txt", io.StringIO()
    call_command("backup", "--new-key", str(file), stdout=out)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    settings.BACKUP_KEY = [out.getvalue().partition("BACKUP_KEY=")[2].strip()]
    assert "settings.env" in opened(making.make(), Key("", file))
    with pytest.raises(CommandError, match="lässt sich nicht anlegen: File exists"):
        call_command("backup", "--new-key", str(file))

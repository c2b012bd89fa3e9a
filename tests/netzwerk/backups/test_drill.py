"""The drill: everything is taken away, and a stranger brings it back with the file and the key alone (O-01, O-02).

Beate is an officer whose phone shows codes; Kim is erased after the backup; Anna has a mail from before with her link;
Nele said never to be written to again, and is known by a key alone, which HASH_KEY makes.
All for `make proof`.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from netzwerk.backups import archive, checking, manifest
from netzwerk.backups.programs import Database
from netzwerk.local.postgres import running
from tests.faults import say
from tests.local.portals import Portal, copy_to, free_port
from tests.netzwerk.backups.conftest import Key, new_key
from tests.sink import Sink
from tests.tools import missing

pytestmark = pytest.mark.proof

PATIENCE = 400  # seconds to start in a fresh folder, on a busy machine
DEBIANS = Path("/usr/lib/postgresql/15/bin")
PAGES = (
    "/", "/wegweiser/", "/termine/", "/gruppen/", "/mitmachen/", "/meine-daten/", "/impressum/", "/barrierefreiheit/",
    "/verwaltung/login/", "/robots.txt",
)  # fmt: skip
# What a restore itself writes; `daily` and the web server have not run by then.
WRITTEN_BY_IT = {"netzwerk_heartbeat", "netzwerk_auditentry", "mailings_relaystatus", "django_session"}
PEOPLE = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from mailings import suppression
from mailings.models import Address, Suppression
from tests.netzwerk.signing_in.people import PASSWORD, with_app
suppression.suppress("nele@example.org", Suppression.Reason.COMPLAINT)
with_app(User.objects.create_superuser("beate", "beate@amt.example", PASSWORD))
emails = ["anna@example.org", "kim@example.org", *(f"p{number}@example.org" for number in range(99))]
long_ago = timezone.now() - timedelta(days=30)
Address.objects.bulk_create(Address(email=email, list_mail=True, created_at=long_ago) for email in emails)
"""
SEND = """
from django.db import transaction
from mailings.models import Address
from tests.members.people import newsletter
with transaction.atomic():
    newsletter(*{emails})
"""
ERASE_KIM = """
from django.utils import timezone
from mailings.models import Address
from netzwerk.privacy import register, tombstones
register.erase(Address.objects.get(email="kim@example.org"), timezone.now())
tombstones.write()
"""
OPEN = "from mailings.models import Delivery; print(Delivery.objects.open().count())"
DUE_NOW = """
from django.utils import timezone
from mailings.models import Delivery
Delivery.objects.open().update(due_at=timezone.now())
"""
KIM = "from mailings.models import Address; print(Address.objects.filter(email='kim@example.org').count())"
NELE = """
from django.test import override_settings
from mailings.suppression import is_suppressed
print(is_suppressed("nele@example.org"))
with override_settings(HASH_KEY="the key of another portal"):
    print(is_suppressed("nele@example.org"))
"""
SIGN_IN = """
from django.conf import settings
settings.ALLOWED_HOSTS += ["testserver"]
from django.test import Client
from tests.netzwerk.signing_in.people import PASSWORD, shown, sign_in
from tests.pressing import press
desk = Client()
page = sign_in(desk, "beate", PASSWORD, shown())
print("Es geht keine Mail hinaus" in page)
PAGE = "/verwaltung/nach-dem-einspielen/"
page = press(desk, desk.get(PAGE).content.decode(), "Alles verschicken", PAGE)
print("Die Post ist freigegeben" in page)
"""


@pytest.fixture
def portals() -> Iterator[list[Portal]]:
    found: list[Portal] = []
    yield found
    for portal in found:
        portal.clear_away()


def make_restore(folder: Path, file: Path, key: Key, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA_DIR"}}
    command = ["make", "restore", f"FILE={file}", f"IDENTITY={key.file}"]
    done = subprocess.run(command, cwd=folder, env=clean | environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def taken_away(folder: Path, where: Path, with_erasures: bool = True) -> Path:
    """Brings the newest backup, and the list of erasures, to another place, and deletes what was there."""
    where.mkdir()
    newest = max(folder.glob("*.tar.age"))
    for path in [newest, *([folder / "erasures.txt"] if with_erasures else [])]:
        shutil.copy(path, where)
    shutil.rmtree(folder)
    return where / newest.name


def test_a_stranger_brings_the_portal_back(tmp_path: Path, portals: list[Portal]) -> None:
    key = new_key(tmp_path / "key.txt")
    before, link = in_the_kreishaus(tmp_path, portals, key)
    file = taken_away(tmp_path / "backups", tmp_path / "stick")
    found = checking.unpack(file, archive.identities(key.file))
    shutil.rmtree(before.folder)

    begin = time.monotonic()
    other = copy_to(tmp_path / "Rathaus")
    said = make_restore(other, file, key)
    assert "Jede Tabelle ist gleich." in said, said
    assert "Eine Person war seit der Sicherung gelöscht worden und ist es wieder." in said
    touched = {"mailings_address", "mailings_delivery", "netzwerk_erasure", *WRITTEN_BY_IT}
    assert set(_differences(other, found)) <= {f"public.{table}" for table in touched}
    with Sink() as sink:
        after = Portal(other, free_port(), EMAIL_URL=sink.url)
        portals.append(after)
        after.wait_until_up(PATIENCE)
        assert time.monotonic() - begin < 600
        assert [after.get(path) for path in (*PAGES, link)] == [200] * 11  # Anna's link, from a mail sent before
        assert [after.shell(script) for script in (KIM, OPEN)] == ["0", "99"]
        assert after.shell(NELE).split() == ["True", "False"]
        after.shell(DUE_NOW)
        for _ in range(3):
            after.manage("deliver_mail", "--once")
        assert sink.messages == []
        assert after.shell(SIGN_IN).split() == ["True", "True"]
        sink.wait_for(99)
        assert len(sink.copies()) == 99


def in_the_kreishaus(tmp_path: Path, portals: list[Portal], key: Key) -> tuple[Portal, str]:
    """A portal with a hundred open copies, its backup, and an erasure after it; and the link in Anna's mail."""
    with Sink() as sink:
        own = {"EMAIL_URL": sink.url, "BACKUP_DIR": str(tmp_path / "backups"), "BACKUP_KEY": key.public, "DEMO": "0"}
        portal = Portal(copy_to(tmp_path / "Kreishaus"), free_port(), **own)
        portals.append(portal)
        portal.wait_until_up(PATIENCE)
        portal.shell(PEOPLE)
        portal.shell(SEND.format(emails=["anna@example.org"]))
        sink.wait_for(1)
        [link] = re.findall(rb"<http://[^/]+(/abmelden/[^>]+)>", sink.messages[0].data)
        sink.when("MAIL", say("451 try later"))
        portal.shell(SEND.format(emails=[f"p{number}@example.org" for number in range(99)] + ["kim@example.org"]))
        assert portal.shell(OPEN) == "100"
        portal.interrupt()
        _backed_up(portal, own)
        _with_database(portal, ERASE_KIM, own)
    return portal, link.decode()


def test_from_older_tables_on_debians_15_to_18_and_never_back(tmp_path: Path, portals: list[Portal]) -> None:
    if not DEBIANS.is_dir():
        missing("Debian's PostgreSQL 15 is not installed")
    key = new_key(tmp_path / "key.txt")
    backups = tmp_path / "backups"
    own = {"BACKUP_DIR": str(backups), "BACKUP_KEY": key.public}
    with debians_server() as url:
        clone = Portal(copy_to(tmp_path / "Kreishaus"), free_port(), DATABASE_URL=url, **own)
        portals.append(clone)
        clone.wait_until_up(PATIENCE)
        clone.interrupt()
        _manage(clone.folder, "migrate", "-v0", "mailings", "0017", DATABASE_URL=url, **own)
        _manage(clone.folder, "backup", DATABASE_URL=url, **own)
        found = checking.unpack(max(backups.glob("*.tar.age")), archive.identities(key.file))
        assert (found.postgresql, found.pg_dump) == (15, 15)
        other = copy_to(tmp_path / "Rathaus")
        said = make_restore(other, max(backups.glob("*.tar.age")), key)
        assert "Jede Tabelle ist gleich." in said, said
        with running(other / ".data/postgres") as embedded:
            _manage(other, "migrate", "--check", DATABASE_URL=embedded)
        after = Portal(other, free_port())
        portals.append(after)
        after.wait_until_up(PATIENCE)
        assert after.get("/wegweiser/?q=unterhalt") == 200
        newer = tmp_path / "from 18"
        after.interrupt()
        with running(other / ".data/postgres") as embedded:
            _manage(other, "backup", DATABASE_URL=embedded, BACKUP_DIR=str(newer), BACKUP_KEY=key.public)
        empty = url.replace("/netzwerk?", "/leer?")
        refused = make_restore(copy_to(tmp_path / "alt"), max(newer.glob("*.tar.age")), key, DATABASE_URL=empty)
        assert "Die Sicherung stammt von PostgreSQL 18, hier läuft 15." in refused, refused


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    key = new_key(tmp_path / "key.txt")
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("mounting is forbidden here")
    try:
        clone = copy_to(tmp_path / "Kreishaus")
        with running(clone / ".data/postgres", throwaway=True) as url:
            own = {"BACKUP_DIR": str(small), "BACKUP_KEY": key.public, "DATABASE_URL": url}
            _manage(clone, "migrate", "-v0", DATABASE_URL=url)
            good = Path(_manage(clone, "backup", **own).partition(" (")[0])
            before = good.read_bytes()
            (small / "ballast").write_bytes(bytes(1_000_000 - len(before)))
            failed = _run(clone, "backup", **own)
            assert failed.returncode == 1
            assert "Die Sicherung ließ sich nicht schreiben: No space left on device." in failed.stderr
        (small / "ballast").unlink()
        assert good.read_bytes() == before
        assert sorted(path.suffix for path in small.iterdir()) == [".age", ".sha256"]
    finally:
        subprocess.run(["umount", small], check=True)


def _run(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA_DIR"}}
    command = [str(folder / ".venv/bin/python"), "manage.py", *arguments]
    return subprocess.run(command, cwd=folder, env=clean | environment, capture_output=True, text=True)


def _manage(folder: Path, *arguments: str, **environment: str) -> str:
    done = _run(folder, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _backed_up(portal: Portal, own: dict[str, str]) -> str:
    with running(portal.folder / ".data/postgres") as url:
        return _manage(portal.folder, "backup", DATABASE_URL=url, **own)


def _with_database(portal: Portal, script: str, own: dict[str, str]) -> str:
    with running(portal.folder / ".data/postgres") as url:
        return _manage(portal.folder, "shell", "-v0", "-c", script, DATABASE_URL=url, **own)


def _differences(folder: Path, found: manifest.Manifest) -> list[str]:
    """The tables that are not as they were when the backup was made."""
    with running(folder / ".data/postgres") as url:
        host = url.partition("host=")[2]
        database = Database("netzwerk", {"host": host, "port": "5432", "user": "netzwerk"})
        with closing(database.connect()) as own, own.cursor() as cursor:
            return manifest.differences(found.tables, manifest.fingerprints(cursor))


@contextlib.contextmanager
def debians_server() -> Iterator[str]:
    """PostgreSQL 15 of Debian with the database of a portal, and an empty one, as its own user."""
    place = Path(tempfile.mkdtemp(prefix="debian15-", dir="/tmp"))
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(place, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run([DEBIANS / program, *arguments], check=True, capture_output=True, cwd="/", **who)

    run("initdb", "-D", f"{place}/data", "-A", "trust", "-U", "netzwerk", "-E", "UTF8", "--locale=C.UTF-8")
    run("pg_ctl", "-D", f"{place}/data", "-w", "-l", f"{place}/log", "-o", f"-k {place} -c listen_addresses=", "start")
    try:
        for name in ("netzwerk", "leer"):
            run("createdb", "-h", str(place), "-U", "netzwerk", name)
        yield f"postgres://netzwerk@:5432/netzwerk?host={place}"
    finally:
        run("pg_ctl", "-D", f"{place}/data", "-m", "immediate", "stop")
        shutil.rmtree(place)

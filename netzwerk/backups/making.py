"""Makes a backup: one encrypted file, complete or not there (O-01, D-07)."""

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from netzwerk.backups import Refused, archive, keys, manifest, programs
from netzwerk.backups.manifest import Manifest
from netzwerk.models import Heartbeat
from netzwerk.privacy import register, tombstones

FRESH = timedelta(hours=20)
_NAME = re.compile(r"netzwerk-(\d{8}-\d{6})\.tar\.age")
_STAMP = "%Y%m%d-%H%M%S"
_READ_ME = """\
Sicherung des Portals, gemacht mit manage.py backup.

Mit dem Portal: make restore FILE=… IDENTITY=… (docs/betrieb.md, „Wiederherstellen“).
Ohne das Portal: age -d -i SCHLÜSSEL DATEI | tar x
                 cat database.dump.* > portal.dump
                 createdb netzwerk && pg_restore --exit-on-error --no-owner -d netzwerk portal.dump
pg_restore muss so neu sein wie pg_dump in manifest.json. Bevor das Portal mit diesen Einstellungen startet:
                 manage.py migrate && manage.py after_restore --made-at ZEIT --erasures erasures.txt
ZEIT ist made_at in manifest.json. Sonst gehen Mails zweimal hinaus, und Gelöschte sind wieder da.
settings.env enthält die Schlüssel. Ohne sie gelten Links in Mails, Sperrliste und zweiter Schritt nicht mehr.
"""


def make() -> Path:
    """Writes a backup to BACKUP_DIR and thins the old ones. Raises Refused; then the last good one is still there."""
    if not settings.BACKUP_DIR:
        raise Refused("BACKUP_DIR fehlt: der Ordner, in den die Sicherung soll.")
    folder = Path(settings.BACKUP_DIR)
    with locks.held(Lock.BACKUP) as alone:
        if not alone:
            raise Refused("Eine andere Sicherung läuft gerade.")
        now = timezone.now()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            thin(folder, now)  # also without a key
            path = folder / f"netzwerk-{now.astimezone(UTC):{_STAMP}}.tar.age"
            made = _write(path, now, _recipients())
        except OSError as reason:
            raise Refused(f"Die Sicherung ließ sich nicht schreiben: {reason.strerror or reason}.") from reason
    Heartbeat.beat(Heartbeat.Name.BACKUP, now)
    return made


def _recipients() -> list[Any]:
    recipients = archive.recipients(settings.BACKUP_KEY)
    if not recipients:
        raise Refused("BACKUP_KEY fehlt: der öffentliche Schlüssel (manage.py backup --new-key macht ein Paar).")
    return recipients


def is_fresh(now: datetime) -> bool:
    """Whether the last backup will do for today."""
    return Heartbeat.was_after(Heartbeat.Name.BACKUP, now - FRESH)


def backups(folder: Path) -> dict[datetime, Path]:
    """The backups in `folder` by when they were made, oldest first."""
    found = {}
    for path in folder.glob("netzwerk-*.tar.age"):
        if match := _NAME.fullmatch(path.name):
            found[datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)] = path
    return dict(sorted(found.items()))


def thin(folder: Path, now: datetime) -> None:
    """Deletes what has had its time, and what a killed run has left. The newest backup stays, however old it is."""
    for part in folder.glob(".netzwerk-*.part"):
        part.unlink()
    kept = timedelta(days=register.BACKUP_DAYS - 1)  # what stays today is here until tomorrow
    for made_at, path in list(backups(folder).items())[:-1]:
        if now - made_at > kept:
            path.unlink()
            checksum_of(path).unlink(missing_ok=True)


def checksum_of(path: Path) -> Path:
    """The file beside the backup that `sha256sum -c` reads."""
    return path.with_name(f"{path.name}.sha256")


def _write(path: Path, now: datetime, recipients: list[Any]) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        with create(part) as out:
            checksum = archive.write(out, _members(now), recipients)
            out.flush()
            os.fsync(out.fileno())
        checksum_of(path).write_text(f"{checksum}  {path.name}\n")
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        if not path.exists():
            checksum_of(path).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    with suppress(OSError):  # not every network drive can do it
        os.fsync(folder)
    os.close(folder)
    return path


def create(part: Path) -> IO[bytes]:
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _members(now: datetime) -> Iterator[archive.Member]:
    """All parts of a backup. The manifest comes last, so a backup without it is not whole."""
    database = programs.Database.of_portal()
    small = {archive.READ_ME: _READ_ME.encode(), keys.NAME: keys.text(keys.in_force()).encode()}
    if tombstones.file().is_file():
        small[archive.ERASURES] = tombstones.file().read_bytes()
    yield from small.items()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in small.items()}
    with _snapshot(database) as (cursor, snapshot):
        version = cursor.connection.server_version // 10000
        program = programs.suiting("pg_dump", version, f"pg_dump ist älter als der Server (PostgreSQL {version}).")
        whole = hashlib.sha256()
        for number, piece in enumerate(_dump(program, database, snapshot)):
            whole.update(piece)
            yield f"{archive.DUMP}.{number:06}", piece
        found = Manifest(
            made_at=now.isoformat(),
            portal=manifest.portal_version(),
            site=settings.SITE_URL,
            postgresql=version,
            pg_dump=programs.version(program),
            migrations=manifest.applied_migrations(cursor),
            tables=manifest.fingerprints(cursor),
            files=hashes | {archive.DUMP: whole.hexdigest()},
        )
    yield archive.MANIFEST, found.to_json()


@contextmanager
def _snapshot(database: programs.Database) -> Iterator[tuple[Any, str]]:
    """A cursor in a transaction that sees one moment, and the name under which pg_dump sees the same."""
    with closing(database.connect()) as own:
        own.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            # A pooler invents the number that it tells when connecting. pg_dump would leave its settings in sessions
            # that the portal uses afterwards.
            if cursor.fetchone()[0] != own.get_backend_pid():
                raise Refused(
                    "DATABASE_URL führt zu einem Pooler. Für die Sicherung muss es zu PostgreSQL selbst führen: "
                    "DATABASE_URL=postgres://… manage.py backup"
                )
            cursor.execute(locks.NO_END)
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchone()[0]


def _dump(program: Path, database: programs.Database, snapshot: str) -> Iterator[bytes]:
    """What pg_dump writes, in pieces. Raises Refused if it fails, with its own last words."""
    options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--snapshot={snapshot}"]
    command = [str(program), *options]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, env=database.environment(), stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout
        try:
            while piece := process.stdout.read(archive.PIECE):
                yield piece
            if process.wait():
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
                raise Refused(f"pg_dump ist gescheitert: {' '.join(last)}")
        finally:
            process.stdout.close()
            process.kill()
            process.wait()

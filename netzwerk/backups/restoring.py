"""Restores a backup: into a fresh database beside the portal's, which is put in its place when all is right (O-02).

Whatever fails on the way leaves the portal's database, its keys and its files as they were.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from netzwerk import environment as env
from netzwerk.backups import Refused, archive, checking, keys, loading, manifest, workplace
from netzwerk.backups.archive import DUMP, ERASURES
from netzwerk.backups.manifest import Manifest
from netzwerk.backups.programs import Database

Say = Callable[[str], None]
_MAINTENANCE = "postgres"
_HOLDS_PORTAL = "SELECT to_regclass('django_migrations') IS NOT NULL"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


def restore(file: Path, identity: Path, *, replace: bool = False, say: Say = print) -> None:
    """Raises Refused, and has then changed nothing.

    With `replace` a database that holds a portal already is kept under another name; without, it is refused.
    """
    target = Database.of_portal()
    _check_target(target, replace)
    with workplace.folder() as folder:
        say("Die Sicherung wird entschlüsselt und geprüft …")
        found = _unpack(file, identity, folder)
        restored = env.parsed((folder / keys.NAME).read_text())
        _check_versions(found, target)
        keys.check(restored)
        with _fresh(target) as fresh:
            say("Die Datenbank wird eingespielt …")
            loading.load(folder / DUMP, fresh, found.pg_dump)
            say("Jede Tabelle wird verglichen …")
            _compare(found, fresh)
            own = {**os.environ, **{name: restored[name] for name in restored if name in keys.CARRIED}}
            own["DATABASE_URL"] = fresh.url
            say("Die Tabellen werden auf den Stand dieser Fassung gebracht …")
            manage(own, "migrate", "--no-input", "-v0")
            lists = [str(path.resolve()) for path in (folder / ERASURES, file.with_name(ERASURES))]
            say(manage(own, "after_restore", "--made-at", found.made_at, "--erasures", *lists))
            kept = _swap(fresh, target)
    if settings.LOCAL:
        keys.keep(restored)
    _tell(found, kept, say)


def clear_killed() -> None:
    """Takes away what a killed restore has left: unencrypted files, and its half-filled database."""
    if workplace.clear():
        target = Database.of_portal()
        _administer(target, _drop(_beside(target)))


def manage(environment: dict[str, str], *arguments: str) -> str:
    """`manage.py` of this portal in another process, which reads its settings anew. Raises Refused if it fails."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise Refused(f"„manage.py {arguments[0]}“ ist gescheitert. Nichts wurde geändert.\n{last}")
    return done.stdout.strip()


def _check_target(target: Database, replace: bool) -> None:
    with closing(target.connect()) as own, own.cursor() as cursor:
        cursor.execute(_HOLDS_PORTAL)
        if cursor.fetchone()[0] and not replace:
            raise Refused(
                f"In der Datenbank „{target.name}“ ist schon ein Portal. Soll die Sicherung an seine Stelle treten? "
                "Dann noch einmal mit --replace (make restore: REPLACE=1). Die alte Datenbank bleibt unter einem "
                "anderen Namen."
            )
        cursor.execute(_OTHERS, [target.name])
        if cursor.fetchone()[0]:
            raise Refused("Das Portal läuft noch. Beenden Sie erst Webserver, Mailversand und Zeitgeber.")


def _unpack(file: Path, identity: Path, folder: Path) -> Manifest:
    def write(name: str, block: bytes) -> None:
        with (folder / name).open("ab") as out:
            out.write(block)

    try:
        return checking.unpack(file, archive.identities(identity), write)
    except OSError as reason:
        raise Refused(
            f"Die Sicherung lässt sich in {settings.DATA_DIR} nicht auspacken: {reason.strerror or reason}. "
            "Nichts wurde geändert. Mit DATA_DIR=… nimmt sie einen anderen Ordner."
        ) from None


def _check_versions(found: Manifest, target: Database) -> None:
    server = target.server_version()
    if server < found.postgresql:
        raise Refused(
            f"Die Sicherung stammt von PostgreSQL {found.postgresql}, hier läuft {server}. Ein älterer Server kann sie "
            f"nicht lesen: Nehmen Sie PostgreSQL {found.postgresql} oder neuer."
        )
    if newer := manifest.unknown_migrations(found.migrations):
        raise Refused(f"{manifest.NEWER} (Hier unbekannt: {newer[0]})")


@contextmanager
def _fresh(target: Database) -> Iterator[Database]:
    """An empty database beside `target`; dropped if the block fails."""
    fresh = _beside(target)
    create = f"""CREATE DATABASE "{fresh.name}" TEMPLATE template0 ENCODING 'UTF8' {_locale(target)}"""
    _administer(target, _drop(fresh), create)
    try:
        yield fresh
    except BaseException:
        _administer(target, _drop(fresh))
        raise


def _locale(target: Database) -> str:
    """The locale of `target`, whatever its cluster has; plain C, which knows no umlauts, gives way."""
    with closing(target.connect()) as own, own.cursor() as cursor:
        cursor.execute("SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
        order, letters = cursor.fetchone()
    return f"LC_COLLATE '{order}' LC_CTYPE '{'C.UTF-8' if letters in {'C', 'POSIX'} else letters}'"


def _beside(target: Database) -> Database:
    return target.named(f"{target.name}_neu")


def _drop(fresh: Database) -> str:
    return f'DROP DATABASE IF EXISTS "{fresh.name}"'


def _compare(found: Manifest, fresh: Database) -> None:
    with closing(fresh.connect()) as own, own.cursor() as cursor:
        wrong = manifest.differences(found.tables, manifest.fingerprints(cursor))
    if wrong:
        raise Refused(f"Nach dem Einspielen ist nicht alles gleich: {', '.join(wrong)}. Nichts wurde geändert.")


def _swap(fresh: Database, target: Database) -> str:
    """Puts `fresh` in place of `target`; the name under which a portal that was there is kept, "" if there was none."""
    with closing(target.connect()) as own, own.cursor() as cursor:
        cursor.execute(_HOLDS_PORTAL)
        held_portal = cursor.fetchone()[0]
    kept = f"{target.name}_vor_{timezone.localtime():%Y%m%d_%H%M%S}"
    with closing(target.named(_MAINTENANCE).connect()) as own, own:  # both or neither
        _execute(own, f'ALTER DATABASE "{target.name}" RENAME TO "{kept}"')
        _execute(own, f'ALTER DATABASE "{fresh.name}" RENAME TO "{target.name}"')
    if held_portal:
        return kept
    _administer(target, f'DROP DATABASE "{kept}"')
    return ""


def _administer(target: Database, *statements: str) -> None:
    with closing(target.named(_MAINTENANCE).connect()) as own:
        own.autocommit = True
        for statement in statements:
            _execute(own, statement)


def _execute(own: Any, statement: str) -> None:
    try:
        with own.cursor() as cursor:
            cursor.execute(statement)
    except own.ProgrammingError as reason:  # no right to do so
        raise Refused(f"{str(reason).strip()}: Die Rolle braucht CREATEDB (ALTER ROLE … CREATEDB).") from None
    except own.OperationalError as reason:  # in use
        raise Refused(f"Die Datenbank ist noch in Gebrauch. Beenden Sie das Portal. {str(reason).strip()}") from None


def _tell(found: Manifest, kept: str, say: Say) -> None:
    moment = timezone.localtime(found.moment)
    say(f"Das Portal ist auf dem Stand vom {moment:%d.%m.%Y, %H:%M} Uhr. Jede Tabelle ist gleich.")
    say("Es geht keine Mail hinaus, bis jemand aus der Koordination sie unter „Heute“ freigibt.")
    if kept:
        say(f"Die Datenbank von vorher heißt jetzt {kept}. Sie enthält Personen: Löschen Sie sie bald (dropdb {kept}).")

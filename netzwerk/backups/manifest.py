"""What a backup holds, so that a restored portal can be compared with it: rows and a hash of every table."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from netzwerk.backups import Refused

FORMAT = 1
NEWER = "Die Sicherung stammt von einer neueren Fassung des Portals. Installieren Sie erst diese."
# Generated columns are computed again by the server that restores, by its own dictionaries: they are no content.
_TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname), string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema'
    GROUP BY 1 ORDER BY 1
"""
# Rows in any order have one sum. md5 is the same in all versions of PostgreSQL; nobody needs to be fooled by it.
_CONTENT = """
    SELECT count(*), coalesce(sum(('x' || left(md5(ROW({columns})::text), 15))::bit(60)::bigint), 0)::text FROM {table}
"""
# How values are written: the same on every server.
_SPELLING = """
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres';
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0
"""


@dataclass(frozen=True)
class Manifest:
    """Written last into a backup: a file without it is not whole."""

    made_at: str
    portal: str
    site: str
    postgresql: int
    pg_dump: int
    migrations: list[str]
    tables: dict[str, list[Any]]  # name: [rows, hash]
    files: dict[str, str] = field(default_factory=dict)  # name: SHA-256
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Raises Refused for a later format, or one that cannot be read."""
        try:
            values = json.loads(text)
            if values["format"] > FORMAT:
                raise Refused(NEWER)
            return cls(**values)
        except (ValueError, KeyError, TypeError):
            raise Refused("Das Verzeichnis in der Sicherung ist nicht zu lesen.") from None

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def portal_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def applied_migrations(cursor: Any) -> list[str]:
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def unknown_migrations(names: Iterable[str]) -> list[str]:
    """Those that this version of the portal does not have: a newer one has made them."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces}
    apps = {app for app, _ in loader.disk_migrations}
    return sorted(name for name in set(names) - known if name.partition(".")[0] in apps)


def fingerprints(cursor: Any) -> dict[str, list[Any]]:
    """Rows and hash of every table, in the transaction and the snapshot of `cursor`."""
    cursor.execute(_SPELLING)
    cursor.execute(_TABLES)
    found = {}
    for table, columns in cursor.fetchall():
        cursor.execute(_CONTENT.format(columns=columns, table=table))
        found[table] = list(cursor.fetchone())
    return found


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """The tables that are not what they were."""
    return sorted(table for table in before.keys() | after.keys() if before.get(table) != after.get(table))

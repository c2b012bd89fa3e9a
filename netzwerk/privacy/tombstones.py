"""Erased people stay erased, also after an old backup is restored (P-08).

Every erasure is kept in the database and in a file beside the backups, as HMAC and time. After a restore
`manage.py reapply_erasures` reads both and erases again.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings

from kit.batches import in_batches
from mailings import suppression
from mailings.models import Address
from members.models import Member
from netzwerk.models import Erasure
from netzwerk.privacy import register

log = logging.getLogger(__name__)


class NotAllErased(Exception):
    """Some people could not be erased again; the log says why."""


def file() -> Path:
    return Path(settings.BACKUP_DIR or settings.DATA_DIR) / "erasures.txt"


def write() -> None:
    """Adds the erasures that the file lacks. Runs after every erasure and in `daily`, so a crash loses none."""
    known = _in_file()
    _add({tombstone for tombstone in Erasure.objects.values_list("key", "at") if tombstone not in known})


def _add(missing: set[tuple[str, datetime]]) -> None:
    if not missing:
        return
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    cut_off = not path.read_text().endswith("\n") and path.stat().st_size  # the last writer was killed
    with path.open("a") as out:
        out.write("\n" if cut_off else "")
        out.writelines(f"{key} {at.isoformat()}\n" for key, at in sorted(missing))


def add_from(other: Path) -> None:
    """Adds the erasures in another such file, as it lies beside a backup that comes from elsewhere."""
    if other.is_file() and not (file().is_file() and file().samefile(other)):
        _add(_in(other) - _in_file())


def reapply() -> int:
    """Erases everybody whose tombstone is younger than their data; the number of people.

    A person who has joined again since the erasure stays. Raises NotAllErased at the end if somebody could not be
    erased: that stops none of the others.
    """
    erased_at: dict[str, datetime] = {}
    for key, at in {*_in_file(), *Erasure.objects.values_list("key", "at")}:
        erased_at[key] = max(at, erased_at.get(key, at))
    count = failed = 0
    for erase in _due(erased_at):
        try:
            erase()
            count += 1
        except Exception:
            log.exception("An erasure could not be repeated.")
            failed += 1
    write()
    if failed:
        raise NotAllErased(f"{count} Personen noch einmal gelöscht, {failed} nicht: siehe Log.")
    return count


def _due(erased_at: dict[str, datetime]) -> Iterator[Callable[[], None]]:
    """What is to be done again: for addresses, then for members who have none."""
    for address in in_batches(Address.objects.order_by("pk"), 2000):
        erased = erased_at.get(suppression.key(address.email))
        if erased and address.created_at < erased:
            yield partial(register.erase, address, erased)
    for caller in in_batches(Member.objects.callers(), 2000):
        if erased := erased_at.get(register.caller_key(caller)):
            yield partial(register.erase_caller, caller, erased)


def _in_file() -> set[tuple[str, datetime]]:
    return _in(file())


def _in(path: Path) -> set[tuple[str, datetime]]:
    if not path.is_file():
        return set()
    return {row for row in map(_parsed, path.read_text().splitlines()) if row}


def _parsed(line: str) -> tuple[str, datetime] | None:
    """None for a line that a killed writer has cut off."""
    try:
        key, text = line.split()
        at = datetime.fromisoformat(text)
    except ValueError:
        log.warning("A line of erasures.txt cannot be read.")
        return None
    return (key, at) if at.tzinfo else None

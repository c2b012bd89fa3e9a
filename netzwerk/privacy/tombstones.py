"""Erased people stay erased, also after an old backup is restored (P-08).

Every erasure is kept in the database and in a file beside the backups, as HMAC and time. After a restore
`manage.py reapply_erasures` reads both and erases again. The file says up to when it is complete: a copy of it that was
brought elsewhere knows nothing of later erasures.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kit import locks
from kit.batches import in_batches
from kit.locks import Lock
from mailings import suppression
from mailings.models import Address
from members.models import Member
from netzwerk.models import Erasure
from netzwerk.privacy import register

log = logging.getLogger(__name__)

Tombstone = tuple[str, datetime]
_KNOWN_UNTIL = "Stand"


class NotAllErased(Exception):
    """Some people could not be erased again; the log says why."""


def file() -> Path:
    return Path(settings.BACKUP_DIR or settings.DATA_DIR) / "erasures.txt"


def write() -> None:
    """Writes all that a restore may have to repeat, and up to when it is complete; older erasures go.

    Runs after every erasure and in `daily`, so a crash loses none. The file is replaced as a whole.
    """
    with _alone():
        now = timezone.now()
        needed_from = now - timedelta(days=register.TOMBSTONE_DAYS)
        held = {*_in_file(), *Erasure.objects.values_list("key", "at")}
        _replace({tombstone for tombstone in held if tombstone[1] >= needed_from}, now)


def known_until(path: Path) -> datetime | None:
    """Up to when such a file knows all erasures; None if it is not there, or does not say."""
    return max((at for key, at in _rows(path) if key == _KNOWN_UNTIL), default=None)


def add_from(other: Path) -> None:
    """Adds the erasures in another such file, as it lies beside a backup that comes from elsewhere, whatever their
    age: the last backup is kept however old it is.
    """
    _add(_in(other))


def _add(tombstones: set[Tombstone]) -> None:
    with _alone():
        if missing := tombstones - _in_file():
            _replace(_in_file() | missing, known_until(file()))


@contextmanager
def _alone() -> Iterator[None]:
    """Lets one writer at a time: neither of two loses what the other has written."""
    with transaction.atomic():
        locks.take(Lock.TOMBSTONES)
        yield


def _replace(tombstones: set[Tombstone], complete_until: datetime | None) -> None:
    path = file()
    fresh = path.with_suffix(".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    head = [(_KNOWN_UNTIL, complete_until)] if complete_until else []
    fresh.write_text("".join(f"{key} {at.isoformat()}\n" for key, at in [*head, *sorted(tombstones)]))
    fresh.replace(path)


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
    _add(set(Erasure.objects.values_list("key", "at")))
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


def _in_file() -> set[Tombstone]:
    return _in(file())


def _in(path: Path) -> set[Tombstone]:
    return {(key, at) for key, at in _rows(path) if key != _KNOWN_UNTIL}


def _rows(path: Path) -> list[Tombstone]:
    if not path.is_file():
        return []
    return [row for row in map(_parsed, path.read_text().splitlines()) if row]


def _parsed(line: str) -> Tombstone | None:
    """None for a line that cannot be read: an earlier version appended, and a killed writer cut it off."""
    try:
        key, text = line.split()
        at = datetime.fromisoformat(text)
    except ValueError:
        log.warning("A line of erasures.txt cannot be read.")
        return None
    return (key, at) if at.tzinfo else None

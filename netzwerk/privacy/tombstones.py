"""Erased people stay erased, also after an old backup is restored (P-08).

Every erasure is kept in the database and in a file beside the backups, as HMAC and time. After a restore
`manage.py reapply_erasures` reads both and erases again.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from mailings import suppression
from mailings.models import Address
from netzwerk.models import Erasure
from netzwerk.privacy import register


def file() -> Path:
    return Path(settings.BACKUP_DIR or settings.DATA_DIR) / "erasures.txt"


def write() -> None:
    """Adds the erasures that the file lacks. Runs after every erasure and in `daily`, so a crash loses none."""
    known = _in_file()
    missing = [tombstone for tombstone in Erasure.objects.values_list("key", "at") if tombstone not in known]
    if not missing:
        return
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    with path.open("a") as out:
        out.writelines(f"{key} {at.isoformat()}\n" for key, at in missing)


def reapply() -> int:
    """Erases everybody whose tombstone is younger than their data; the number of people.

    A person who has joined again since the erasure stays.
    """
    erased_at: dict[str, datetime] = {}
    for key, at in {*_in_file(), *Erasure.objects.values_list("key", "at")}:
        erased_at[key] = max(at, erased_at.get(key, at))
    count = 0
    for address in Address.objects.iterator():
        erased = erased_at.get(suppression.key(address.email))
        if erased and address.created_at < erased:
            register.erase(address, erased)
            count += 1
    write()
    return count


def _in_file() -> set[tuple[str, datetime]]:
    path = file()
    if not path.is_file():
        return set()
    rows = (line.split() for line in path.read_text().splitlines())
    return {(row[0], datetime.fromisoformat(row[1])) for row in rows if len(row) == 2}

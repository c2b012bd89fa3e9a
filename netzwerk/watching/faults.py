"""What is broken right now, in words for the operator."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from netzwerk import health
from netzwerk.models import Heartbeat
from netzwerk.watching import operator

FREE_BYTES, FREE_SHARE = 500 * 1024 * 1024, 0.03
TEXTS = {
    "database": "Die Datenbank ist nicht zu erreichen. Das Portal zeigt Besuchern, dass es gerade nicht geht.",
    "mail": "Mails warten länger als eine Viertelstunde. Läuft deliver_mail, und nimmt der Mailserver an?",
    "backup": "Seit mehr als 26 Stunden gibt es keine neue Sicherung.",
    "upkeep": "Seit mehr als 36 Stunden ist manage.py daily nicht durchgelaufen. Fristen zum Löschen laufen ab.",
    "disk": "Der Platz auf der Festplatte geht zu Ende.",
}


def watch() -> dict[str, str]:
    """Tells the operator what has changed; returns what is broken."""
    now = timezone.now()
    broken = find(now)
    for name, text in broken.items():
        operator.broke(name, text)
    if "database" in broken:  # nobody knows about the rest
        return broken
    for name, since in operator.told().items():
        if name not in broken and (name != "backup" or _backup_since(since)):
            operator.well(name)
    return broken


def find(now: datetime) -> dict[str, str]:
    try:
        found = {name for name, state in health.faults(now).items() if state not in health.WELL}
    except (DatabaseError, InterfaceError):
        found = {"database"}
    if any(_is_nearly_full(folder) for folder in {settings.DATA_DIR, settings.BACKUP_DIR or settings.DATA_DIR}):
        found.add("disk")
    return {name: text for name, text in TEXTS.items() if name in found}


def _is_nearly_full(folder: str | Path) -> bool:
    try:
        disk = shutil.disk_usage(folder)
    except OSError:  # an unmounted folder of backups tells itself by backups that are missing
        return False
    return disk.free < min(FREE_BYTES, disk.total * FREE_SHARE)


def _backup_since(moment: str) -> bool:
    """A backup that failed an hour ago is broken, though the one before is younger than 26 hours."""
    return Heartbeat.was_after(Heartbeat.Name.BACKUP, datetime.fromisoformat(moment))

"""What is broken right now, in words for the operator."""

import http.client
import shutil
import time
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from netzwerk import health
from netzwerk.models import Heartbeat
from netzwerk.watching import operator

FREE_BYTES, FREE_SHARE = 500 * 1024 * 1024, 0.03
WEB_PAUSE = 5  # seconds
TEXTS = {
    "web": "Der Webserver antwortet nicht. Läuft er? (systemctl status netzwerk-web)",
    "database": "Die Datenbank ist nicht zu erreichen. Wer das Portal aufruft, liest, dass es gerade nicht geht.",
    "mail": "Mails warten länger als eine Viertelstunde. Läuft deliver_mail, und nimmt der Mailserver an?",
    "backup": "Seit mehr als 26 Stunden gibt es keine neue Sicherung.",
    "upkeep": "Seit mehr als 36 Stunden ist manage.py daily nicht durchgelaufen. Fristen zum Löschen laufen ab.",
    "disk": "Der Platz auf der Festplatte geht zu Ende.",
}


def watch(*, ask_web: bool = False) -> dict[str, str]:
    """Tells the operator what has changed; returns what is broken. With `ask_web` the web server here is asked, too."""
    now = timezone.now()
    told = operator.told()
    broken = find(now, told, ask_web=ask_web)
    for name, text in broken.items():
        operator.broke(name, text)
    if "database" in broken:  # nobody knows about the rest
        return broken
    for name, since in told.items():
        if name not in broken and _is_known_to_be_well(name, since, ask_web):
            operator.well(name)
    return broken


def find(now: datetime, told: Collection[str] = (), *, ask_web: bool = False) -> dict[str, str]:
    """What is broken. A full disk that was `told` stays so until twice the room is free: or mails would alternate."""
    try:
        found = {name for name, state in health.faults(now).items() if state not in health.WELL}
    except (DatabaseError, InterfaceError):
        found = {"database"}
    enough = 2 if "disk" in told else 1
    if any(_is_nearly_full(folder, enough) for folder in {settings.DATA_DIR, settings.BACKUP_DIR or settings.DATA_DIR}):
        found.add("disk")
    if ask_web and not _web_answers():
        found.add("web")
    return {name: text for name, text in TEXTS.items() if name in found}


def _is_nearly_full(folder: str | Path, times: int) -> bool:
    """Whether less than `times` the least room is free."""
    try:
        disk = shutil.disk_usage(folder)
    except OSError:  # an unmounted folder of backups tells itself by backups that are missing
        return False
    return disk.free < times * min(FREE_BYTES, disk.total * FREE_SHARE)


def _web_answers() -> bool:
    """Asks again after a little while: the web server may be starting anew."""
    for wait in (WEB_PAUSE, WEB_PAUSE, 0):
        connection = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=10)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
            if connection.getresponse().status in {200, 503}:  # what else is wrong is told by itself
                return True
        time.sleep(wait)
    return False


def _is_known_to_be_well(name: str, since: str, web_was_asked: bool) -> bool:
    if name == "web":
        return web_was_asked
    return name != "backup" or _backup_since(since)


def _backup_since(moment: str) -> bool:
    """A backup that failed an hour ago is broken, though the one before is younger than 26 hours."""
    return Heartbeat.was_after(Heartbeat.Name.BACKUP, datetime.fromisoformat(moment))

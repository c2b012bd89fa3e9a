"""One mail to OPERATOR_EMAIL when something breaks, one when it is well again, none in between.

What has been told stands in a file, not in the database: that may be what is away. It is written before the mail goes
out. If it cannot be written, no mail goes out; otherwise there would be one every few minutes. It is as long as it will
ever need to be, and written in its place, so that a full disk has room for it.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mailings.sending import direct

log = logging.getLogger(__name__)

Faults = dict[str, str]
_ROOM = 4096


def broke(name: str, text: str) -> None:
    """Tells that something is broken, unless that has been told. `name` is what `well` is called with afterwards."""
    log.error("%s: %s", name, text)
    since = timezone.localtime()
    try:
        with _noted() as faults:
            if name in faults:
                return
            faults[name] = since.isoformat()
    except OSError:
        log.exception("What the operator is told cannot be noted, so nothing is told.")
        return
    more = (
        "Wir schreiben noch einmal, sobald es wieder gut ist. Was zu tun ist: docs/betrieb.md, „Wenn etwas nicht geht“."
    )
    if not _sent(f"Störung: {name}", f"{text}\n\nBemerkt am {since:%d.%m.%Y um %H:%M} Uhr. {more}\n"):
        with _noted() as faults:
            faults.pop(name, None)


def well(name: str) -> None:
    """Tells that it is well again, if it was broken."""
    if name not in told():
        return
    with _noted() as faults:
        noted = faults.pop(name, None)
    if noted is None:  # another process has told it
        return
    since = datetime.fromisoformat(noted)
    if not _sent(f"Wieder gut: {name}", f"Die Störung vom {since:%d.%m.%Y, %H:%M} Uhr ist vorbei.\n"):
        with _noted() as faults:
            faults.setdefault(name, noted)


def told() -> Faults:
    """What is broken as far as the operator knows, and since when."""
    try:
        with _noted() as faults:
            return faults
    except OSError:
        return {}


@contextmanager
def _noted() -> Iterator[Faults]:
    """What has been told, for the block to change. No other process reads or writes it meanwhile. Raises OSError."""
    number = os.open(Path(settings.DATA_DIR) / "told.json", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(number, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read()
        faults = _parsed(before)
        yield faults
        after = json.dumps(faults).encode().ljust(max(_ROOM, len(before)))
        if after != before:
            file.seek(0)
            file.write(after)
            os.fsync(file)


def _parsed(text: bytes) -> Faults:
    try:
        found: Faults = json.loads(text)
    except ValueError:
        return {}
    return found


def _sent(subject: str, text: str) -> bool:
    """Without an address of the operator the log has to do."""
    if not settings.OPERATOR_EMAIL:
        return True
    try:
        direct.send(
            settings.OPERATOR_EMAIL, f"{settings.SITE_NAME}: {subject}", f"{text}\n{settings.SITE_URL}/healthz\n"
        )
    except Exception:  # whatever a mail server or a provider does must not stop what has called us
        log.exception("The operator could not be told.")
        return False
    return True

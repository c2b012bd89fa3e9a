"""One mail to OPERATOR_EMAIL when something breaks, one when it is well again, none in between.

What has been told stands in a file, not in the database: that may be what is away. It is written before the mail goes
out. If it cannot be written, no mail goes out; otherwise there would be one every few minutes.
"""

import json
import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mailings.sending import direct

log = logging.getLogger(__name__)


def broke(name: str, text: str) -> None:
    """Tells that something is broken, unless that has been told. `name` is what `well` is called with afterwards."""
    log.error("%s: %s", name, text)
    if name in told():
        return
    since = timezone.localtime()
    _note(told() | {name: since.isoformat()})
    more = (
        "Wir schreiben noch einmal, sobald es wieder gut ist. Was zu tun ist: docs/betrieb.md, „Wenn etwas nicht geht“."
    )
    if not _sent(f"Störung: {name}", f"{text}\n\nBemerkt am {since:%d.%m.%Y um %H:%M} Uhr. {more}\n"):
        _note({other: at for other, at in told().items() if other != name})


def well(name: str) -> None:
    """Tells that it is well again, if it was broken."""
    before = told()
    if name not in before:
        return
    since = datetime.fromisoformat(before[name])
    _note({other: at for other, at in before.items() if other != name})
    if not _sent(f"Wieder gut: {name}", f"Die Störung vom {since:%d.%m.%Y, %H:%M} Uhr ist vorbei.\n"):
        _note(before)


def told() -> dict[str, str]:
    """What is broken as far as the operator knows, and since when."""
    try:
        found: dict[str, str] = json.loads(_file().read_text())
    except (OSError, ValueError):
        return {}
    return found


def _file() -> Path:
    return Path(settings.DATA_DIR) / "told.json"


def _note(faults: dict[str, str]) -> None:
    fresh = _file().with_suffix(".new")
    fresh.write_text(json.dumps(faults))
    fresh.replace(_file())


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

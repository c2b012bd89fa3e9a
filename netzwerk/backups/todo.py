"""What "Heute" tells after a backup was restored."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mailings.models import RelayStatus
from mailings.sending import relay as relays
from netzwerk.alert import Alert
from netzwerk.health import BACKUP_OLD
from netzwerk.models import Heartbeat

NEEDS = ("members.change_member", "mailings.view_delivery")


def is_held(relay: RelayStatus | None) -> bool:
    return bool(relay and relay.retry_at == relays.NEVER)


def now(moment: datetime, relay: RelayStatus | None, beats: dict[str, datetime]) -> list[Alert]:
    """Asks nothing of its own: all of it is known already."""
    found, url = [], reverse("after_restore")
    if settings.BACKUP_DIR and moment - _last(moment, beats) > BACKUP_OLD:
        found.append(
            Alert(
                "Es gibt keine neue Sicherung",
                "Bitte rufen Sie Ihre IT an: „manage.py backup“ sagt, woran es liegt.",
                NEEDS,
                urgent=True,
            )
        )
    if is_held(relay):
        found.append(
            Alert(
                "Eine Sicherung wurde eingespielt: Es geht keine Mail hinaus",
                "Sehen Sie nach, was wartet, und geben Sie die Post frei.",
                NEEDS,
                url,
                urgent=True,
            )
        )
    if since := beats.get(Heartbeat.Name.ERASURES):
        until = f"{timezone.localtime(since):%d.%m., %H:%M} Uhr"
        found.append(
            Alert(
                f"Wer seit {until} gelöscht wurde, steht vielleicht wieder da",
                "Die Liste der Löschungen fehlte beim Einspielen der Sicherung. Hier steht, was zu tun ist.",
                NEEDS,
                url,
                urgent=True,
            )
        )
    return found


def _last(moment: datetime, beats: dict[str, datetime]) -> datetime:
    return beats.get(Heartbeat.Name.BACKUP, beats.get(Heartbeat.Name.INSTALLED, moment))

"""What "Heute" tells after a backup was restored."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from mailings.models import RelayStatus
from mailings.sending import relay as relays
from netzwerk.alert import Alert, Urgency
from netzwerk.models import Heartbeat

NEEDS = ("members.change_member", "mailings.view_delivery")


def is_held(relay: RelayStatus | None) -> bool:
    return bool(relay and relay.retry_at == relays.NEVER)


def now(relay: RelayStatus | None, beats: dict[str, datetime]) -> list[Alert]:
    """Asks nothing of its own: all of it is known already."""
    found = []
    if is_held(relay):
        found.append(
            _after_restore(
                "Eine Sicherung wurde eingespielt: Es geht keine Mail hinaus",
                "Sehen Sie nach, was wartet, und geben Sie die Post frei.",
            )
        )
    if since := beats.get(Heartbeat.Name.ERASURES):
        until = f"{timezone.localtime(since):%d.%m., %H:%M} Uhr"
        found.append(
            _after_restore(
                f"Wer seit {until} gelöscht wurde, steht vielleicht wieder da",
                "Bis dahin sind die Löschungen bekannt. Hier steht, was zu tun ist.",
            )
        )
    return found


def _after_restore(what: str, more: str) -> Alert:
    url = reverse("after_restore")
    return Alert(what, more, NEEDS, url, number=None, icon="achtung", urgency=Urgency.NOW, failed=True)

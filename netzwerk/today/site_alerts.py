"""What officers should tell their IT: what runs unasked, or comes in front of the portal, has stopped working."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from netzwerk.alert import Alert, Urgency, counted
from netzwerk.health import BACKUP_OLD, UPKEEP_OLD
from netzwerk.models import Heartbeat

OFFICER = ("members.view_member",)
PROXY_RECENT = timedelta(days=1)
_TOO_LONG = 3  # days without a backup


def now(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    """No query: `beats` are all heartbeats."""
    return [*_upkeep(moment, beats), *_proxy(moment, beats), *_backup(moment, beats)]


def _upkeep(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    last = max(
        (beats[name] for name in (Heartbeat.Name.DAILY, Heartbeat.Name.INSTALLED) if name in beats), default=None
    )
    if last is None or moment - last <= UPKEEP_OLD:
        return []
    return [_outage("Die tägliche Arbeit ist ausgefallen", "Ihre IT muss „manage.py daily“ wieder einrichten.")]


def _proxy(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    last = beats.get(Heartbeat.Name.PROXY)
    if last is None or moment - last > PROXY_RECENT:
        return []
    return [
        _outage(
            "Der Proxy sagt nicht, von wem eine Anfrage kommt",
            "Das Portal hält dann alle für dieselbe Person und nimmt schon nach wenigen Anmeldungen keine mehr an. "
            "Bitten Sie Ihre IT, X-Forwarded-For und PROXY_COUNT zu prüfen.",
        )
    ]


def _backup(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    """As /healthz says it: a new portal has time for its first one."""
    last = beats.get(Heartbeat.Name.BACKUP, beats.get(Heartbeat.Name.INSTALLED))
    if not settings.BACKUP_DIR or last is None or moment - last <= BACKUP_OLD:
        return []
    days = (moment - last).days
    was = (
        f"Die letzte war am {timezone.localtime(last):%d.%m.}"
        if Heartbeat.Name.BACKUP in beats
        else "Es gab noch keine"
    )
    return [
        Alert(
            counted(days, "Tag ohne Sicherung", "Tage ohne Sicherung"),
            f"{was}. Bitten Sie Ihre IT, nach „manage.py backup“ zu sehen.",
            OFFICER,
            number=days,
            urgency=Urgency.NOW if days >= _TOO_LONG else Urgency.WEEK,
            failed=days >= _TOO_LONG,
        )
    ]


def _outage(what: str, more: str) -> Alert:
    return Alert(what, more, OFFICER, number=None, icon="achtung", urgency=Urgency.NOW, failed=True)

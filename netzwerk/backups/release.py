"""Lets mail go out again after a backup was restored, as officers decide it (D-08)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from kit.desk import audit
from kit.desk.audit import Action
from mailings.models import Delivery, Mailing
from mailings.sending import relay
from netzwerk.alert import counted
from netzwerk.models import Heartbeat

SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    """What was queued when the backup was made or was due by the restore: `mailings` with the number of their copies,
    the largest first.
    """

    number: int
    mailings: list[tuple[Mailing, int]]
    more: int  # mailings that are not shown


def waiting(since: datetime) -> Waiting:
    """Counts the copies queued before `since` and names their largest mailings; three queries."""
    rows = _old(since).order_by().values("mailing").annotate(number=Count("pk"))
    found = list(rows.order_by("-number", "-mailing")[:SHOWN])
    total = rows.aggregate(copies=Count("pk"), mailings=Count("mailing", distinct=True))
    mailings = Mailing.objects.in_bulk([row["mailing"] for row in found])
    shown = [(mailings[row["mailing"]], row["number"]) for row in found]
    return Waiting(total["copies"], shown, total["mailings"] - len(shown))


@transaction.atomic
def let_go(*, by: Any, discard: bool) -> int | None:
    """Mail goes out again; with `discard` not what was queued before the restore. The number of copies that are
    discarded; None if nothing was held any more.
    """
    since = relay.held_since()
    if since is None or not relay.let_go():
        return None
    number = _old(since).cancel(Delivery.Reason.STOPPED, timezone.now()) if discard else 0
    Heartbeat.objects.filter(name=Heartbeat.Name.RESTORED).delete()
    old = f"{number} {counted(number, 'alte Mail', 'alte Mails')} verworfen, die Post freigegeben"
    what = old if discard else "Die Post freigegeben, auch die alte"
    audit.record(by, Action.SENT, f"Nach dem Einspielen der Sicherung: {what}")
    return number


@transaction.atomic
def erasures_are_repeated(*, by: Any) -> None:
    """Notes that an officer has erased again whoever asked for it since the backup; "Heute" stops asking."""
    if Heartbeat.objects.filter(name=Heartbeat.Name.ERASURES).delete()[0]:
        audit.record(by, Action.CHANGED, "Nach dem Einspielen der Sicherung: Löschungen seitdem nachgeholt")


def _old(since: datetime) -> Any:
    return Delivery.objects.open().filter(queued_at__lt=since)

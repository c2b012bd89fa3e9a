"""Controls a mailing on its way to many: counts, hold, resume, stop."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from mailings.models import Delivery, Mailing

State = Delivery.State


def counts(mailing: Mailing) -> dict[str, int]:
    """How many copies are in which state, "left" for those whose readers left through them, and "recipients" for all.

    One query. Rows that have been forgotten are counted as they were.
    """
    rows = mailing.deliveries.order_by().values("state")
    total: dict[str, int] = {**dict.fromkeys(State.values, 0), "left": 0} | mailing.counts
    for row in rows.annotate(number=Count("pk"), left=Count("pk", filter=Q(led_to_leaving=True))):
        total[row["state"]] += row["number"]
        total["left"] += row["left"]
    return total | {"recipients": sum(total[state] for state in State.values)}


def is_finished(numbers: dict[str, int]) -> bool:
    """Nothing waits, is held or is being sent (M-19)."""
    return not any(numbers[state] for state in Delivery.OPEN)


def hold(mailing: Mailing) -> int:
    """Stops sending until `resume`; copies that a worker has in hand still go out. Returns the number held."""
    if not _order(mailing, Mailing.Halt.HELD):
        return 0
    return mailing.deliveries.filter(state=State.QUEUED).update(state=State.HELD)


def resume(mailing: Mailing) -> int:
    if not _order(mailing, ""):
        return 0
    return mailing.deliveries.filter(state=State.HELD).update(state=State.QUEUED, due_at=timezone.now())


def stop(mailing: Mailing) -> int:
    """Cancels every copy that has not been sent, for good. Returns their number."""
    _order(mailing, Mailing.Halt.STOPPED)
    waiting = Delivery.objects.filter(mailing=mailing, state__in=[State.QUEUED, State.HELD])
    return waiting.cancel(Delivery.Reason.STOPPED, timezone.now())


def _order(mailing: Mailing, halt: str) -> bool:
    """Sets the order first, so that a copy coming back from a worker meanwhile meets it at its next claim.

    False if it comes too late: a stopped mailing stays stopped, whatever an older page still offers.
    """
    rows = Mailing.objects.filter(pk=mailing.pk)
    if halt != Mailing.Halt.STOPPED:
        rows = rows.exclude(halt=Mailing.Halt.STOPPED)
    return rows.update(halt=halt) == 1


def freeze_counts(end: datetime) -> None:
    """Deletes copies finished before `end`; their numbers are added to their mailings."""
    rows = Delivery.objects.filter(finished_at__lt=end, mailing__kind=Mailing.Kind.LIST)
    states = rows.order_by().values("mailing", "state")
    with transaction.atomic():
        for row in states.annotate(number=Count("pk"), left=Count("pk", filter=Q(led_to_leaving=True))):
            mailing = Mailing.objects.select_for_update().get(pk=row["mailing"])
            mailing.counts[row["state"]] = mailing.counts.get(row["state"], 0) + row["number"]
            mailing.counts["left"] = mailing.counts.get("left", 0) + row["left"]
            mailing.save(update_fields=["counts"])
        rows.delete()

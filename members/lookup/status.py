"""The status of a member, in the few words that officers read in lists."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from kit.desk.admin import StatusBadge
from members.models import Member


def status_of(member: Member, now: datetime) -> StatusBadge:
    """The most important obstacle wins: a paused member whose mailbox is gone is "unzustellbar"."""
    if member.state == Member.State.LEFT:
        return StatusBadge(_since("abgemeldet", member.left_at))
    if member.state == Member.State.PENDING:
        if member.confirm_until and member.confirm_until < now:
            return StatusBadge("nicht bestätigt", "badge-old")
        return StatusBadge("noch nicht bestätigt", "badge-old")
    address = member.address
    if address is None:
        return StatusBadge("dabei, ohne E-Mail", "badge-fresh")
    if address.complained_at:
        return StatusBadge(_since("als unerwünscht gemeldet", address.complained_at), "badge-off")
    if address.bounced_at:
        return StatusBadge(_since("unzustellbar", address.bounced_at), "badge-off")
    if address.paused_until and address.paused_until > now:
        return StatusBadge(f"Pause bis {_day(address.paused_until)}", "badge-old")
    return StatusBadge("dabei", "badge-fresh")


# Reasons why an active member gets no list mail, for the filter of the list.
STOPPED: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "ohne": ("ohne E-Mail, anrufen", lambda now: Q(address=None)),
    "pause": ("macht Pause", lambda now: Q(address__paused_until__gt=now)),
    "unzustellbar": ("unzustellbar", lambda now: Q(address__bounced_at__isnull=False)),
    "gemeldet": ("als unerwünscht gemeldet", lambda now: Q(address__complained_at__isnull=False)),
}


def _since(text: str, at: datetime | None) -> str:
    return f"{text} seit {_day(at)}" if at else text


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y}"

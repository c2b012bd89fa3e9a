"""How a member stands, in the few words that officers read in lists."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from members.models import Member


class Standing(NamedTuple):
    text: str
    style: str = ""


def standing(member: Member, now: datetime) -> Standing:
    """Says first what hinders most: somebody who is paused and whose mailbox is gone is "unzustellbar"."""
    address = member.address
    if member.state == Member.State.LEFT:
        return Standing(_since("abgemeldet", member.left_at))
    if member.state == Member.State.PENDING:
        if member.confirm_until and member.confirm_until < now:
            return Standing("nicht bestätigt", "badge-old")
        return Standing("noch nicht bestätigt", "badge-old")
    if address.complained_at:
        return Standing(_since("als unerwünscht gemeldet", address.complained_at), "badge-off")
    if address.bounced_at:
        return Standing(_since("unzustellbar", address.bounced_at), "badge-off")
    if address.paused_until and address.paused_until > now:
        return Standing(f"Pause bis {_day(address.paused_until)}", "badge-old")
    return Standing("dabei", "badge-fresh")


# What of an active member's address stops list mail, for filters.
STOPPED = {
    "pause": ("macht Pause", lambda now: Q(address__paused_until__gt=now)),
    "unzustellbar": ("unzustellbar", lambda now: Q(address__bounced_at__isnull=False)),
    "gemeldet": ("als unerwünscht gemeldet", lambda now: Q(address__complained_at__isnull=False)),
}


def _since(text: str, at: datetime | None) -> str:
    return f"{text} seit {_day(at)}" if at else text


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y}"

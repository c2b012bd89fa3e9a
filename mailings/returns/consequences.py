"""What bounces mean for addresses: which may no longer be written to, and since when (M-11, M-21b).

Everything is computed from the bounces that are recorded, so their order does not matter. Callers hold the lock of the
domain (`bounce_groups.one_at_a_time`).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least

from mailings import suppression
from mailings.models import Address, BounceGroup, Feedback, Suppression

Kind, State = Feedback.Kind, BounceGroup.State

SOFT_COPIES, SOFT_SPAN = 5, timedelta(days=7)
_ROWS = 1000  # that one statement changes


def apply(addresses: Collection[int]) -> None:
    """Suppresses those of these addresses that have bounced for good."""
    times = _bounce_times(addresses)
    rows = _locked(times)
    for row in rows:
        row.bounced_at = min(row.bounced_at or times[row.pk], times[row.pk])
    Address.objects.bulk_update(rows, ["bounced_at"], batch_size=_ROWS)
    if rows:
        suppression.suppress_all([row.email for row in rows], Suppression.Reason.BOUNCE)


def withdraw(group: BounceGroup) -> None:
    """Takes back what the bounces of a group have done that take effect no more; other reasons to suppress stay."""
    own = defaultdict(set)
    for address, at in group.feedback.exclude(address=None).values_list("address", "at"):
        own[address].add(at)
    times = _bounce_times(own)
    rows = [row for row in _locked(own) if row.bounced_at in own[row.pk]]
    for row in rows:
        row.bounced_at = times.get(row.pk)
    Address.objects.bulk_update(rows, ["bounced_at"], batch_size=_ROWS)
    suppression.forgive_bounces([row.email for row in rows if row.bounced_at is None])


def _locked(addresses: Collection[int]) -> list[Address]:
    """In the order in which `Address.objects.ensure_all` locks them."""
    rows = Address.objects.filter(pk__in=addresses).order_by("email")
    return list(rows.select_for_update(no_key=True))


def _bounce_times(addresses: Collection[int]) -> dict[int, datetime]:
    """When each of these addresses bounced for good, by what is recorded; addresses that have not are left out.

    A copy that was sent before an officer or the person lifted the bounce counts no more.
    """
    bounces = Feedback.objects.filter(address__in=addresses, kind__in=[Kind.HARD, Kind.SOFT])
    bounces = bounces.exclude(group__state=State.HELD).annotate(
        sent_at=Least("delivery__finished_at", "at"), copy=Coalesce("delivery", -F("pk"))
    )
    bounces = bounces.filter(Q(address__bounce_lifted_at=None) | Q(sent_at__gt=F("address__bounce_lifted_at")))
    first: dict[int, datetime] = {}
    soft: defaultdict[int, list[tuple[int, datetime]]] = defaultdict(list)
    rows = bounces.order_by("at").values_list("address", "kind", "group__state", "copy", "at")
    for address, kind, state, copy, at in rows:
        if kind == Kind.HARD and state != State.DROPPED:
            first.setdefault(address, at)
        else:
            soft[address].append((copy, at))
    for address, reports in soft.items():
        if worn_out := _worn_out(reports):
            first[address] = min(first.get(address, worn_out), worn_out)
    return first


def _worn_out(reports: list[tuple[int, datetime]]) -> datetime | None:
    """When reports of a fifth copy within seven days had come, of these reports of copies, in order; or None.

    The latest report of each copy counts: one more report never undoes what others have shown, in whatever order.
    """
    latest: dict[int, datetime] = {}
    for copy, at in reports:
        latest[copy] = at
        if sum(at - each <= SOFT_SPAN for each in latest.values()) >= SOFT_COPIES:
            return at
    return None

"""What "Heute" shows beside what waits: the next events with their seats (R-01)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from events.models import Event, Reply
from events.wording import in_days

MOST = 3


class Seats(NamedTuple):
    """A bar: `taken` of `total`; `style` is the class that colours it."""

    label: str
    taken: int
    total: int
    style: str


@dataclass(frozen=True)
class NextEvent:
    """`days` until it begins; how many invited families are `unanswered`, how many families are `waiting`."""

    event: Event
    days: str
    unanswered: int
    waiting: int
    seats: list[Seats]


def coming(events: QuerySet[Event], moment: datetime) -> list[NextEvent]:
    """The next of these events, drafts too; their capacity comes with them. One query."""
    unanswered = Q(replies__state=Reply.State.OPEN, replies__invited_at__isnull=False)
    ahead = events.filter(ends_at__gt=moment).exclude(state=Event.State.CANCELLED)
    rows = ahead.annotate(
        unanswered=Count("replies", filter=unanswered),
        waiting=Count("replies", filter=Q(replies__state=Reply.State.WAITING)),
    )
    return [_shown(event, moment) for event in rows.order_by("begins_at", "pk")[:MOST]]


def _shown(event: Event, moment: datetime) -> NextEvent:
    days = (timezone.localdate(event.begins_at) - timezone.localdate(moment)).days
    capacity = event.capacity
    bars = [
        Seats("Plätze", capacity.seats, capacity.total or 0, "taken"),
        Seats("Kinderbetreuung", capacity.childcare_seats, capacity.childcare_total, "care"),
    ]
    return NextEvent(
        event=event,
        days="läuft" if days < 0 else in_days(days),
        unanswered=event.unanswered,  # type: ignore[attr-defined]
        waiting=event.waiting,  # type: ignore[attr-defined]
        seats=[bar for bar in bars if bar.total],
    )

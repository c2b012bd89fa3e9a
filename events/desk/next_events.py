"""What "Heute" shows beside what waits: the next events with their seats (R-01)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from events import counting, door
from events.models import Event, Reply, WaitingListEntry
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
    """`days` until it begins; how many invited families are `unanswered`, how many families are `waiting`.

    `has_door`: it is so near that its list for the door is wanted.
    """

    event: Event
    days: str
    has_door: bool
    unanswered: int
    waiting: int
    seats: list[Seats]


def coming(events: QuerySet[Event], moment: datetime) -> list[NextEvent]:
    """The next of these events, drafts too; their capacity comes with them. One query."""
    ahead = events.filter(ends_at__gt=moment).exclude(state=Event.State.CANCELLED)
    rows = ahead.annotate(
        unanswered=counting.number(Reply.objects.open().invited()),
        waiting=counting.number(WaitingListEntry.objects.all()),
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
        days="läuft" if event.begins_at <= moment else in_days(days),
        has_door=days <= door.DAYS_AROUND and door.has_list(event),
        unanswered=event.unanswered,  # type: ignore[attr-defined]
        waiting=event.waiting,  # type: ignore[attr-defined]
        seats=[bar for bar in bars if bar.total],
    )

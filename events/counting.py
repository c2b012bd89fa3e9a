"""Counts who was asked, and the answers. invited = yes + no + waiting + cancelled + unanswered, always.

Households that came without an invitation are counted beside that. When the event is over the numbers are frozen at the
event: they stay when everything about persons is gone.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.models import BANDS, Event, Reply, WaitingListEntry, no_children
from kit import tallies
from kit.tallies import What


@dataclass(frozen=True)
class States:
    """Households by what they answered."""

    yes: int = 0
    no: int = 0
    waiting: int = 0
    cancelled: int = 0
    unanswered: int = 0

    @property
    def total(self) -> int:
        return self.yes + self.no + self.waiting + self.cancelled + self.unanswered


@dataclass(frozen=True)
class Numbers:
    """`invited` by officers, `unasked` from the web or by telephone; then the people who come."""

    invited: States = field(default_factory=States)
    unasked: States = field(default_factory=States)
    adults: int = 0
    children: list[int] = field(default_factory=no_children)
    childcare: list[int] = field(default_factory=no_children)

    @property
    def seats(self) -> int:
        return self.adults + sum(self.children)

    @property
    def childcare_seats(self) -> int:
        return sum(self.childcare)

    @property
    def households(self) -> int:
        return self.invited.yes + self.unasked.yes


def number(rows: "QuerySet[Any]") -> Coalesce:
    """How many of the rows each event of a query has; counted only for the events that the query returns."""
    of_event = rows.filter(event=OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(of_event.annotate(number=Count("pk")).values("number")), 0)


def numbers(event: Event) -> Numbers:
    """The numbers as they are now, or as they were when the event ended. At most one query."""
    return numbers_of([event])[event.pk]


def numbers_of(events: list[Event]) -> dict[int, Numbers]:
    """The same for many events, by primary key. At most one query."""
    found = {event.pk: thawed(event.counts) for event in events if event.counts is not None}
    live = [event.pk for event in events if event.counts is None]
    return found | (_counted(live) if live else {})


def freeze(now: datetime) -> int:
    """Freezes the numbers of all events that are over; returns how many were frozen."""
    over = Event.objects.filter(ends_at__lte=now, counts__isnull=True).exclude(state=Event.State.DRAFT)
    done = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            event = Event.objects.select_for_update().get(pk=pk)
            if event.counts is None:
                numbers = _counted([pk])[pk]
                Event.objects.filter(pk=pk).update(counts=asdict(numbers))
                if event.state == Event.State.PUBLISHED:
                    _tally(event, numbers)
                done += 1
    return done


def _tally(event: Event, numbers: Numbers) -> None:
    """Counts for the report that the event was held, for which children, and how many of them got no childcare."""
    day = timezone.localdate(event.begins_at)
    tallies.count(What.HELD, on=day, of=event.kind)
    for (low, high), children, childcare in zip(BANDS, numbers.children, numbers.childcare, strict=True):
        tallies.count(What.CHILDREN, children, on=day, of=f"{low}-{high}")
        tallies.count(What.CHILDCARE, childcare, on=day, of=f"{low}-{high}")
    missing = Sum(F("childcare_seats") - F("reply__childcare_seats"), default=0)
    waiting = WaitingListEntry.objects.filter(event=event, childcare_seats__gt=F("reply__childcare_seats"))
    tallies.count(What.TURNED_AWAY, waiting.aggregate(missing=missing)["missing"], on=day)


def thawed(counts: dict[str, Any]) -> Numbers:
    kept = dict(counts)
    return Numbers(States(**kept.pop("invited")), States(**kept.pop("unasked")), **kept)


def _counted(pks: list[int]) -> dict[int, Numbers]:
    by_band = {
        f"{what}_{index}": Sum(f"{what}__{index}", default=0)
        for what in ("children", "childcare")
        for index in range(len(BANDS))
    }
    rows = (
        Reply.objects.filter(event__in=pks)
        .order_by()
        .annotate(unasked=ExpressionWrapper(Q(invited_at=None), output_field=BooleanField()))
        .values("event", "state", "unasked")
        .annotate(households=Count("pk"), all_adults=Sum("adults", default=0), **by_band)
    )
    found: dict[int, dict[str, Any]] = {pk: {"invited": {}, "unasked": {}, "adults": 0} for pk in pks}
    for row in rows:
        unasked, state = row["unasked"], row["state"]
        if unasked and state == Reply.State.OPEN:
            continue  # has only asked for the link
        found[row["event"]]["unasked" if unasked else "invited"][_NAMES.get(state, state)] = row["households"]
        if state == Reply.State.YES:
            found[row["event"]] |= {
                "adults": found[row["event"]]["adults"] + row["all_adults"],
                **{what: _plus(found[row["event"]].get(what), row, what) for what in ("children", "childcare")},
            }
    return {
        pk: Numbers(**{**parts, "invited": States(**parts["invited"]), "unasked": States(**parts["unasked"])})
        for pk, parts in found.items()
    }


_NAMES = {Reply.State.OPEN.value: "unanswered"}


def _plus(before: list[int] | None, row: Any, what: str) -> list[int]:
    return [number + row[f"{what}_{index}"] for index, number in enumerate(before or no_children())]

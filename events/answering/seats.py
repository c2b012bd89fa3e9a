"""Seats: taken by one conditional update, given back, and passed on to the first family in the waiting list that fits.

Locks are always taken in the same order: the event's capacity first, replies after. The transaction that holds the
capacity decides alone who moves up. Every family that could move up has done so at once; so a family that asks now and
fits overtakes nobody of its size or smaller: those in the waiting list do not fit.
"""

from datetime import datetime

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from events.models import Capacity, Event, Reply, WaitingListEntry
from kit import tallies
from kit.tallies import What


def take(event: Event, seats: int, childcare_seats: int) -> bool:
    """Takes so many more seats in one statement; returns False, and takes none, if they are not free.

    Negative numbers give back, which is always possible; `move_up` must follow in the same transaction.
    """
    seats_then, childcare_then = F("seats") + seats, F("childcare_seats") + childcare_seats
    enough = Q(seat_limit=None) | Q(seat_limit__gte=seats_then)
    taken = Capacity.objects.filter(enough, event=event, childcare_seat_limit__gte=childcare_then).update(
        seats=seats_then,
        # A missing limit stays missing: GREATEST alone ignores NULL, and would set one.
        seat_limit=Case(When(total__isnull=False, then=Greatest("total", seats_then))),
        childcare_seats=childcare_then,
        childcare_seat_limit=Greatest("childcare_total", childcare_then),
    )
    return taken == 1


def take_beyond(event: Event, seats: int, childcare_seats: int) -> None:
    """Takes this many more seats, free or not: for people who stand at the door."""
    seats_then, childcare_then = F("seats") + seats, F("childcare_seats") + childcare_seats
    Capacity.objects.filter(event=event).update(
        seats=seats_then,
        seat_limit=Case(When(total__isnull=False, then=Greatest("total", seats_then))),
        childcare_seats=childcare_then,
        childcare_seat_limit=Greatest("childcare_total", childcare_then),
    )


def still_full(event: Event, seats: int, childcare_seats: int) -> bool:
    """Whether so many more do not fit. Until the transaction ends nobody else takes or gives back seats."""
    capacity = lock(event)
    return childcare_seats > capacity.childcare_free or (capacity.free is not None and seats > capacity.free)


def create(event: Event, total: int | None = None, childcare_total: int = 0) -> Capacity:
    """The capacity of a new event; without `total` it has no limit."""
    return Capacity.objects.create(
        event=event,
        total=total,
        seat_limit=total,
        childcare_total=childcare_total,
        childcare_seat_limit=childcare_total,
    )


def change_capacity(event: Event, total: int | None, childcare_total: int) -> list[Reply]:
    """Sets how many seats there are; nobody loses one. Returns the replies that moved up. Call in a transaction."""
    Capacity.objects.filter(event=event).update(
        total=total,
        seat_limit=None if total is None else Greatest(Value(total), F("seats")),
        childcare_total=childcare_total,
        childcare_seat_limit=Greatest(Value(childcare_total), F("childcare_seats")),
    )
    return move_up(event)


def move_up(event: Event, *, late: bool = False) -> list[Reply]:
    """Gives free seats to the first families that fit, and returns their replies.

    Call in a transaction that holds the capacity. After the day for answers nobody moves up by itself (D-03): an
    officer calls the family first, and passes `late`.
    """
    now = timezone.now()
    if not may_move_up(event, now, late=late):
        return []
    moved = []
    while (entry := _first_that_fits(event)) is not None:
        if _give(entry):
            moved.append(entry.reply)
    tallies.count(What.MOVED_UP, len(moved))
    return moved


def may_move_up(event: Event, now: datetime, *, late: bool = False) -> bool:
    return event.state == Event.State.PUBLISHED and now < (event.begins_at if late else event.answer_by)


def ahead_of(entry: WaitingListEntry) -> int:
    """How many families stand before this one in the waiting list."""
    earlier = Q(since__lt=entry.since) | Q(since=entry.since, reply__lt=entry.reply_id)
    return WaitingListEntry.objects.filter(earlier, event=entry.event_id).count()


def lock(event: Event) -> Capacity:
    """The capacity as it is; nobody else takes or gives back seats until the transaction ends."""
    return Capacity.objects.select_for_update().get(event=event)


def _first_that_fits(event: Event) -> WaitingListEntry | None:
    capacity = Capacity.objects.get(event=event)
    fitting = WaitingListEntry.objects.filter(
        event=event, childcare_seats__lte=capacity.childcare_free + F("reply__childcare_seats")
    )
    if capacity.free is not None:
        fitting = fitting.filter(seats__lte=capacity.free + F("reply__seats"))
    return fitting.select_related("reply__address").order_by("since", "reply").first()


def _give(entry: WaitingListEntry) -> bool:
    """Seats the family; False if it has changed its answer at this moment."""
    reply = entry.reply
    seats, childcare_seats = entry.seats - reply.seats, entry.childcare_seats - reply.childcare_seats
    party = {name: getattr(entry, name) for name in ("adults", "children", "childcare", "seats", "childcare_seats")}
    given = Reply.objects.filter(pk=reply.pk, revision=reply.revision).update(
        state=Reply.State.YES, revision=F("revision") + 1, **party
    )
    if not given:
        return False
    WaitingListEntry.objects.filter(pk=entry.pk).delete()
    assert take(entry.event, seats, childcare_seats), "The capacity is locked, and the seats were free."
    reply.refresh_from_db()
    return True

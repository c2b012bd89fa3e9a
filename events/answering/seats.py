"""Who gets a place: taken by one conditional statement, given back, and passed on to the first family that fits.

The order of locks is always the places of the event first, replies after; whoever holds the places alone decides who
moves up. As long as everybody who could move up has done so, a family that asks now and fits overtakes nobody of the
same or a smaller size: those in line do not fit.
"""

from datetime import datetime

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from events.models import Event, Places, Reply, Wish

# A missing limit stays missing: GREATEST alone would overlook it, and make one.
_TAKE = """
    UPDATE events_places
    SET heads = heads + %(heads)s,
        ceiling = CASE WHEN capacity IS NOT NULL THEN greatest(capacity, heads + %(heads)s) END,
        care = care + %(care)s,
        care_ceiling = greatest(care_capacity, care + %(care)s)
    WHERE event_id = %(event)s
      AND (ceiling IS NULL OR heads + %(heads)s <= ceiling) AND care + %(care)s <= care_ceiling
"""


def take(event: Event, heads: int, care: int) -> bool:
    """Takes so many more places in one statement; False, and nothing, if they are not free.

    Negative numbers give back, which is always possible; `move_up` must follow in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"event": event.pk, "heads": heads, "care": care})
        return cursor.rowcount == 1


def still_full(event: Event, heads: int, care: int) -> bool:
    """Whether so many do not fit, certain until the transaction ends: nobody can give back places meanwhile.

    Many can be told so at once (FOR SHARE), and none of them is missed by whoever gives back next.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM events_places WHERE event_id = %s"
            " AND (heads + %s > ceiling OR care + %s > care_ceiling) FOR SHARE",
            [event.pk, heads, care],
        )
        return cursor.fetchone() is not None


def create(event: Event, capacity: int | None = None, care_capacity: int = 0) -> Places:
    """The places of a new event."""
    return Places.objects.create(
        event=event, capacity=capacity, ceiling=capacity, care_capacity=care_capacity, care_ceiling=care_capacity
    )


def change_capacity(event: Event, capacity: int | None, care_capacity: int) -> list[Reply]:
    """Sets how many there are; nobody loses a place. Returns who moved up. Call in a transaction."""
    Places.objects.filter(event=event).update(
        capacity=capacity,
        ceiling=None if capacity is None else Greatest(Value(capacity), F("heads")),
        care_capacity=care_capacity,
        care_ceiling=Greatest(Value(care_capacity), F("care")),
    )
    return move_up(event)


def move_up(event: Event, *, late: bool = False) -> list[Reply]:
    """Gives free places to the first in line who fit, and returns them. Call in a transaction that holds the places.

    After the day for answers nobody moves up unasked (D-03): then an officer calls the family, and says so by `late`.
    """
    now = timezone.now()
    if not may_move_up(event, now, late=late):
        return []
    moved = []
    while (wish := _first_that_fits(event)) is not None:
        if _give(wish, now):
            moved.append(wish.reply)
    return moved


def may_move_up(event: Event, now: datetime, *, late: bool = False) -> bool:
    return event.state == Event.State.PUBLISHED and now < (event.begins_at if late else event.answer_by)


def ahead_of(wish: Wish) -> int:
    """How many families stand before this one."""
    earlier = Q(since__lt=wish.since) | Q(since=wish.since, reply__lt=wish.reply_id)
    return Wish.objects.filter(earlier, event=wish.event_id).count()


def lock(event: Event) -> Places:
    """The places as they are; nobody else gives or takes any until the transaction ends."""
    return Places.objects.select_for_update().get(event=event)


def _first_that_fits(event: Event) -> Wish | None:
    places = Places.objects.get(event=event)
    line = Wish.objects.filter(event=event, care__lte=places.care_free + F("reply__care"))
    if places.free is not None:
        line = line.filter(heads__lte=places.free + F("reply__heads"))
    return line.select_related("reply__address").order_by("since", "reply").first()


def _give(wish: Wish, now: datetime) -> bool:
    """False if the family changed its mind at this moment, and is no longer in line as it was."""
    reply = wish.reply
    heads, care = wish.heads - reply.heads, wish.care - reply.care
    placed = {name: getattr(wish, name) for name in ("adults", "children", "childcare", "heads", "care")}
    given = Reply.objects.filter(pk=reply.pk, revision=reply.revision).update(
        state=Reply.State.YES, revision=F("revision") + 1, **placed
    )
    if not given:
        return False
    Wish.objects.filter(pk=wish.pk).delete()
    assert take(wish.event, heads, care), "The places are locked and were free."
    reply.refresh_from_db()
    return True

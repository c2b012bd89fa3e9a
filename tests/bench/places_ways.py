"""The ways of deciding who gets a place that tests.bench.places compares; they differ in the decision alone."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from events.answering import answers, seats
from events.models import Event, Reply
from tests.events.meetings import party

_COMES = "UPDATE events_reply SET state = 'yes', adults = 1, seats = 1, revision = revision + 1 WHERE id = %s"
_WAITS = (
    "INSERT INTO events_waitinglistentry"
    " (reply_id, event_id, adults, children, childcare, seats, childcare_seats, since)"
    " VALUES (%s, %s, 1, '{0,0,0,0,0}', '{0,0,0,0,0}', 1, 0, now())"
)


def prepared(way: str, event: int, reply: int) -> Callable[[], Any]:
    """What one client does once all begin; everything that can be read before is read here."""
    row, meeting = answers.read(reply), Event.objects.get(pk=event)
    what, _, how = way.partition(" ")
    if what == "action":
        return lambda: answers.accept(row, party(1)) if how == "ours" else _locked_action(row)
    if what == "place":
        return lambda: seats.take(meeting, 1, 0) if how == "ours" else _lock_and_take(meeting)
    return lambda: _decide(meeting, reply, _ours if how == "ours" else _locked)


def _decide(event: Event, reply: int, has_room: Callable[[Event], bool]) -> None:
    with transaction.atomic():
        room = has_room(event)
        with connection.cursor() as cursor:
            if room:
                cursor.execute(_COMES, [reply])
            else:
                cursor.execute(_WAITS, [reply, event.pk])


def _ours(event: Event) -> bool:
    return seats.take(event, 1, 0) or not seats.still_full(event, 1, 0)


def _locked(event: Event) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seats, total FROM events_capacity WHERE event_id = %s FOR UPDATE", [event.pk])
        taken, total = cursor.fetchone()
        if taken < total:
            cursor.execute("UPDATE events_capacity SET seats = seats + 1 WHERE event_id = %s", [event.pk])
        return bool(taken < total)


def _lock_and_take(event: Event) -> bool:
    with transaction.atomic():
        return _locked(event)


def _locked_action(reply: Reply) -> None:
    with transaction.atomic():
        seats.lock(reply.event)
        answers.accept(reply, party(1))

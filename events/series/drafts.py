"""Copies of an event for other days, each a draft of its own. Nothing ties them together afterwards."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events import editing
from events.models import Event
from kit import local_time

_TIMES = ("begins_at", "ends_at", "answer_by")


class NoSuchTime(Exception):
    """On that day the clock does not show one of the times; the sentence says which."""


def copy_for(event: Event, day: date) -> Event:
    """The event on this day, not stored: at the same time by the clock, with the same distance to the day for answers.

    Raises NoSuchTime. Where that distance is too long by now, people may answer until it begins.
    """
    distance = day - local_time.shown(event.begins_at).date()
    copy = Event(**{name: getattr(event, name) for name in editing.KEPT})
    for name in _TIMES:
        setattr(copy, name, _moved(getattr(event, name), distance))
    now = timezone.now()
    if copy.answer_by <= now:
        copy.answer_by = copy.begins_at
    if event.last_call_on and event.last_call_on + distance > timezone.localdate(now):
        copy.last_call_on = event.last_call_on + distance
    return copy


@transaction.atomic
def enter(event: Event, days: list[date], key: uuid.UUID) -> list[Event]:
    """Stores a draft for each day, once for each `key`, however often it is sent. Raises NoSuchTime; then none."""
    editing.take_turns()
    uids = {uuid.uuid5(key, day.isoformat()): day for day in days}
    known = set(Event.objects.filter(uid__in=uids).values_list("uid", flat=True))
    for uid, day in uids.items():
        if uid not in known:
            copy = copy_for(event, day)
            copy.uid = uid
            editing.enter(copy, event.capacity.total, event.capacity.childcare_total)
    return list(Event.objects.filter(uid__in=uids).order_by("begins_at", "pk"))


def _moved(moment: datetime, distance: timedelta) -> datetime:
    """The same time on the clock so many days later; of an hour that comes twice, the same of both."""
    local = local_time.shown(moment) + distance
    possible = local_time.instants(local)
    if not possible:
        raise NoSuchTime(local_time.missing(local))
    same = [each for each in possible if local_time.season(each) == local_time.season(moment)]
    kept = (same or possible)[0]
    return kept.replace(second=moment.second, microsecond=moment.microsecond)

"""Tells a hidden place to households that come without an invitation: once each, when an officer says yes or on the day
before.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from events import invitations, place
from events.answering import answers, mails
from events.models import Event, Reply
from events.place import Told
from mailings.outbox import queue_all


@transaction.atomic
def approve(event: Event, reply_pk: int) -> Reply | None:
    """The officer's yes: the household gets a mail with the place. None if it knows it already, or does not come."""
    household = place.waiting(event).filter(pk=reply_pk, event__state=Event.State.PUBLISHED)
    if not household.update(place_told_at=timezone.now()):
        return None
    reply = answers.read(reply_pk)
    mails.place_told(reply)
    return reply


def tell_due(now: datetime) -> None:
    """Writes to everybody who is to know the place from the day before on."""
    # two days ahead hold all of tomorrow, whatever the hour; `is_open` decides
    near = Event.objects.filter(begins_at__gt=now, begins_at__lte=now + timedelta(days=2)).select_related("capacity")
    hidden = near.filter(state=Event.State.PUBLISHED, hide_place=True, place_for_others=Event.PlaceForOthers.DAY_BEFORE)
    for event in hidden:
        if place.is_open(event, now) and place.is_known(event):
            _tell(event, now)


@transaction.atomic
def _tell(event: Event, now: datetime) -> None:
    """Marks and queues in one transaction; of two at once, the second waits and finds nobody left. The mail says what a
    reminder says, so it counts as one.
    """
    chosen = list(place.waiting(event).select_for_update(of=("self",)).values_list("pk", flat=True))
    if not chosen:
        return
    households = Reply.objects.filter(pk__in=chosen)
    households.update(place_told_at=now, reminded_at=Coalesce("reminded_at", now))
    template = mails.template_of("place", event, Told.NOW, calendar=mails.CalendarChange.STORED)
    event.mailings.add(queue_all(template, invitations.addressed(households), {}))

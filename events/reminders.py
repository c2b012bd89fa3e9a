"""Mails before an event, due by range and each once (D-13): a missed day loses none, a second run repeats none."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events import approvals, invitations, place
from events.answering import mails
from events.answering.mails import CalendarChange
from events.groups import meetings
from events.models import Event, Reply, ReplyQuerySet
from mailings.models import Mailing
from mailings.outbox import queue_all

REMIND_BEFORE = timedelta(days=2)


def send(now: datetime) -> None:
    """Reminds those who come, from REMIND_BEFORE the event; asks those who have not answered once more, if an officer
    has set a day for that; and tells hidden places that are due.
    """
    approvals.tell_due(now)
    published = Event.objects.filter(state=Event.State.PUBLISHED).select_related("capacity")
    for event in published.filter(begins_at__gt=now, begins_at__lte=now + REMIND_BEFORE):
        remind(event, now)
    for event in published.filter(last_call_on__lte=timezone.localdate(now), answer_by__gt=now):
        call(event, now)
    meetings.remind(now, now + REMIND_BEFORE)


@transaction.atomic
def remind(event: Event, now: datetime) -> None:
    """Leaves out households that were reminded already or have only just said yes: that mail said the same."""
    due = event.replies.coming().filter(reminded_at=None, answered_at__lt=now - timedelta(days=1))
    _once("reminder", event, due, "reminded_at", now, kind=Mailing.Kind.PERSONAL)


@transaction.atomic
def call(event: Event, now: datetime) -> None:
    """Asks households invited more than a day ago that have not answered. It is list mail: those who have left get
    none.
    """
    due = event.replies.open().invited().filter(called_at=None, invited_at__lt=now - timedelta(days=1))
    _once("last_call", event, due, "called_at", now, kind=Mailing.Kind.LIST)


def _once(name: str, event: Event, due: ReplyQuerySet, mark: str, now: datetime, *, kind: Mailing.Kind) -> None:
    """Marks and queues in one transaction; of two at once, the second waits and finds nothing left."""
    chosen = list(due.exclude(address=None).select_for_update(of=("self",)).values_list("pk", flat=True))
    if not chosen:
        return
    Reply.objects.filter(pk__in=chosen).update(**{mark: now})
    for told, replies in place.by_told(event, event.replies.filter(pk__in=chosen), now):
        entry = CalendarChange.STORED if kind == Mailing.Kind.PERSONAL else CalendarChange.NONE
        template = mails.template_of(name, event, told, calendar=entry, kind=kind)
        event.mailings.add(queue_all(template, invitations.addressed(replies), {}))

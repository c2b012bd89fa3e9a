"""Announces changes of a public event, and cancels it: each household that comes or waits hears of it once (D-06)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events import invitations
from events.answering import mails
from events.models import Event
from mailings.models import Mailing
from mailings.outbox import queue_all
from mailings.sending import run_control

# People are told of a change of these.
TOLD = ("begins_at", "ends_at", "place", "address", "online_link")


class AlreadyCancelled(Exception):
    """Somebody else was quicker; nothing has been sent twice."""


class AlreadyTold(Exception):
    """Somebody else was quicker; nobody is told twice."""


@transaction.atomic
def publish(event: Event) -> None:
    Event.objects.filter(pk=event.pk, state=Event.State.DRAFT).update(
        state=Event.State.PUBLISHED, changed_at=timezone.now()
    )


@transaction.atomic
def tell(event: Event, *, seen: int | None = None) -> Mailing | None:
    """Writes to everybody who comes or waits that time, place or link have changed, with a calendar entry that replaces
    the old one. None if there is nobody to tell.

    Raises AlreadyTold unless its `sequence` is still the one that was `seen`, and AlreadyCancelled if it is cancelled.
    """
    now = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if now.state != Event.State.PUBLISHED:
        raise AlreadyCancelled
    if seen is not None and now.sequence != seen:
        raise AlreadyTold
    return _write("changed", _next(event))


@transaction.atomic
def cancel(event: Event) -> Mailing | None:
    """Cancels the event for good and writes to everybody who comes or waits; the calendar entry is cancelled.

    Raises AlreadyCancelled. Answers stay as they are, because the numbers are counted from them. Invitations that still
    wait are not sent any more.
    """
    done = Event.objects.filter(pk=event.pk, state=Event.State.PUBLISHED).update(state=Event.State.CANCELLED)
    if not done:
        raise AlreadyCancelled
    for mailing in event.mailings.filter(kind=Mailing.Kind.LIST):
        run_control.stop(mailing)
    return _write("cancelled", _next(event))


def was_told_of(before: dict[str, object], event: Event) -> list[str]:
    """The fields of TOLD that differ now."""
    return [name for name in TOLD if before[name] != getattr(event, name)]


def facts_of(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in TOLD}


def _next(event: Event) -> Event:
    """The event with the next sequence number for calendars."""
    now: datetime = timezone.now()
    Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1, changed_at=now)
    return Event.objects.select_related("capacity").get(pk=event.pk)


def _write(name: str, event: Event) -> Mailing | None:
    told = event.replies.expected().exclude(address=None)
    if not told.exists():
        return None
    mailing = queue_all(mails.template_of(name, event, coming=True), invitations.addressed(told), {})
    event.mailings.add(mailing)
    return mailing

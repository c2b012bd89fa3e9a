"""Publishes an event, announces its changes, and cancels it: each household concerned hears of it once (D-06)."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events import notices
from events.models import Event
from mailings.models import Mailing
from mailings.sending import run_control


class AlreadyCancelled(Exception):
    """Somebody else was quicker; nothing has been sent twice."""


class AlreadyTold(Exception):
    """Somebody else was quicker; nobody is told twice."""


class ChangedAgain(Exception):
    """There is something new to tell that the officer has not seen; nothing has been sent."""


@transaction.atomic
def publish(event: Event) -> None:
    now = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    Event.objects.filter(pk=event.pk, state=Event.State.DRAFT).update(
        state=Event.State.PUBLISHED, announced=notices.facts_of(now), changed_at=timezone.now()
    )


@transaction.atomic
def tell(event: Event, note: str = "", *, unanswered: bool = False, seen: int | None = None) -> int:
    """Writes to everybody who comes or waits what has changed, with a calendar entry that replaces the old one and the
    officer's `note`; also to `unanswered` households, if they are wanted. Returns the number of mails.

    Raises AlreadyTold or ChangedAgain unless its `sequence` is still the one that was `seen`, and AlreadyCancelled if
    it is cancelled.
    """
    now = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    check(now, now.sequence if seen is None else seen)
    told = _next(event)
    number = notices.changed(told, note, unanswered=unanswered)
    Event.objects.filter(pk=event.pk).update(announced=notices.facts_of(told))
    return number


def check(event: Event, seen: int) -> None:
    """Raises what `tell` raises."""
    if event.state != Event.State.PUBLISHED:
        raise AlreadyCancelled
    if event.sequence != seen:
        raise ChangedAgain if notices.changes(event) else AlreadyTold


@transaction.atomic
def cancel(event: Event, note: str = "", *, unanswered: bool = False) -> int:
    """Cancels the event for good and writes to the same households as `tell`; the calendar entry is cancelled.

    Raises AlreadyCancelled. Answers stay as they are, because the numbers are counted from them. Invitations that still
    wait are not sent any more, and planned mails of officers are drafts again.
    """
    done = Event.objects.filter(pk=event.pk, state=Event.State.PUBLISHED).update(state=Event.State.CANCELLED)
    if not done:
        raise AlreadyCancelled
    for mailing in event.mailings.filter(kind=Mailing.Kind.LIST):
        run_control.stop(mailing)
    # What was written before speaks of a meeting that takes place: no page that was opened before sends it either.
    event.own_mails.filter(mailing=None).update(send_at=None, sent_by="", nobody_at=None, changed_at=timezone.now())
    return notices.cancelled(_next(event), note, unanswered=unanswered)


def _next(event: Event) -> Event:
    """The event with the next sequence number for calendars."""
    Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1, changed_at=timezone.now())
    return Event.objects.select_related("capacity").get(pk=event.pk)

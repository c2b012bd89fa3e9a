"""Newsletters that go out at a later time: scheduled by an officer, started by the mail worker, or taken back before.

Its recipients are those in the audience when it starts (M-18). Starting, scheduling and taking back lock its row: it is
started once, and never after it was taken back.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kit.desk import editing
from members.models import Newsletter
from members.newsletters import writing

# How long an officer can take it back after pressing the button.
SOON = timedelta(minutes=10)
FURTHEST = timedelta(days=60)


class NotScheduled(Exception):
    """It is a draft already; somebody else was quicker."""


@transaction.atomic
def schedule(newsletter: Newsletter, at: datetime, by: str, seen: str | None = None) -> None:
    """Lets the newsletter go out at this moment. Until then nobody can change it.

    Raises what `writing.send` raises, and Scheduled if it waits for a time already.
    """
    locked = writing.draft(newsletter, seen)
    writing.check_flyer(locked, at)
    if not writing.recipients(locked).exists():
        raise writing.NobodyChosen
    _change(locked, send_at=at, sent_by=by, nobody_at=None)


@transaction.atomic
def take_back(newsletter: Newsletter) -> None:
    """Turns it into a draft again; nobody has got it. Raises AlreadySent if it has started, and NotScheduled."""
    locked = editing.locked(Newsletter.objects.select_for_update(), newsletter.pk)
    if locked.mailing_id:
        raise writing.AlreadySent
    if not locked.send_at:
        raise NotScheduled
    _change(locked, send_at=None, sent_by="")


def take_back_due(now: datetime) -> int:
    """Makes drafts of those whose time has come, for a database that may not know what has happened since (D-08)."""
    due = Newsletter.objects.due(now)
    return due.update(send_at=None, sent_by="", changed_at=now)


def start_due() -> None:
    """Starts each newsletter whose time has come, in a transaction of its own (settings.QUEUE_MAIL).

    One that fails does not stop the others; it is tried again. Raises an ExceptionGroup of what went wrong.
    """
    failed: list[Exception] = []
    for pk in Newsletter.objects.due(timezone.now()).values_list("pk", flat=True):
        try:
            start(pk)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("Newsletters could not be started.", failed)


@transaction.atomic
def start(pk: int) -> None:
    """Starts the newsletter if its time has come and nobody else has it in hand.

    If nobody would get it, it becomes a draft again, and the officers are told (`Newsletter.objects.stuck`).
    """
    due = Newsletter.objects.due(timezone.now()).select_for_update(skip_locked=True)
    found = due.filter(pk=pk).first()
    if found is None:
        return
    try:
        with transaction.atomic():  # without readers nothing of the mailing stays
            writing.start(found, found.sent_by)
    except writing.NobodyChosen:
        _change(found, send_at=None, sent_by="", nobody_at=found.send_at)


def _change(newsletter: Newsletter, **fields: object) -> None:
    """A new version, so that no page that was opened before can send it."""
    Newsletter.objects.filter(pk=newsletter.pk).update(changed_at=timezone.now(), **fields)

"""Mails of officers that go out at a later time: planned, started by the mail worker, or taken back before (M-23).

Their recipients are chosen when they start. Starting, planning and taking back lock the row of the mail: it is started
once, and never after it was taken back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from kit.desk import editing
from mailings.models import PlannedMail, PlannedMailQuerySet

# How long an officer can take it back after pressing the button.
SOON = timedelta(minutes=10)
FURTHEST = timedelta(days=60)

M = TypeVar("M", bound=PlannedMail)


class AlreadySent(Exception):
    """Somebody else was quicker; nothing has been sent twice."""


class Scheduled(Exception):
    """It waits for its time. Nothing of it changes unless it is taken back."""


class NotScheduled(Exception):
    """It is a draft already; somebody else was quicker."""


class NobodyChosen(Exception):
    """Nobody would get it."""


def draft(mail: M, seen: str | None = None) -> M:
    """The draft as it is now, locked until the transaction ends, which must have begun.

    Raises AlreadySent once it has been sent, Scheduled while it waits for its time, and EditConflict unless it is
    still the version that was `seen`.
    """
    locked = _unsent(mail)
    if locked.send_at:
        raise Scheduled
    editing.compare(locked, seen)
    return locked


def plan(locked: PlannedMail, at: datetime, by: str) -> None:
    """Lets a draft that is locked by this transaction go out at this moment. Until then nobody can change it."""
    _change(locked, send_at=at, sent_by=by, nobody_at=None)


@transaction.atomic
def take_back(mail: PlannedMail) -> None:
    """Turns it into a draft again; nobody has got it. Raises AlreadySent if it has started, and NotScheduled."""
    locked = _unsent(mail)
    if not locked.send_at:
        raise NotScheduled
    _change(locked, send_at=None, sent_by="")


def take_back_due(model: type[PlannedMail], now: datetime) -> int:
    """Makes drafts of those whose time has come, for a database that may not know what has happened since (D-08)."""
    return model.objects.due(now).update(send_at=None, sent_by="", changed_at=now)


def start_due(model: type[M], send: Callable[[M], object]) -> None:
    """Starts each mail whose time has come, in a transaction of its own.

    One that fails does not stop the others; it is tried again. Raises an ExceptionGroup of what went wrong.
    """
    failed: list[Exception] = []
    for pk in model.objects.due(timezone.now()).values_list("pk", flat=True):
        try:
            start(model, pk, send)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("Planned mails could not be started.", failed)


@transaction.atomic
def start(model: type[M], pk: int, send: Callable[[M], object]) -> None:
    """Starts the mail if its time has come and nobody else has it in hand.

    If nobody would get it, it becomes a draft again, and the officers are told (`PlannedMailQuerySet.stuck`).
    """
    rows: PlannedMailQuerySet[M] = PlannedMailQuerySet(model)
    found = rows.due(timezone.now()).select_for_update(skip_locked=True).filter(pk=pk).first()
    if found is None:
        return
    try:
        with transaction.atomic():  # without readers nothing of the mailing stays
            send(found)
    except NobodyChosen:
        _change(found, send_at=None, sent_by="", nobody_at=found.send_at)


def _unsent(mail: M) -> M:
    rows: PlannedMailQuerySet[M] = PlannedMailQuerySet(type(mail))
    locked = editing.locked(rows.select_for_update(), mail.pk)
    if locked.mailing_id:
        raise AlreadySent
    return locked


def _change(mail: PlannedMail, **fields: object) -> None:
    """A new version, so that no page that was opened before can send it."""
    type(mail).objects.filter(pk=mail.pk).update(changed_at=timezone.now(), **fields)

"""Newsletters that go out at a later time (mailings.planning). Recipients: the audience when it starts (M-18)."""

from datetime import datetime

from django.db import transaction

from mailings import planning
from members.models import Newsletter
from members.newsletters import writing


@transaction.atomic
def schedule(newsletter: Newsletter, at: datetime, by: str, seen: str | None = None) -> None:
    """Raises what `writing.send` raises, and Scheduled if it waits for a time already."""
    locked = planning.draft(newsletter, seen)
    writing.check_flyer(locked, at)
    if not writing.recipients(locked).exists():
        raise planning.NobodyChosen
    planning.plan(locked, at, by)


def start_due() -> None:
    """Starts each newsletter whose time has come (settings.QUEUE_MAIL)."""
    planning.start_due(Newsletter, send)


def send(locked: Newsletter) -> None:
    writing.start(locked, locked.sent_by)

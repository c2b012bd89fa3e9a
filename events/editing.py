"""Creates, changes and discards events: entered once, no change lost between two officers, only drafts deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events import notices
from events.answering import mails, seats
from events.models import Event, Reply
from kit import locks, tallies
from kit.desk import editing
from kit.locks import Lock
from kit.tallies import What

# The fields that officers write; a form never touches the rest of the row.
WRITTEN = (
    "title", "kind", "summary", "text", "schedule", "begins_at", "ends_at", "place", "address", "hide_place",
    "place_for_others", "online_link", "host", "childcare_bands", "childcare_note", "asks_for_offers",
    "calendar_title", "answer_by", "contact", "last_call_on",
)  # fmt: skip
# The fields that a copy for the next meeting keeps.
KEPT = tuple(name for name in WRITTEN if name not in ("begins_at", "ends_at", "answer_by", "last_call_on"))


class NotADraft(Exception):
    """The event is public: it can be cancelled, not deleted."""


def take_turns() -> None:
    """Serialises entering events until the transaction ends: a double click enters one, and slugs are unique."""
    locks.take(Lock.NEW_EVENT)


def locked(event: Event, seen: str | None = None) -> Event:
    """The event as it is now, locked until the transaction ends, which must have begun.

    Answers can still be given. Raises EditConflict unless it is still the version that was `seen`.
    """
    rows = Event.objects.select_for_update(of=("self",), no_key=True).select_related("capacity")
    return editing.locked(rows, event.pk, seen)


def entered_as(key: str) -> Event | None:
    """The event that the form with this key has entered already."""
    try:
        return Event.objects.filter(uid=UUID(key)).first()
    except ValueError:
        return None


@transaction.atomic
def enter(event: Event, total: int | None, childcare_total: int) -> None:
    """Stores a new draft."""
    take_turns()
    event.slug = slug_for(event)
    event.save(force_insert=True)
    seats.create(event, total, childcare_total)


@transaction.atomic
def change(before: Event, event: Event, total: int | None, childcare_total: int) -> list[Reply]:
    """Stores the differences from `before`, which is `locked`. Returns the families that move up; they get a mail."""
    written = {name: getattr(event, name) for name in WRITTEN if getattr(event, name) != getattr(before, name)}
    if before.state == Event.State.DRAFT and written.keys() & {"begins_at", "kind"}:
        take_turns()
        written["slug"] = slug_for(event)
    old = before.capacity
    resized = (total, childcare_total) != (old.total, old.childcare_total)
    if not written and not resized:
        return []
    _store(before, written)
    if not resized and "answer_by" not in written:
        return []
    # With more time to answer, seats that became free after the old day are passed on now, before anybody else asks.
    now = Event.objects.select_related("capacity").get(pk=before.pk)
    moved = seats.change_capacity(now, total, childcare_total)
    for reply in moved:
        mails.moved_up(reply)
    return moved


def _store(before: Event, written: dict[str, Any]) -> None:
    # Calendars take what differs from their entry only with a higher number, also if nobody is written to (RFC 5545).
    step = before.state == Event.State.PUBLISHED and bool(written.keys() & set(notices.TOLD))
    Event.objects.filter(pk=before.pk).update(
        **written, sequence=F("sequence") + (1 if step else 0), changed_at=timezone.now()
    )
    begins_at = written.get("begins_at", before.begins_at)
    if timezone.localdate(begins_at) != timezone.localdate(before.begins_at):
        # A reminder of the old day is none of this one.
        Reply.objects.filter(event=before).update(reminded_at=None, called_at=None)


@transaction.atomic
def discard(event: Event) -> None:
    if locked(event).state != Event.State.DRAFT:
        raise NotADraft
    Event.objects.filter(pk=event.pk).delete()


@transaction.atomic
def came(event: Event, adults: int | None, children: int | None) -> None:
    """Stores how many came; None: nobody has counted. The report's tallies get the difference to the former number."""
    before = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    Event.objects.filter(pk=event.pk).update(came_adults=adults, came_children=children)
    day = timezone.localdate(before.begins_at)
    counted = int((adults, children) != (None, None)) - int((before.came_adults, before.came_children) != (None, None))
    tallies.count(What.DOOR_COUNTED, counted, on=day)
    tallies.count(What.CAME_ADULTS, (adults or 0) - (before.came_adults or 0), on=day)
    tallies.count(What.CAME_CHILDREN, (children or 0) - (before.came_children or 0), on=day)


def slug_for(event: Event) -> str:
    """Such as "2026-12-05-treffen", or with "-2" behind it; never made from the title, because others see URLs."""
    day: datetime = timezone.localtime(event.begins_at)
    plain = f"{day:%Y-%m-%d}-{event.kind}"
    taken = set(Event.objects.filter(slug__startswith=plain).exclude(pk=event.pk).values_list("slug", flat=True))
    return next(slug for slug in (plain, *_numbered(plain, len(taken) + 2)) if slug not in taken)


def _numbered(plain: str, last: int) -> list[str]:
    return [f"{plain}-{number}" for number in range(2, last + 1)]

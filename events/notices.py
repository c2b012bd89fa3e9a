"""What people were last told of an event, and the mails that say what is different now or that it is cancelled (D-06).

Each household is in one group, and each group gets one mail: those who know a hidden place read the old and the new
one, others read when they will learn it.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from events import invitations, place, wording
from events.answering import mails
from events.answering.mails import CalendarChange
from events.models import Event, ReplyQuerySet
from events.place import Told
from mailings.models import Delivery, Mailing
from mailings.outbox import queue_all
from mailings.templates import MailTemplate

TIMES, PLACES = ("begins_at", "ends_at"), ("place", "address", "online_link")
# People are told of a change of these.
TOLD = (*TIMES, *PLACES)


def facts_of(event: Event) -> dict[str, Any]:
    """What `Event.announced` holds."""
    times = {name: getattr(event, name).isoformat() for name in TIMES}
    return times | {name: getattr(event, name) for name in (*PLACES, "hide_place")}


def as_announced(event: Event) -> Event | None:
    """The event as people know it; None if they have not been told of it."""
    if not event.announced:
        return None
    known = copy(event)
    for name, value in event.announced.items():
        setattr(known, name, datetime.fromisoformat(value) if name in TIMES else value)
    return known


def gives_away(event: Event, text: str) -> bool:
    """Whether the text names a place that is hidden, or was when people were told of it."""
    hidden = [each for each in (event, as_announced(event)) if each and each.hide_place]
    return any(place.is_named(each, text) for each in hidden)


def changes(event: Event) -> list[str]:
    """The fields of TOLD that are not as people know them."""
    known = as_announced(event)
    return [name for name in TOLD if known and getattr(known, name) != getattr(event, name)]


def in_words(event: Event, told: Told, told_before: Told) -> dict[str, str]:
    """`when` and `where`, and what they were if that differs, for a reader who knows so much now and did before."""
    known, new = as_announced(event), changes(event)
    when, where = wording.when(event), wording.where(event, told)
    before = {"when_before": "", "where_before": ""}
    if known and set(new) & set(TIMES):
        before["when_before"] = wording.when(known)
    if known and set(new) & set(PLACES):
        old = wording.where(known, told_before)
        if (known.hide_place and told_before != Told.NOW) or old == where:
            where = f"Hier hat sich etwas geändert. {where}"
        else:
            before["where_before"] = old
    return {"when": when, "where": where} | before


def changed(event: Event, note: str, *, unanswered: bool) -> int:
    """Queues the mail for everybody who comes or waits, and for `unanswered` households; returns their number."""
    note, now = wording.officers_text(note), timezone.now()
    sent = 0
    for told, told_before, replies in _groups(event, now):
        more = {"note": note, **in_words(event, told, told_before)}
        sent += _write(
            event, mails.template_of("changed", event, told, calendar=CalendarChange.STORED, more=more), replies, note
        )
    if unanswered and (replies := _unanswered(event)).exists():
        more = {"note": note, **in_words(event, Told.WITH_YES, Told.WITH_YES)}
        template = mails.template_of("changed_unanswered", event, Told.WITH_YES, kind=Mailing.Kind.LIST, more=more)
        sent += _write(event, template, replies, note)
    if place.is_open(event, now):  # those who read the hidden place here need no mail about it
        place.waiting(event).update(place_told_at=now)
    return sent


def cancelled(event: Event, note: str, *, unanswered: bool) -> int:
    """The same for a cancelled event. No place is named."""
    note, sent = wording.officers_text(note), 0
    more = {"note": note}
    if (replies := _expected(event)).exists():
        sent += _write(
            event,
            mails.template_of("cancelled", event, Told.LATER, calendar=CalendarChange.GONE, more=more),
            replies,
            note,
        )
    if unanswered and (replies := _unanswered(event)).exists():
        name, kind = "cancelled_unanswered", Mailing.Kind.LIST
        sent += _write(event, mails.template_of(name, event, Told.LATER, kind=kind, more=more), replies, note)
    return sent


def unanswered(event: Event) -> int:
    """How many invited households have not answered and could be told."""
    return _unanswered(event).count()


def _expected(event: Event) -> ReplyQuerySet:
    return event.replies.expected().exclude(address=None)


def _unanswered(event: Event) -> ReplyQuerySet:
    """Households whose invitation was stopped before it went out know nothing of the event. The rest is list mail:
    when it is claimed, it needs consent.
    """
    stopped = Delivery.objects.filter(
        mailing__in=event.mailings.filter(template="events/invitation"), reason=Delivery.Reason.STOPPED
    )
    return event.replies.open().invited().exclude(address=None).exclude(address__in=stopped.values("address"))


def _groups(event: Event, now: datetime) -> Iterator[tuple[Told, Told, ReplyQuerySet]]:
    """What they may know now, what they knew before, and the households."""
    known = as_announced(event) or event
    for told, replies in place.by_told(event, _expected(event), now):
        for told_before, group in place.by_told(known, replies, now):
            yield told, told_before, group


def _write(event: Event, template: MailTemplate, replies: ReplyQuerySet, note: str) -> int:
    """With a note, discreet readers get a link to the mail itself: their page of the answer does not hold it."""
    template = replace(template, main_link="") if note else template
    mailing = queue_all(template, invitations.addressed(replies), {})
    event.mailings.add(mailing)
    return mailing.deliveries.count()

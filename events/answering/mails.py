"""The mails to one household about its own answer, queued in the transaction of the action that causes them."""

from enum import Enum

from django.utils import timezone

from events import place, wording
from events.links import to_answer
from events.models import Event, Reply, WaitingListEntry
from events.place import Told
from events.public import calendars
from mailings import templates
from mailings.models import Mailing
from mailings.outbox import Recipient, queue
from mailings.templates import MailTemplate
from members.greeting import greeting


class CalendarChange(Enum):
    """What a mail does to the reader's calendar."""

    NONE, STORED, GONE = range(3)


_CHANGES: dict[str, CalendarChange] = {
    Reply.State.YES: CalendarChange.STORED,
    Reply.State.CANCELLED: CalendarChange.GONE,
}


def position(ahead: int) -> str:
    """The position in the waiting list, in words."""
    if not ahead:
        return "Als Nächstes sind Sie an der Reihe."
    return "Vor Ihnen wartet eine Familie." if ahead == 1 else f"Vor Ihnen warten {wording.number(ahead)} Familien."


def answered(reply: Reply) -> None:
    """Queues the mail that says whether the household comes, waits, both, or does not come any more."""
    if reply.event.group_id:
        return  # the page of the group says it
    if reply.address is None:
        return  # coming by telephone: an officer says it
    if reply.state == Reply.State.CANCELLED:
        _send(reply, "not_coming", {})
        return
    entry = getattr(reply, "waiting_list_entry", None)
    if entry is None:
        _send(reply, "yes", _who(reply))
    elif reply.seats:
        _send(reply, "waiting_for_more", _who(reply) | _wants(entry))
    else:
        _send(reply, "waiting", _wants(entry))


def moved_up(reply: Reply) -> None:
    """Queues the mail that seats have become free for a family that waited."""
    if reply.address is None:
        return
    _send(reply, "moved_up", _who(reply))


def place_told(reply: Reply) -> None:
    """Queues the mail that tells a household the place that it has not known."""
    _send(reply, "place", {})


def template_of(
    name: str,
    event: Event,
    told: Told,
    *,
    calendar: CalendarChange = CalendarChange.NONE,
    kind: Mailing.Kind = Mailing.Kind.PERSONAL,
    more: dict[str, str] | None = None,
) -> MailTemplate:
    """The template `events/<name>` with the facts of this event as far as its readers may know them, and with `more`;
    `calendar` adds the calendar entry, or what takes it away.
    """
    entry = ""
    if calendar != CalendarChange.NONE:
        entry = calendars.calendar_event(event, told, timezone.now(), gone=calendar == CalendarChange.GONE)
    return templates.load(
        f"events/{name}",
        kind=kind,
        main_link="antwort",
        calendar=entry,
        facts=wording.facts(event, event.capacity, told) | (more or {}),
    )


def in_words(row: Reply | WaitingListEntry) -> str:
    """The people who come by this answer, or wait; always with or without childcare where there is some."""
    offered = bool(row.event.capacity.childcare_total)
    return wording.party(row.adults, row.children, row.childcare, offered=offered)


def _who(reply: Reply) -> dict[str, str]:
    return {"wer": in_words(reply)}


def _wants(entry: WaitingListEntry) -> dict[str, str]:
    return {"wunsch": in_words(entry)}


def _send(reply: Reply, name: str, values: dict[str, str]) -> None:
    """Coming households get the calendar entry; a stranger who reads the place here is told of it once."""
    assert reply.address is not None
    now, event = timezone.now(), reply.event
    told = place.told(event, reply, now)
    if told == Told.NOW and event.hide_place:
        Reply.objects.filter(pk=reply.pk, invited_at=None, place_told_at=None).update(place_told_at=now)
    text = template_of(name, event, told, calendar=_CHANGES.get(reply.state, CalendarChange.NONE))
    queue(text, [Recipient(reply.address, {"anrede": greeting(reply.name), **values}, to_answer(reply))])

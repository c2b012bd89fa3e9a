"""The mails to one household about its own answer, queued in the transaction of the action that causes them."""

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


def position(ahead: int) -> str:
    """The position in the waiting list, in words."""
    if not ahead:
        return "Sie sind als Nächste an der Reihe."
    return "Vor Ihnen wartet eine Familie." if ahead == 1 else f"Vor Ihnen warten {wording.number(ahead)} Familien."


def answered(reply: Reply) -> None:
    """Queues the mail that says whether the household comes, waits, or both."""
    if reply.address is None:
        return  # coming by telephone: an officer says it
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
    calendar: bool = False,
    kind: str = Mailing.Kind.PERSONAL,
    more: dict[str, str] | None = None,
) -> MailTemplate:
    """The template `events/<name>` with the facts of this event as far as its readers may know them, and with `more`;
    `calendar` adds the calendar entry.
    """
    return templates.load(
        f"events/{name}",
        kind=kind,
        main_link="antwort",
        calendar=calendars.calendar_event(event, told, timezone.now()) if calendar else "",
        facts=wording.facts(event, event.capacity, told) | (more or {}),
    )


def _who(reply: Reply) -> dict[str, str]:
    return {"wer": wording.party(reply.adults, reply.children, reply.childcare)}


def _wants(entry: WaitingListEntry) -> dict[str, str]:
    return {"wunsch": wording.party(entry.adults, entry.children, entry.childcare)}


def _send(reply: Reply, name: str, values: dict[str, str]) -> None:
    """Coming households get the calendar entry; a stranger who reads the place here is told of it once."""
    assert reply.address is not None
    now, event = timezone.now(), reply.event
    told = place.told(event, reply, now)
    if told == Told.NOW and event.hide_place:
        Reply.objects.filter(pk=reply.pk, invited_at=None, place_told_at=None).update(place_told_at=now)
    text = template_of(name, event, told, calendar=reply.state == Reply.State.YES)
    queue(text, [Recipient(reply.address, {"anrede": greeting(reply.name), **values}, to_answer(reply))])

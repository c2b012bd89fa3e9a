"""The mails to one household about its own answer, queued in the transaction of the action that causes them."""

from events import wording
from events.links import to_answer
from events.models import Event, Reply, WaitingListEntry
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
        _send(reply, template_of("yes", reply.event, coming=True), _who(reply))
    elif reply.seats:
        _send(reply, template_of("waiting_for_more", reply.event, coming=True), _who(reply) | _wants(entry))
    else:
        _send(reply, template_of("waiting", reply.event, coming=False), _wants(entry))


def moved_up(reply: Reply) -> None:
    """Queues the mail that seats have become free for a family that waited."""
    if reply.address is None:
        return
    _send(reply, template_of("moved_up", reply.event, coming=True), _who(reply))


def template_of(name: str, event: Event, *, coming: bool, kind: str = Mailing.Kind.PERSONAL) -> MailTemplate:
    """The template `events/<name>` with the facts of this event; `coming` adds what only those who come may know, and
    the calendar entry.
    """
    return templates.load(
        f"events/{name}",
        kind=kind,
        main_link="antwort",
        calendar=calendars.calendar_event(event, coming=True) if coming else "",
        facts=wording.facts(event, event.capacity, coming=coming),
    )


def _who(reply: Reply) -> dict[str, str]:
    return {"wer": wording.party(reply.adults, reply.children, reply.childcare)}


def _wants(entry: WaitingListEntry) -> dict[str, str]:
    return {"wunsch": wording.party(entry.adults, entry.children, entry.childcare)}


def _send(reply: Reply, text: MailTemplate, values: dict[str, str]) -> None:
    assert reply.address is not None
    queue(text, [Recipient(reply.address, {"anrede": greeting(reply.name), **values}, to_answer(reply))])

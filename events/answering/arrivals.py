"""Records arrivals: households ticked at the door, those who come unannounced, and those who come after all.

Nobody is mailed about it.

A phone with a bad connection sends a tick again until it is taken. So a tick says what is wanted and when it was
tapped: the latest tap counts, however often and in whatever order they arrive.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from events.answering import answers, phone_answers, seats
from events.answering.answers import Details, Party, TooLate
from events.models import Event, Reply, WaitingListEntry
from kit import tallies
from kit.tallies import Channel, What


@dataclass(frozen=True)
class People:
    """How many came."""

    adults: int
    children: int


def is_open(event: Event, now: datetime) -> bool:
    """Open from the day before. It stays open afterwards, so that officers can copy a list ticked on paper."""
    day_before = timezone.localdate(event.begins_at) - timedelta(days=1)
    return event.state == Event.State.PUBLISHED and timezone.localdate(now) >= day_before


def tick(event: Event, reply_pk: int, tapped_at: datetime | None, *, here: bool) -> bool:
    """Records that the household is here, or is not after all. False if a later tap has decided, or nobody is expected.

    `tapped_at` is the moment of the tap; None: just now.
    """
    now = timezone.now()
    tapped_at = min(tapped_at or now, now)
    is_later = Q(tapped_at=None) | Q(tapped_at__lt=tapped_at)
    household = event.replies.coming().filter(is_later, pk=reply_pk)
    return bool(household.update(arrived_at=tapped_at if here else None, tapped_at=tapped_at))


def takes_more(event: Event) -> bool:
    """Whether somebody can be added: not once the numbers are frozen."""
    return event.counts is None


@transaction.atomic
def add(event: Event, key: str, party: Party, details: Details, by: str) -> Reply:
    """Adds a household that nobody expected, once for each `key`. It gets its seats even if they are taken.

    Raises TooLate once the numbers of the event are frozen.
    """
    _lock(event)
    nonce = phone_answers.nonce_of(key)
    known = Reply.objects.filter(event=event, address=None, nonce=nonce).first()
    if known:
        return known
    seats.take_beyond(event, party.seats, party.childcare_seats)
    tallies.count(What.ANSWERED, of=Channel.DOOR)
    now = timezone.now()
    return Reply.objects.create(
        event=event,
        nonce=nonce,
        state=Reply.State.YES,
        answered_at=now,
        arrived_at=now,
        tapped_at=now,
        entered_by=by,
        **details.fields(),
        **party.fields(),
    )


def named(event: Event, name: str) -> list[Reply]:
    """Households of exactly this name that are not expected: they declined, wait, or have not answered."""
    return list(phone_answers.called(event, name).exclude(state=Reply.State.YES))


@transaction.atomic
def come_after_all(event: Event, reply_pk: int, name: str, party: Party, by: str) -> Reply | None:
    """The household of this name and key is here after all, and gets its seats even if they are taken. None if there
    is no such one. Sent again, it changes nothing.

    Raises TooLate once the numbers of the event are frozen.
    """
    _lock(event)
    reply = phone_answers.called(event, name).select_for_update(of=("self",)).filter(pk=reply_pk).first()
    if reply is None or reply.state == Reply.State.YES:
        return reply
    seats.take_beyond(event, party.seats, party.childcare_seats)
    if reply.answered_at is None:
        tallies.count(What.ANSWERED, of=Channel.DOOR)
    now = timezone.now()
    here = {"state": Reply.State.YES, "answered_at": now, "arrived_at": now, "tapped_at": now, "entered_by": by}
    event.replies.filter(pk=reply.pk).update(revision=F("revision") + 1, **here, **party.fields())
    WaitingListEntry.objects.filter(reply=reply).delete()
    return reply


def walk_ins(event: Event) -> "QuerySet[Reply]":
    """Households that were added at the door, and that nobody has changed since: any other answer has a revision."""
    return event.replies.coming().filter(address=None, caller=None, revision=0)


@transaction.atomic
def take_away(event: Event, reply_pk: int) -> Reply | None:
    """Deletes a household that was added at the door by mistake and is not ticked any more, and gives its seats back;
    None if it is none of these.

    Raises TooLate once the numbers of the event are frozen.
    """
    _lock(event)
    reply = walk_ins(event).select_for_update().filter(pk=reply_pk, arrived_at=None).first()
    if reply:
        answers.give_up(answers.read(reply.pk))
        Reply.objects.filter(pk=reply.pk).delete()
        tallies.count(What.ANSWERED, -1, of=Channel.DOOR)
    return reply


def counted(event: Event) -> People | None:
    """The people who were ticked; None if nobody was. Seats stay when the ages of children are deleted (P-11)."""
    came = event.replies.coming().came().aggregate(adults=Sum("adults"), seats=Sum("seats"))
    return People(came["adults"], came["seats"] - came["adults"]) if came["seats"] else None


def _lock(event: Event) -> None:
    """Until the transaction ends nobody else takes seats. Raises TooLate."""
    if not takes_more(Event.objects.select_for_update(no_key=True).get(pk=event.pk)):
        raise TooLate
    seats.lock(event)

"""A household's answer: coming, not coming or waiting; given from a mail, on the web, or to an officer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.answering import channels, mails, seats
from events.links import ANSWER
from events.models import BANDS, LINK_AFTER, LONGEST_REMARK, Event, Reply, WaitingListEntry, no_children
from mailings import tokens
from mailings.templates import one_line

MOST_ADULTS, MOST_CHILDREN = 6, 9  # children: in each band
MOST_SEATS = 8  # what a household may take by itself; for more it calls the officers
# A webform link for somebody who was not invited, until it is used.
UNUSED_HOURS = 24
_TRIES = 8


class TooLate(Exception):
    """The day for answers is past (for cancelling: the event has begun), or the event is cancelled."""


class ChildcareFull(Exception):
    """There is room for the family, but not in the childcare; nothing has been stored."""


class TooMany(Exception):
    """More than a household may take by itself; nothing has been stored."""


class _Changed(Exception):
    """The answer changed, or seats became free, since it was read."""


@dataclass(frozen=True)
class Party:
    """The people of one household who come. Children, and those in childcare, by age band in the order of BANDS."""

    adults: int = 1
    children: list[int] = field(default_factory=no_children)
    childcare: list[int] = field(default_factory=no_children)

    def __post_init__(self) -> None:
        if not 1 <= self.adults <= MOST_ADULTS or len(self.children) != len(BANDS) != len(self.childcare):
            raise ValueError(f"{self} cannot come.")
        pairs = zip(self.children, self.childcare, strict=True)
        if not all(0 <= cared <= children <= MOST_CHILDREN for children, cared in pairs):
            raise ValueError(f"{self} cannot come.")

    @property
    def seats(self) -> int:
        return self.adults + sum(self.children)

    @property
    def childcare_seats(self) -> int:
        return sum(self.childcare)

    def without_childcare(self) -> "Party":
        return Party(self.adults, self.children)

    def with_childcare(self, bands: list[int]) -> "Party":
        """All children of these age bands in childcare."""
        return replace(self, childcare=[count if index in bands else 0 for index, count in enumerate(self.children)])

    def fields(self) -> dict[str, object]:
        return {
            "adults": self.adults,
            "children": self.children,
            "childcare": self.childcare,
            "seats": self.seats,
            "childcare_seats": self.childcare_seats,
        }


@dataclass(frozen=True)
class Details:
    """What a household may add to the numbers: a remark, and name and telephone for the door. All of it is
    voluntary.
    """

    remark: str = ""
    name: str = ""
    phone: str = ""

    def fields(self) -> dict[str, str]:
        longest = {"remark": LONGEST_REMARK, "name": 100, "phone": 40}
        return {field: one_line(getattr(self, field))[:most] for field, most in longest.items()}

    def is_known(self, reply: Reply) -> bool:
        return all(getattr(reply, field) == value for field, value in self.fields().items())


NO_DETAILS = Details()


def find(token: str) -> Reply | None:
    """The reply that a personal link opens; None once the link is no longer valid."""
    rows = Reply.objects.filter(event__group=None).exclude(address=None).exclude(event__state=Event.State.DRAFT)
    reply = tokens.find(ANSWER, token, rows.select_related("event__capacity", "address", "waiting_list_entry"))
    now = timezone.now()
    if reply is None or now > reply.event.ends_at + LINK_AFTER:
        return None
    unasked = reply.state == Reply.State.OPEN and reply.invited_at is None
    return None if unasked and now > reply.asked_at + timedelta(hours=UNUSED_HOURS) else reply


def waiting_list_entry_of(reply: Reply) -> WaitingListEntry | None:
    return getattr(reply, "waiting_list_entry", None)


def party_of(row: Reply | WaitingListEntry) -> Party | None:
    """The people who come by this answer, or wait in this entry; None if nobody does."""
    return Party(row.adults, row.children, row.childcare) if row.seats else None


def wanted(reply: Reply) -> Party | None:
    """What the household last asked for, whether it has it or waits for it; None if it does not come."""
    return party_of(waiting_list_entry_of(reply) or reply)


def most_seats(reply: Reply) -> int:
    """How many may come without a call to the officers; what the household has, or waits for, it may keep."""
    party = wanted(reply)
    return max(MOST_SEATS, party.seats if party else 0, reply.seats)


def accept(
    reply: Reply, party: Party, details: Details = NO_DETAILS, *, by: str = "", wait_for_childcare: bool = False
) -> Reply:
    """Books the `party`, or puts it on the waiting list as a whole; seats that the household has already stay its own.

    Returns the stored reply, and queues the mail about it; the same answer again changes nothing. `by` is the officer
    who enters it, which is allowed for any number, and after the day for answers until the event is over. Raises
    TooLate, TooMany, and ChildcareFull if only the childcare is full, unless `wait_for_childcare` is set.
    """

    def action(current: Reply) -> bool:
        if wanted(current) == party and current.state != Reply.State.OPEN and details.is_known(current):
            return False
        if not by and party.seats > most_seats(current):
            raise TooMany
        extra = party.seats - current.seats, party.childcare_seats - current.childcare_seats
        if wanted(current) == party or seats.take(current.event, *extra):
            return _come(current, party, details, by)
        return _wait(current, party, details, by, wait_for_childcare)

    return _done(reply, action, by)


def decline(reply: Reply, details: Details = NO_DETAILS, *, by: str = "") -> Reply:
    """The household does not come; its seats go to the next in the waiting list. If it had said yes, a mail takes the
    event out of its calendar. Possible until the event begins; raises TooLate.
    """

    def action(current: Reply) -> bool:
        came = current.state == Reply.State.YES
        kept = current.state in (Reply.State.NO, Reply.State.CANCELLED) and details.is_known(current)
        if not kept:
            give_up(current, details, by)
        return came

    return _done(reply, action, by, cancels=True)


def cancel(reply: Reply) -> Reply:
    """Declines for the household; what it has said beside its answer stays as it is."""
    return decline(reply, _details_of(reply))


def withdraw(pk: int) -> None:
    """Cancels without telling the household, on any day: its data are being erased."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                give_up(read(pk))
                return
        except _Changed:
            continue
    raise RuntimeError("The answer could not be withdrawn: it keeps changing.")


def give_up(current: Reply, details: Details = NO_DETAILS, by: str = "") -> None:
    """Cancels on any day. Call in a transaction, with the reply just read."""
    if current.seats:
        seats.take(current.event, -current.seats, -current.childcare_seats)
    had = current.state in (Reply.State.YES, Reply.State.WAITING, Reply.State.CANCELLED)
    nothing = {"adults": 0, "children": no_children(), "childcare": no_children(), "seats": 0, "childcare_seats": 0}
    _store(current, Reply.State.CANCELLED if had else Reply.State.NO, nothing, details, by)
    WaitingListEntry.objects.filter(reply=current).delete()
    _pass_on(current.event)


def leave_waiting_list(reply: Reply) -> Reply:
    """The household no longer waits; seats that it has already stay its own. Raises TooLate."""

    def action(current: Reply) -> bool:
        if current.state == Reply.State.WAITING:
            give_up(current, _details_of(current))
        elif waiting_list_entry_of(current):
            _store(current, Reply.State(current.state), {}, _details_of(current), "")
            WaitingListEntry.objects.filter(reply=current).delete()
        return False

    return _done(reply, action, "", cancels=True)


def _done(reply: Reply, action: Callable[[Reply], bool], by: str, *, cancels: bool = False) -> Reply:
    """Applies the action to the reply as it is now, and again from the beginning if the reply changes meanwhile. If the
    action returns True, a mail says what is stored then.
    """
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                current = read(reply.pk)
                _check_time(current.event, timezone.now(), by, cancels=cancels)
                to_be_told = action(current)
                current = read(reply.pk)
                if to_be_told:
                    mails.answered(current)
                return current
        except _Changed:
            continue
    raise RuntimeError("The answer could not be stored: it keeps changing.")


def read(pk: int) -> Reply:
    return Reply.objects.select_related("event", "address", "waiting_list_entry").get(pk=pk)


def _check_time(event: Event, now: datetime, by: str, *, cancels: bool) -> None:
    if by:
        possible = event.state == Event.State.PUBLISHED and not event.is_over(now)
    else:
        possible = event.takes_cancellations(now) if cancels else event.takes_answers(now)
    if not possible:
        raise TooLate


def _come(current: Reply, party: Party, details: Details, by: str) -> bool:
    if wanted(current) == party:  # only what is details beside it is new
        _store(current, Reply.State(current.state), {}, details, by)
        return False
    gave_back = party.seats < current.seats or party.childcare_seats < current.childcare_seats
    _store(current, Reply.State.YES, party.fields(), details, by)
    WaitingListEntry.objects.filter(reply=current).delete()
    if gave_back:
        _pass_on(current.event)
    return True


def _wait(current: Reply, party: Party, details: Details, by: str, wait_for_childcare: bool) -> bool:
    extra = party.seats - current.seats, party.childcare_seats - current.childcare_seats
    if not seats.still_full(current.event, *extra):
        raise _Changed
    if (
        party.childcare_seats
        and not wait_for_childcare
        and not seats.still_full(current.event, extra[0], -current.childcare_seats)
    ):
        raise ChildcareFull
    state = Reply.State.YES if current.seats else Reply.State.WAITING
    _store(current, state, {}, details, by)
    earlier = waiting_list_entry_of(current)
    smaller = earlier is not None and party.seats <= earlier.seats and party.childcare_seats <= earlier.childcare_seats
    since = earlier.since if earlier is not None and smaller else timezone.now()
    WaitingListEntry.objects.bulk_create(
        [WaitingListEntry(reply=current, event=current.event, since=since, **party.fields())],
        update_conflicts=True,
        unique_fields=["reply"],
        update_fields=["since", *party.fields()],
    )
    return True


def _store(current: Reply, state: Reply.State, numbers: dict[str, object], details: Details, by: str) -> None:
    changed = Reply.objects.filter(pk=current.pk, revision=current.revision).update(
        state=state,
        entered_by=by,
        answered_at=timezone.now(),
        revision=F("revision") + 1,
        **numbers,
        **details.fields(),
    )
    if not changed:
        raise _Changed
    channels.count(current, by)


def _details_of(reply: Reply) -> Details:
    return Details(reply.remark, reply.name, reply.phone)


def _pass_on(event: Event) -> None:
    for moved in seats.move_up(event):
        mails.moved_up(moved)

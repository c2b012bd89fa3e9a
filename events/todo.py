"""What waits for the officers about events that come soon or are just over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from events import counting, door, event_mails, invitations
from events.models import Event, EventMail, Reply, WaitingListEntry
from members.audience import Audience

SOON = timedelta(days=21)
VERY_SOON = timedelta(days=3)
ASK_AFTERWARDS = timedelta(days=30)
THANK_AFTERWARDS = timedelta(days=7)


class Task(Enum):
    NO_PLACE = auto()
    DRAFT = auto()
    PLACE_WAITS = auto()
    NOBODY_ASKED = auto()
    FAMILIES_WAIT = auto()
    FAMILIES_HOPE = auto()
    TODAY = auto()
    WHO_CAME = auto()
    THANKS = auto()


@dataclass(frozen=True)
class Todo:
    """`days` until the event begins; `number` of families in the list to which it leads, or 1: the event."""

    what: Task
    event: Event
    days: int
    number: int = 1


def now(moment: datetime) -> list[Todo]:
    """All open tasks, those of the first event first. Families that wait are told however far away the event is. One
    query.
    """
    recent = Event.objects.filter(ends_at__gt=moment - ASK_AFTERWARDS).exclude(state=Event.State.CANCELLED)
    invited = Reply.objects.filter(event=OuterRef("pk")).exclude(invited_at=None)
    rows = recent.annotate(
        invited=Exists(invited),
        fits=Exists(_who_fits()),
        waiting=counting.number(WaitingListEntry.objects.all()),
        coming=counting.number(Reply.objects.coming()),
        strangers=counting.number(_strangers()),
        thankable=_thankable(),
    )
    return [todo for event in rows.order_by("begins_at", "pk") for todo in _todos(event, moment)]


@dataclass(frozen=True)
class Newcomers:
    """`new`: members who joined after the last invitation to the event; `missing`: all who could be invited to it."""

    event: Event
    new: int
    missing: int


def newcomers(moment: datetime) -> Newcomers | None:
    """For the next event that takes answers, if somebody was invited to it; None without new members. Two queries."""
    coming = Event.objects.filter(state=Event.State.PUBLISHED, begins_at__gt=moment)
    invited = coming.annotate(last_invited=Max("replies__invited_at")).exclude(last_invited=None)
    event = next((event for event in invited.order_by("begins_at") if event.takes_answers(moment)), None)
    if event is None:
        return None
    is_new = Q(joined_at__gt=event.last_invited)  # type: ignore[attr-defined]
    people = invitations.recipients(event, Audience()).aggregate(all=Count("pk"), new=Count("pk", filter=is_new))
    return Newcomers(event, people["new"], people["all"]) if people["new"] else None


def _todos(event: Any, moment: datetime) -> Iterator[Todo]:
    days = (timezone.localdate(event.begins_at) - timezone.localdate(moment)).days
    families = {
        Task.PLACE_WAITS: event.strangers,
        Task.FAMILIES_WAIT: event.waiting,
        Task.FAMILIES_HOPE: event.waiting,
        Task.TODAY: event.coming,
    }
    today = Task.TODAY if door.is_today(event, moment) else None
    for what in (_of(event, moment), _waiting(event, moment), today):
        if what:
            yield Todo(what, event, days, families.get(what, 1))


def _of(event: Any, moment: datetime) -> Task | None:
    """What the event needs most to take place."""
    if event.is_over(moment):
        return _afterwards(event, moment)
    if event.begins_at <= moment:
        return None
    is_soon = event.begins_at <= moment + SOON
    if event.state == Event.State.DRAFT:
        return Task.DRAFT if is_soon else None
    if event.begins_at <= moment + VERY_SOON and not (event.place or event.address or event.online_link):
        return Task.NO_PLACE
    if event.strangers:
        return Task.PLACE_WAITS
    return Task.NOBODY_ASKED if is_soon and event.takes_answers(moment) and not event.invited else None


def _waiting(event: Any, moment: datetime) -> Task | None:
    """Families on the waiting list: until the day for answers all, then those for whom there is room."""
    if event.state != Event.State.PUBLISHED or event.begins_at <= moment:
        return None
    if event.takes_answers(moment):
        return Task.FAMILIES_HOPE if event.waiting else None
    return Task.FAMILIES_WAIT if event.fits else None


def _afterwards(event: Any, moment: datetime) -> Task | None:
    """From the day after on: first how many came, then the thanks, for a week."""
    if event.state != Event.State.PUBLISHED:
        return None
    if event.came_adults is None:
        return Task.WHO_CAME
    ended, today = timezone.localdate(event.ends_at), timezone.localdate(moment)
    is_time = timedelta(0) < today - ended <= THANK_AFTERWARDS
    return Task.THANKS if is_time and event.thankable else None


def _thankable() -> Q:
    """Somebody whom thanks are for (event_mails.thanked) can be written to, and no thanks are sent or planned."""
    replies = Reply.objects.filter(event=OuterRef("pk"))
    came, can_be = replies.came(), event_mails.can_be_thanked(replies)
    meant = Q(Exists(can_be.came())) | (Q(Exists(can_be.coming())) & ~Q(Exists(came)))
    on_its_way = Q(mailing__isnull=False) | Q(send_at__isnull=False)
    thanked = EventMail.objects.filter(on_its_way, event=OuterRef("pk"), thanks=True)
    return meant & ~Q(Exists(thanked))


def _strangers() -> QuerySet[Reply]:
    """Families that wait for an officer's yes before they learn a hidden place (events.place.waiting)."""
    hidden = {"event__hide_place": True, "event__place_for_others": Event.PlaceForOthers.APPROVED}
    return Reply.objects.coming().filter(**hidden, invited_at=None, place_told_at=None).exclude(address=None)


def _who_fits() -> QuerySet[WaitingListEntry]:
    """Families in the waiting list for which there is room; until the day for answers they move up by themselves."""
    childcare_free = OuterRef("capacity__childcare_seat_limit") - OuterRef("capacity__childcare_seats")
    free = OuterRef("capacity__seat_limit") - OuterRef("capacity__seats")
    waiting = WaitingListEntry.objects.filter(
        event=OuterRef("pk"), childcare_seats__lte=childcare_free + F("reply__childcare_seats")
    )
    return waiting.filter(Q(seats__lte=free + F("reply__seats")) | Q(event__capacity__seat_limit=None))

"""What waits for the officers about events that come soon or are just over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from events import invitations
from events.models import Event, EventMail, Reply, WaitingListEntry
from members.audience import Audience

SOON = timedelta(days=21)
VERY_SOON = timedelta(days=3)
ASK_AFTERWARDS = timedelta(days=30)
THANK_AFTERWARDS = timedelta(days=7)
MOST = 10


class What(Enum):
    NO_PLACE = auto()
    DRAFT = auto()
    PLACE_WAITS = auto()
    NOBODY_ASKED = auto()
    FAMILIES_WAIT = auto()
    TODAY = auto()
    WHO_CAME = auto()
    THANKS = auto()


@dataclass(frozen=True)
class Todo:
    what: What
    event: Event
    days: int  # until it begins


def now(moment: datetime) -> list[Todo]:
    """The open tasks, the next event first. One query."""
    near = Event.objects.filter(begins_at__lte=moment + SOON, ends_at__gt=moment - ASK_AFTERWARDS)
    invited = Reply.objects.filter(event=OuterRef("pk")).exclude(invited_at=None)
    rows = near.exclude(state=Event.State.CANCELLED).annotate(
        invited=Exists(invited), fits=Exists(_who_fits()), strangers=Exists(_strangers()), thankable=_thankable()
    )
    events = rows.order_by("begins_at", "pk")[: 5 * MOST]
    found = [(_of(event, moment) or _today(event, moment), event) for event in events]
    today = timezone.localdate(moment)
    todos = [Todo(what, event, (timezone.localdate(event.begins_at) - today).days) for what, event in found if what]
    return todos[:MOST]


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
    event = next((event for event in invited.order_by("begins_at")[:MOST] if event.takes_answers(moment)), None)
    if event is None:
        return None
    is_new = Q(joined_at__gt=event.last_invited)  # type: ignore[attr-defined]
    people = invitations.recipients(event, Audience()).aggregate(all=Count("pk"), new=Count("pk", filter=is_new))
    return Newcomers(event, people["new"], people["all"]) if people["new"] else None


def _of(event: Event, moment: datetime) -> What | None:
    """The most important task of the event."""
    if event.is_over(moment):
        return _afterwards(event, moment)
    if event.begins_at <= moment:
        return None
    if event.state == Event.State.DRAFT:
        return What.DRAFT
    if event.begins_at <= moment + VERY_SOON and not (event.place or event.address or event.online_link):
        return What.NO_PLACE
    if event.strangers:  # type: ignore[attr-defined]
        return What.PLACE_WAITS
    if not event.takes_answers(moment):
        return What.FAMILIES_WAIT if event.fits else None  # type: ignore[attr-defined]
    return None if event.invited else What.NOBODY_ASKED  # type: ignore[attr-defined]


def _afterwards(event: Event, moment: datetime) -> What | None:
    """From the day after on: first how many came, then the thanks, for a week."""
    if event.state != Event.State.PUBLISHED:
        return None
    if event.came_adults is None:
        return What.WHO_CAME
    ended, today = timezone.localdate(event.ends_at), timezone.localdate(moment)
    is_time = timedelta(0) < today - ended <= THANK_AFTERWARDS
    return What.THANKS if is_time and event.thankable else None  # type: ignore[attr-defined]


def _today(event: Event, moment: datetime) -> What | None:
    """The list for the door, on the day itself; an online meeting has none."""
    has_door = event.state == Event.State.PUBLISHED and (event.place or event.address) and not event.is_over(moment)
    return What.TODAY if has_door and timezone.localdate(event.begins_at) == timezone.localdate(moment) else None


def _thankable() -> Q:
    """Somebody was there or had said yes, can be written to, and has not been thanked."""
    replies = Reply.objects.filter(event=OuterRef("pk")).exclude(address=None)
    there = replies.filter(Q(state=Reply.State.YES) | Q(arrived_at__isnull=False))
    thanked = EventMail.objects.filter(event=OuterRef("pk"), thanks=True, mailing__isnull=False)
    return Q(Exists(there)) & ~Q(Exists(thanked))


def _strangers() -> QuerySet[Reply]:
    """Families that wait for an officer's yes before they learn a hidden place (events.place.waiting)."""
    hidden = {"event__hide_place": True, "event__place_for_others": Event.PlaceForOthers.APPROVED}
    coming = Reply.objects.coming().filter(event=OuterRef("pk"), **hidden)
    return coming.filter(invited_at=None, place_told_at=None).exclude(address=None)


def _who_fits() -> QuerySet[WaitingListEntry]:
    """Families in the waiting list for which there is room; until the day for answers they move up by themselves."""
    childcare_free = OuterRef("capacity__childcare_seat_limit") - OuterRef("capacity__childcare_seats")
    free = OuterRef("capacity__seat_limit") - OuterRef("capacity__seats")
    waiting = WaitingListEntry.objects.filter(
        event=OuterRef("pk"), childcare_seats__lte=childcare_free + F("reply__childcare_seats")
    )
    return waiting.filter(Q(seats__lte=free + F("reply__seats")) | Q(event__capacity__seat_limit=None))

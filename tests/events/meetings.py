"""Invented events, and households that answer them by the portal's own actions."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from events import invitations, notices
from events.answering import seats as seat_rules
from events.answering.answers import Party
from events.models import BANDS, Event, Reply
from mailings.models import Address
from members.audience import Audience
from members.models import Member
from tests.members.people import active


def meeting(
    *, seats: int | None = None, care: int = 0, days: float = 30, state: str = Event.State.PUBLISHED, **fields: Any
) -> Event:
    """A meeting in so many `days`, for which one may answer until two days before."""
    begins_at = fields.pop("begins_at", None) or timezone.now() + timedelta(days=days)
    number = Event.objects.count() + 1
    event = Event.objects.create(
        slug=fields.pop("slug", f"2026-12-{number:02}-treffen"),
        begins_at=begins_at,
        ends_at=fields.pop("ends_at", begins_at + timedelta(hours=2)),
        answer_by=fields.pop("answer_by", begins_at - timedelta(days=2)),
        title=fields.pop("title", "Adventsfrühstück"),
        place=fields.pop("place", "Bürgertreff am Park"),
        address=fields.pop("address", "Parkweg 3, Siegen"),
        childcare_bands=fields.pop("childcare_bands", list(range(len(BANDS))) if care else []),
        state=state,
        **fields,
    )
    seat_rules.create(event, seats, care)
    if state == Event.State.PUBLISHED:
        Event.objects.filter(pk=event.pk).update(announced=notices.facts_of(event))
    return Event.objects.select_related("capacity").get(pk=event.pk)


def invite(event: Event, *emails: str, **details: Any) -> list[Reply]:
    """Active members with these addresses, asked to the event; their replies in the same order."""
    for email in emails:
        if not Member.objects.filter(address__email=email).exists():
            active(email, **details)
    invitations.invite(event, Audience())
    return [reply_of(event, email) for email in emails]


def household(event: Event, name: str) -> Reply:
    """Somebody known by name only, as entered from the telephone."""
    return Reply.objects.create(event=event, name=name)


def reply_of(event: Event, email: str) -> Reply:
    return Reply.objects.select_related("event", "address", "waiting_list_entry").get(event=event, address__email=email)


def party(adults: int = 1, *ages: int, care: int = 0) -> Party:
    """So many adults with children of these ages, the first `care` of them in childcare."""
    children, childcare = [0] * len(BANDS), [0] * len(BANDS)
    for number, age in enumerate(ages):
        band = next(index for index, (low, high) in enumerate(BANDS) if low <= age <= high)
        children[band] += 1
        childcare[band] += number < care
    return Party(adults, children, childcare)


def taken(event: Event) -> tuple[int, int]:
    """Heads and childcare places that are promised."""
    event.capacity.refresh_from_db()
    return event.capacity.seats, event.capacity.childcare_seats


def address(email: str) -> Address:
    return Address.objects.get(email=email)


def berlin(text: str) -> datetime:
    """The moment in Berlin, aware, of a text such as "2026-12-05 15:00"."""
    return timezone.make_aware(datetime.fromisoformat(text))

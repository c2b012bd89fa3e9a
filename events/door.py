"""The list for the door: households that come, their number, their children in childcare, their telephone.
No remarks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from events.models import BANDS, Event, Reply, band_label, no_children
from kit.folding import sort_key
from kit.has_phone import HasPhone
from members.models import Member

# An account that only keeps the door sees an event on its days, and so many before and after.
DAYS_AROUND = 1

_BANDS = [band_label(band) for band in BANDS]
HEADER = [
    "Name",
    "Personen",
    "Erwachsene",
    *(f"Kinder {band} Jahre" for band in _BANDS),
    *(f"in Betreuung {band} Jahre" for band in _BANDS),
    "Telefon",
]


def on_duty(events: "QuerySet[Event]", now: datetime) -> "QuerySet[Event]":
    """Those of the events that somebody who only keeps the door may see now."""
    today = timezone.localdate(now)
    around = timedelta(days=DAYS_AROUND)
    return events.filter(begins_at__date__lte=today + around, ends_at__date__gte=today - around)


def has_list(event: Event) -> bool:
    """Whether families come to a door: a draft or a meeting that is only online has none."""
    return event.state == Event.State.PUBLISHED and bool(event.place or event.address)


def is_today(event: Event, now: datetime) -> bool:
    """Whether families come to the door today; False once the event is over."""
    begins_today = timezone.localdate(event.begins_at) == timezone.localdate(now)
    return has_list(event) and begins_today and not event.is_over(now)


@dataclass(frozen=True)
class Household(HasPhone):
    name: str
    adults: int
    phone: str = ""
    children: list[int] = field(default_factory=no_children)
    childcare: list[int] = field(default_factory=no_children)
    pk: int = field(default=0, compare=False)
    here: bool = field(default=False, compare=False)

    @property
    def seats(self) -> int:
        return self.adults + sum(self.children)

    @property
    def children_words(self) -> str:
        return _by_band(self.children)

    @property
    def childcare_words(self) -> str:
        return _by_band(self.childcare)

    def row(self) -> list[str]:
        return [self.name, *map(str, [self.seats, self.adults, *self.children, *self.childcare]), self.shown_phone]


def households(event: Event, *, by_address: bool = False) -> list[Household]:
    """The households that come, by name; those without a name `by_address` show it up to the "@", or nothing. Two
    queries.
    """
    coming = list(event.replies.coming().select_related("address"))
    known = Member.objects.filter(address__in=[reply.address_id for reply in coming if not reply.name])
    names = dict(known.values_list("address_id", "name"))
    found = [
        Household(
            _name(reply, names, by_address),
            reply.adults,
            reply.phone,
            reply.children,
            reply.childcare,
            pk=reply.pk,
            here=reply.arrived_at is not None,
        )
        for reply in coming
    ]
    return sorted(found, key=lambda household: (sort_key(household.name), household.phone))


def together(found: list[Household]) -> Household:
    """All of them as one."""
    return Household(
        "Zusammen",
        sum(each.adults for each in found),
        children=[sum(numbers) for numbers in zip(*(each.children for each in found), strict=True)] or no_children(),
        childcare=[sum(numbers) for numbers in zip(*(each.childcare for each in found), strict=True)] or no_children(),
    )


@dataclass(frozen=True)
class Headcount:
    """How many are there, of how many who are expected."""

    people: tuple[int, int]
    families: tuple[int, int]
    in_childcare: tuple[int, int]


def headcount(found: list[Household]) -> Headcount:
    here = [each for each in found if each.here]
    some, everybody = together(here), together(found)
    return Headcount(
        people=(some.seats, everybody.seats),
        families=(len(here), len(found)),
        in_childcare=(sum(some.childcare), sum(everybody.childcare)),
    )


def rows(event: Event) -> Iterator[list[str]]:
    found = households(event, by_address=True)
    for each in [*found, together(found)]:
        yield each.row()


def _name(reply: Reply, names: dict[int, str], by_address: bool) -> str:
    """The name to ask for at the door; of an address only the part up to the "@", because the list lies open."""
    name = reply.name or names.get(reply.address_id or 0, "")
    hint = f" ({reply.address.email.partition('@')[0]})" if by_address and reply.address else ""
    return name or f"ohne Namen{hint}"


def _by_band(numbers: list[int]) -> str:
    """Such as "1 (3–5), 2 (6–9)"."""
    return ", ".join(f"{number} ({band})" for number, band in zip(numbers, _BANDS, strict=True) if number)

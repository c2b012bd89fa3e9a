"""The audience of a mail to members: all, those from some towns, those with children of some ages."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mailings.models import Address
from members.models import GroupMembership, Member, MemberQuerySet, Newsletter

_People = TypeVar("_People", bound=QuerySet[Any])


@dataclass(frozen=True)
class Audience:
    """Which members to choose; empty means all. Ages are years completed, `youngest` and `oldest` inclusive."""

    municipalities: list[str] = field(default_factory=list)
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True)
class Numbers:
    """How many are chosen, and how many of them get nothing now, and why."""

    chosen: int
    paused: int
    bounced: int

    @property
    def will_get(self) -> int:
        return self.chosen - self.paused - self.bounced


def of(newsletter: Newsletter) -> Audience:
    return Audience(newsletter.municipalities, newsletter.youngest, newsletter.oldest)


def chosen(audience: Audience, today: date | None = None) -> MemberQuerySet:
    """The active members of the audience, paused and bounced ones included.

    Only the year of birth is known: a child that turns 3 this year counts as 2 and as 3, so that nobody is left out.
    """
    members: MemberQuerySet = Member.objects.active()
    if audience.municipalities:
        members = members.filter(municipality__in=audience.municipalities)
    if audience.youngest is not None or audience.oldest is not None:
        year = (today or timezone.localdate()).year
        first = year - 1 - audience.oldest if audience.oldest is not None else 1900
        last = year - audience.youngest if audience.youngest is not None else year + 1
        members = members.filter(children_years__overlap=list(range(first, last + 1)))
    return members


def reachable(people: _People) -> _People:
    """Those of the people, or of their answers, whose address may get list mail now."""
    people = people.filter(address__list_mail=True, address__bounced_at=None, address__complained_at=None)
    return people.filter(Q(address__paused_until=None) | Q(address__paused_until__lte=timezone.now()))


def numbers(members: MemberQuerySet) -> Numbers:
    """Counts members by whether mail reaches them; one query."""
    bounced = Q(bounced_at__isnull=False) | Q(complained_at__isnull=False)
    paused = Q(paused_until__gt=timezone.now()) & ~bounced
    found = Address.objects.filter(member__in=members).aggregate(
        chosen=Count("pk"), paused=Count("pk", filter=paused), bounced=Count("pk", filter=bounced)
    )
    return Numbers(**found)


def known() -> Q:
    """Whether the address is one of a person who has joined, a group too, or whom officers have entered.

    For settings.KNOWN_ADDRESSES. A request by form alone makes nobody known.
    """
    entered = ~Q(origin=Member.Origin.FORM) | Q(joined_at__isnull=False)
    in_group = Exists(GroupMembership.objects.members().filter(address=OuterRef("pk")))
    return Q(Exists(Member.objects.filter(entered, address=OuterRef("pk")))) | Q(in_group)

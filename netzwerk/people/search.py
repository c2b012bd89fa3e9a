"""Finds the person who rings: members, and households that answered without being members."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from events.models import Reply
from kit.folding import Folded, digits, folded
from members.lookup import search
from members.models import Member, MemberQuerySet

MOST = 20


@dataclass(frozen=True)
class Found:
    """The first of the members and of the other households, and whether there are more."""

    members: list[Member]
    others: list[Reply]
    more: bool

    @property
    def number(self) -> int:
        return len(self.members) + len(self.others)


def find(typed: str, *, with_answers: bool) -> Found:
    """At most two queries. Answers have numbers and names of their own; not every account may see them."""
    everybody: MemberQuerySet = Member.objects.all()
    ways: list[QuerySet[Any]] = [search.found(everybody, typed)]
    if with_answers and (number := digits(typed)):
        rang = search.numbered(Reply.objects.of_the_network(), number)
        ways.append(everybody.filter(address__in=rang.values("address")))
        ways.append(everybody.filter(pk__in=rang.values("caller")))
    members = everybody.filter(pk__in=search.keys_of(*ways)).select_related("address")
    people = list(members.order_by("name", "pk")[: MOST + 1])
    others = list(_others(typed)[: MOST + 1]) if with_answers else []
    return Found(people[:MOST], others[:MOST], max(len(people), len(others)) > MOST)


def _others(typed: str) -> QuerySet[Reply]:
    """Answers of households that are no members: by telephone, or from the web. Somebody who only asked for
    the link is not named.
    """
    found = Reply.objects.of_the_network().exclude(state=Reply.State.OPEN, invited_at=None)
    found = found.filter(Q(address=None, caller=None) | Q(address__isnull=False, address__member=None))
    for word in search.words(typed):
        found = found.filter(pk__in=_by(word))
    return found.select_related("event", "address").order_by("-event__begins_at", "name", "pk")


def _by(word: str) -> QuerySet[Any]:
    replies = Reply.objects.of_the_network()
    unasked = replies.filter(invited_at=None).alias(folded=Folded("name"))
    ways: list[QuerySet[Any]] = [
        unasked.filter(folded__contains=folded(word)),
        replies.filter(address__email__contains=folded(word)),
    ]
    if number := digits(word):
        ways.append(search.numbered(replies, number))
    return search.keys_of(*ways)

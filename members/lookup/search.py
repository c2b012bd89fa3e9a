"""Finds members as officers look for them: by name, address or number, with umlauts and gaps or without."""

from typing import Any

from django.db.models import Q, QuerySet

from kit.folding import Digits, Folded, digits, folded
from members.models import Member, MemberQuerySet

LONGEST = 100
MOST_WORDS = 6


def wanted(typed: str) -> str:
    """What somebody typed, in one line."""
    return " ".join(typed.replace("\0", "").split())[:LONGEST]


def words(typed: str) -> list[str]:
    """The words to look for; a number with gaps is one of them."""
    return [typed] if digits(typed) else typed.split()[:MOST_WORDS]


def found(members: MemberQuerySet, typed: str) -> MemberQuerySet:
    """Those in whom every word is found. Each way to find is a query of its own, so that each uses its index."""
    for word in words(typed):
        members = members.filter(pk__in=_by(word))
    return members


def keys_of(*ways: QuerySet[Any]) -> QuerySet[Any]:
    """The keys of the rows that any of these queries finds, for `pk__in`."""
    first, *others = (way.values("pk") for way in ways)
    return first.union(*others, all=True) if others else first


def numbered(rows: QuerySet[Any], number: str) -> QuerySet[Any]:
    """The rows with these digits in their telephone number (see kit.folding.digits); by its index."""
    found: QuerySet[Any] = rows.alias(digits=Digits("phone")).filter(~Q(phone=""), digits__contains=number)
    return found


def _by(word: str) -> QuerySet[Any]:
    everybody = Member.objects.order_by()
    ways: list[QuerySet[Any]] = [
        everybody.alias(folded=Folded("name")).filter(~Q(name=""), folded__contains=folded(word)),
        everybody.filter(address__email__contains=folded(word)),
    ]
    if number := digits(word):
        ways.append(numbered(everybody, number))
    return keys_of(*ways)

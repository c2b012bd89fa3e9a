"""Keeps for all apps what they count (kit.tallies)."""

from datetime import date

from django.db.models import Sum

from kit.tallies import What
from netzwerk.models import Tally


def write(what: What, number: int, on: date, of: str) -> None:
    """Adds a row in the current transaction: if what happened is rolled back, it is not counted."""
    Tally.objects.create(what=what, on=on, of=of, number=number)


def total(what: What) -> int:
    """All that was ever counted of it."""
    return int(Tally.objects.filter(what=what).aggregate(sum=Sum("number", default=0))["sum"])

"""How a mail greets its reader: "Guten Tag Kim,", or without the name if it is missing or damaged."""

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Concat

from mailings.templates import one_line

UNNAMED = "Guten Tag,"
# What a spreadsheet leaves of a letter it does not know ("Y?lmaz"): such a name is better left out.
_DAMAGE = ("?", "\ufffd")


def greeting(name: str) -> str:
    name = one_line(name)
    return f"Guten Tag {name}," if name and not any(mark in name for mark in _DAMAGE) else UNNAMED


def greeting_in_sql() -> Case:
    """The same for the column `name` of many rows, whose names are stored in one line."""
    unnamed = Q(name="")
    for mark in _DAMAGE:
        unnamed |= Q(name__contains=mark)
    return Case(When(unnamed, then=Value(UNNAMED)), default=Concat(Value("Guten Tag "), "name", Value(",")))

"""The one list of what we keep about people, why, and for how long."""

from typing import NamedTuple


class Period(NamedTuple):
    """One line of the table in the privacy notice; every part is German text."""

    what: str
    purpose: str
    legal_basis: str
    period: str


def periods() -> list[Period]:
    """What is kept for how long, in the order of the privacy notice."""
    return []

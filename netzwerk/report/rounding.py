"""Rounds figures so that they tell nothing about a single person (R-08).

Each figure that counts people is rounded by itself to a multiple of 5. That is not enough: a year is the sum of its
halves, and where rounded figures do not add up, they tell more than each of them. So a figure is moved to the nearest
number that is possible beside what is published already (docs/decisions/published-figures-add-up.md).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from math import inf

from netzwerk.report.spans import Span, halves, year

# A figure of a span, or of one day for what is counted at its end.
Variable = tuple[str, date, date]

MEMBERS, JOINED, LEFT = "members", "joined", "left"


def five(number: int) -> int:
    """The nearest multiple of 5; two away at most."""
    return 5 * ((max(number, 0) + 2) // 5)


def of_span(key: str, span: Span) -> Variable:
    return key, span.begin, span.end


def at(key: str, day: date) -> Variable:
    return key, day, day


def fitted(key: str, span: Span, number: int, known: Mapping[Variable, int]) -> int:
    """The rounded figure of a span, beside what is `known`: rounded figures that are published already.

    For people who left, those on the list before and after and those who joined must be known.
    """
    if key == LEFT:
        return max(known[of_span(JOINED, span)] - _change(span, known), 0)
    low, high = _room(key, span, known)
    return between(low, five(number), high)


def curve(span: Span, numbers: Iterable[tuple[date, int]], known: Mapping[Variable, int]) -> dict[Variable, int]:
    """The members at the ends of the months within a span. What is known of the span itself and its halves bounds it:
    no more can come meanwhile than joined, and no more go than left.
    """
    found = dict(known)
    days = dict(numbers)
    parts = [half for half in halves(span.begin.year) if span.is_year and of_span(JOINED, half) in known]
    for part in halves(span.begin.year) if parts else [span]:
        level = known[at(MEMBERS, part.eve)]
        up = int(_room(JOINED, part, known)[1]) if of_span(JOINED, part) not in known else known[of_span(JOINED, part)]
        down = up - _change(part, known)
        for day in sorted(day for day in days if part.begin <= day < part.end):
            here = found.setdefault(at(MEMBERS, day), between(level - down, five(days[day]), level + up))
            up, down = up - max(here - level, 0), down - max(level - here, 0)
            level = here
    return found


def between(low: int, number: int, high: float) -> int:
    """The number, or the end of the room that is nearer to it."""
    return int(max(low, min(number, high)))


def _room(key: str, span: Span, known: Mapping[Variable, int]) -> tuple[int, float]:
    """The least and the most that the figure can be, if all that is known were exact."""
    whole, parts = year(span.begin.year), halves(span.begin.year)
    if span == whole:
        least = max(sum(_least(key, half, known) for half in parts), _least(key, span, known))
        return least, least if all(of_span(key, half) in known for half in parts) else inf
    if of_span(key, whole) not in known:
        return _least(key, span, known), inf
    other = parts[0] if span == parts[1] else parts[1]
    most = known[of_span(key, whole)] - _least(key, other, known)
    return most if of_span(key, other) in known else _least(key, span, known), most


def _least(key: str, span: Span, known: Mapping[Variable, int]) -> int:
    """The figure of the span, or what it is at least: nought; of those who joined, what the list grew by."""
    if of_span(key, span) in known:
        return known[of_span(key, span)]
    if key != JOINED:
        return 0
    levels = [number for (name, day, _end), number in sorted(known.items()) if name == MEMBERS and _holds(span, day)]
    return sum(max(later - earlier, 0) for earlier, later in pairwise(levels))


def _holds(span: Span, day: date) -> bool:
    return span.eve <= day <= span.end


def _change(span: Span, known: Mapping[Variable, int]) -> int:
    return known[at(MEMBERS, span.end)] - known[at(MEMBERS, span.eve)]

"""Rounds figures so that they tell nothing about a single person (R-08).

Each figure that counts people is rounded by itself to a multiple of 5. That is not enough: a year is the sum of its
halves, and where three rounded figures do not add up, they tell more than each of them. So a figure is left out if it
does not add up with what is published already (docs/decisions/published-figures-add-up.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from netzwerk.report.spans import Span, halves, year

# A figure of a span, or of one day for what is counted at its end.
Variable = tuple[str, date, date]
Equation = dict[Variable, int]  # the sum of so many of each is nought

MEMBERS, JOINED, LEFT = "members", "joined", "left"


def five(number: int) -> int:
    """The nearest multiple of 5; two away at most."""
    return 5 * ((max(number, 0) + 2) // 5)


def of_span(key: str, span: Span) -> Variable:
    return key, span.begin, span.end


def at(key: str, day: date) -> Variable:
    return key, day, day


def implied(variable: Variable, known: Mapping[Variable, int]) -> Fraction | None:
    """What the figure must be if all that is `known` were exact; None if it may be anything."""
    rows = [_without_known(equation, known, variable) for equation in _tied(variable, known)]
    for other in sorted({each for row, _rest in rows for each in row} - {variable}):
        pivot = next((row for row in rows if row[0].get(other)), None)
        if pivot is not None:
            rows.remove(pivot)
            rows = [_eliminate(other, row, pivot) for row in rows]
    return next((rest / row[variable] for row, rest in rows if row.get(variable)), None)


def add_up(variable: Variable, number: int, known: Mapping[Variable, int]) -> bool:
    """Whether the rounded number says no more about what is known than it says by itself.

    All that is published must be possible as it stands: then it may as well be two more or less everywhere. So what
    is not published, but follows, must not come to less than nought.
    """
    if implied(variable, known) not in (None, number):
        return False
    then = {**known, variable: number}
    silent = {each for equation in _equations(variable, known) for each in equation} - then.keys()
    silent = {each for each in silent if each[2].year in (variable[2].year, variable[2].year + 1)}
    return all((implied(each, then) or 0) >= 0 for each in silent)


Row = tuple[dict[Variable, Fraction], Fraction]


def _without_known(equation: Equation, known: Mapping[Variable, int], asked: Variable) -> Row:
    rest = Fraction(0)
    row: dict[Variable, Fraction] = {}
    for variable, times in equation.items():
        if variable in known and variable != asked:
            rest -= times * known[variable]
        else:
            row[variable] = Fraction(times)
    return row, rest


def _eliminate(variable: Variable, row: Row, pivot: Row) -> Row:
    times = row[0].get(variable, Fraction(0)) / pivot[0][variable]
    columns = row[0].keys() | pivot[0].keys()
    left = {each: row[0].get(each, Fraction(0)) - times * pivot[0].get(each, Fraction(0)) for each in columns}
    return {each: factor for each, factor in left.items() if factor}, row[1] - times * pivot[1]


def _tied(variable: Variable, known: Mapping[Variable, int]) -> list[Equation]:
    """The equations that can say something of the variable: reached from it by way of what is not known."""
    found: list[Equation] = []
    reached, left = {variable}, list(_equations(variable, known))
    while near := [equation for equation in left if not reached.isdisjoint(equation)]:
        found += near
        left = [equation for equation in left if reached.isdisjoint(equation)]
        reached |= {each for equation in near for each in equation if each not in known}
    return found


def _equations(variable: Variable, known: Iterable[Variable]) -> Iterator[Equation]:
    """All that ties the figure to others: years to their halves, and members to who joined and left between."""
    key = variable[0]
    if key not in (MEMBERS, JOINED, LEFT):
        yield _sum(key, variable[2].year)
        return
    for number in sorted({end.year for each, _begin, end in [variable, *known] if each in (MEMBERS, JOINED, LEFT)}):
        for each in (JOINED, LEFT):
            yield _sum(each, number)
        for span in (year(number), *halves(number)):
            yield {
                at(MEMBERS, span.end): 1,
                at(MEMBERS, span.eve): -1,
                of_span(JOINED, span): -1,
                of_span(LEFT, span): 1,
            }


def _sum(key: str, number: int) -> Equation:
    first, second = halves(number)
    return {of_span(key, year(number)): 1, of_span(key, first): -1, of_span(key, second): -1}

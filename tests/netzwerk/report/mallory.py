"""Mallory has all that is published, a computer, and knows how it is made: what can she work out?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from netzwerk.report.figures import FIGURES
from netzwerk.report.rounding import Variable, at, of_span
from netzwerk.report.spans import Span, halves, year
from tests.netzwerk.report import flow
from tests.netzwerk.report.flow import MANY, Arc

BEGIN = at("members", date(2022, 12, 31))
FREE = (0, MANY)
PEOPLE = {"members", "joined", "left", "confirmed"}
Bounds = dict[Variable, tuple[int, int]]
# A sum of figures that is nought, or not below nought.
Tie = tuple[dict[Variable, int], bool]


def ties(years: Iterable[int]) -> list[Tie]:
    """All that Mallory knows of how the figures belong together, whether they are published or not."""
    found: list[Tie] = []
    for number in years:
        whole, (first, second) = year(number), halves(number)
        for figure in FIGURES:
            if figure.people and figure.key not in PEOPLE:
                key = figure.key
                found.append(({of_span(key, whole): 1, of_span(key, first): -1, of_span(key, second): -1}, True))
        for span in (whole, first, second):
            bands = {of_span(each.key, span): 1 for each in FIGURES if each.key.startswith("children_by_age")}
            found.append((bands | {of_span("childcare.used", span): -1}, False))
            found.append(({of_span("mails.sent", span): 1, of_span("mails.returned", span): -1}, False))
    return found


def months_of(span: Span) -> list[Span]:
    ends = list(span.month_ends())
    return [Span(end.replace(day=1), end) for end in ends]


def narrowed(bounds: Bounds, known: list[Tie]) -> Bounds | None:
    """What is left of the bounds when every tie is drawn until nothing moves; None if nothing is possible."""
    bounds = dict(bounds)
    moved = True
    while moved:
        moved = False
        for tie, exact in known:
            parts = {each: sorted(times * end for end in bounds.get(each, (0, FREE[1]))) for each, times in tie.items()}
            lows, highs = sum(part[0] for part in parts.values()), sum(part[1] for part in parts.values())
            for each, times in tie.items():
                low, high = bounds.get(each, (0, FREE[1]))
                others_low, others_high = lows - parts[each][0], highs - parts[each][1]
                if times > 0:
                    new = max(low, -others_high), min(high, -others_low) if exact else high
                else:
                    new = max(low, others_low) if exact else low, min(high, others_high)
                if new[0] > new[1]:
                    return None
                if new != (low, high):
                    bounds[each], moved = new, True
                    parts[each] = sorted(times * end for end in new)
                    lows, highs = sum(p[0] for p in parts.values()), sum(p[1] for p in parts.values())
    return bounds


def solve(bounds: Bounds, known: list[Tie]) -> bool:
    """Whether there are whole numbers within the bounds: the middle of what is left is tried first."""
    left = narrowed(bounds, known)
    if left is None:
        return False
    open_ones = [each for each, (low, high) in left.items() if low < high]
    if not open_ones:
        return True
    each = min(open_ones, key=lambda one: (left[one][1] - left[one][0], one))
    low, high = left[each]
    middle = bounds.get(each, (low, high))
    first = min(max(sum(middle) // 2, low), high)
    tried = [first, *(value for step in range(1, 9) for value in (first + step, first - step) if low <= value <= high)]
    return any(solve(left | {each: (value, value)}, known) for value in tried)


def worked_out(published: Mapping[Variable, int], years: Sequence[int]) -> set[Variable]:
    """The figures of which Mallory rules out a number that rounding alone would leave open: published ones at two up
    or down, hidden ones where less than five numbers are left.
    """
    bounds: Bounds = {each: (max(number - 2, 0), number + 2) for each, number in published.items()}
    if BEGIN in bounds:
        bounds[BEGIN] = (0, 0)  # everybody knows when the network began
    found = set()
    for each in {*bounds, *hidden(years)}:
        here = [tie for tie in ties(years) if related(each, tie[0])]
        low, high = bounds.get(each, FREE)
        if each in bounds and not all(is_possible(bounds | {each: (end, end)}, here, years) for end in (low, high)):
            found.add(each)
        if each not in bounds and not leaves_five_open(each, bounds, here, years):
            found.add(each)
    return found


def hidden(years: Iterable[int]) -> Iterator[Variable]:
    for number in years:
        for span in (year(number), *halves(number)):
            yield from (of_span(figure.key, span) for figure in FIGURES if figure.people and not figure.level)


def leaves_five_open(each: Variable, bounds: Bounds, here: list[Tie], years: Sequence[int]) -> bool:
    """Whether five numbers in a row are possible, or three from nought on."""
    numbers = (number for number in range(200) if is_possible(bounds | {each: (number, number)}, here, years))
    least = next(numbers, None)
    return least is not None and is_possible(bounds | {each: (least + (4 if least else 2),) * 2}, here, years)


def is_possible(bounds: Bounds, here: list[Tie], years: Sequence[int]) -> bool:
    return solve({one: bounds[one] for tie, _exact in here for one in tie if one in bounds}, here) and (
        bool(here) or flow.is_possible(coming_and_going(bounds, years))
    )


def coming_and_going(bounds: Bounds, years: Sequence[int]) -> Iterator[Arc]:
    """The people of the network as a flow: into each month, from each to the next, and out again."""

    def of(variable: Variable) -> tuple[int, int]:
        return bounds.get(variable, (0, MANY))

    before = at("members", year(years[0]).eve)
    yield "outside", before, *of(before)
    for number in years:
        whole = year(number)
        low, high = of(of_span("joined", whole))
        yield "outside", ("joined", number), max(low, of(of_span("confirmed", whole))[0]), high
        yield ("left", number), "outside", *of(of_span("left", whole))
        for half in halves(number):
            yield ("joined", number), ("joined", half), *of(of_span("joined", half))
            yield ("left", half), ("left", number), *of(of_span("left", half))
            for month in months_of(half):
                here = ("month", month.end)
                yield before, here, 0, MANY
                yield ("joined", half), here, 0, MANY
                yield here, ("left", half), 0, MANY
                before = at("members", month.end)
                yield here, before, *of(before)
    yield before, "outside", 0, MANY


def related(each: Variable, tie: dict[Variable, int]) -> bool:
    """Whether the tie holds figures of the same kind in the same year."""
    return kind(each) in {kind(one) for one in tie} and each[2].year in {one[2].year for one in tie}


def kind(variable: Variable) -> str:
    """What the figure counts: people, children, or what the first part of its key says."""
    key = variable[0]
    if key in PEOPLE:
        return "people"
    return "children" if key.startswith("children_by_age") or key == "childcare.used" else key.partition(".")[0]

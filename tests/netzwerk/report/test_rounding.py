"""Nobody is worked out of what is published (R-08). Mallory has all sheets, a computer, and knows how they are made."""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random

import pytest
import time_machine

from kit import tallies
from kit.tallies import What
from netzwerk.models import PublishedReport
from netzwerk.report import publishing, rounding, spans
from netzwerk.report.figures import FIGURES
from netzwerk.report.rounding import Variable, at, five, of_span
from netzwerk.report.spans import Span, halves, year
from tests import FULL

FREE = (-(10**6), 10**6)
Bounds = dict[Variable, tuple[int, int]]
# A sum of figures that is nought, or not below nought.
Tie = tuple[dict[Variable, int], bool]


def ties(years: Iterable[int]) -> list[Tie]:
    """All that Mallory knows of how the figures belong together, whether they are published or not."""
    found: list[Tie] = []
    for number in years:
        whole, (first, second) = year(number), halves(number)
        for figure in FIGURES:
            if figure.people and not figure.level:
                key = figure.key
                found.append(({of_span(key, whole): 1, of_span(key, first): -1, of_span(key, second): -1}, True))
        for span in (whole, first, second):
            come_and_gone = {of_span("joined", span): -1, of_span("left", span): 1}
            found.append(({at("members", span.end): 1, at("members", span.eve): -1} | come_and_gone, True))
            bands = {of_span(each.key, span): 1 for each in FIGURES if each.key.startswith("children_by_age")}
            found.append((bands | {of_span("childcare.used", span): -1}, False))
            found.append(({of_span("joined", span): 1, of_span("confirmed", span): -1}, False))
            found.append(({of_span("mails.sent", span): 1, of_span("mails.returned", span): -1}, False))
    return found


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


def worked_out(
    published: Mapping[Variable, int], years: Iterable[int], *, two: int = 2
) -> dict[Variable, tuple[int, int]]:
    """The figures of which Mallory rules out the lowest or the highest number that rounding alone would leave open."""
    known = [tie for tie in ties(years) if tie[0].keys() & published.keys()]
    bounds: Bounds = {each: (max(number - 2, 0), number + 2) for each, number in published.items()}
    if BEGIN in bounds:
        bounds[BEGIN] = (0, 0)  # everybody knows when the network began
    left = narrowed(bounds, known)
    assert left is not None, "what is published is possible"
    found = {each: left[each] for each in bounds if left[each] != bounds[each]}
    for each, (low, high) in bounds.items():
        if each not in found:
            mine = [tie for tie in known if related(each, tie[0], known)]
            here = {one: bounds[one] for tie, _exact in mine for one in tie if one in bounds} | {each: bounds[each]}
            for end in (low, high):
                if not solve(here | {each: (end, end)}, mine):
                    found[each] = (low + (end == low), high - (end == high))
    return found


def related(each: Variable, tie: dict[Variable, int], known: list[Tie]) -> bool:
    """Whether the tie holds figures of the same kind in the same year, or the members with those who come and go."""
    group = GROUPS.get(each[0], each[0])
    same = {GROUPS.get(one[0], one[0]) for one in tie}
    return group in same and (group == "members" or each[2].year in {one[2].year for one in tie})


GROUPS = {"joined": "members", "left": "members"}


def live_at_random(random: Random, first: int, last: int) -> None:
    """Small numbers, because they are what Mallory is after."""
    for number in range(first, last + 1):
        for half in halves(number):
            joined = random.randrange(12)
            mails = random.randrange(30)
            children = [random.randrange(5) for _band in range(5)]
            counts = {
                (What.JOINED, ""): joined,
                (What.CONFIRMED, ""): random.randrange(joined + 1),
                (What.LEFT, ""): random.randrange(joined + 1),
                (What.INVITED, ""): random.randrange(40),
                (What.CAME_ADULTS, ""): random.randrange(9),
                (What.CHILDCARE, "3-5"): random.randrange(sum(children) + 1),
                (What.MOVED_UP, ""): random.randrange(4),
                (What.MAIL_SENT, ""): mails,
                (What.MAIL_BOUNCED, ""): random.randrange(mails + 1),
                **{(What.CHILDREN, key): n for key, n in zip(BANDS, children, strict=True)},
            }
            for (what, of), times in counts.items():
                tallies.count(what, times, on=half.begin, of=of)


BEGIN = at("members", date(2022, 12, 31))
BANDS = ["0-2", "3-5", "6-9", "10-13", "14-17"]
ORDERS = [["2025-1", "2025-2", "2025"], ["2025", "2025-2", "2025-1"], ["2025-2", "2025", "2025-1"]]


def all_published() -> dict[Variable, int]:
    known: dict[Variable, int] = {}
    for report in PublishedReport.objects.all():
        span = Span(report.begins_on, report.ends_on)
        for figure in FIGURES:
            number = report.figures["values"][figure.key]
            if figure.people and number is not None:
                known[at(figure.key, span.end) if figure.level else of_span(figure.key, span)] = number
        for day, number in report.figures["months"].items():
            assert known.setdefault(at("members", date.fromisoformat(day)), number) == number
    return known


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(60 if FULL else 3))
def test_no_count_is_known_more_closely_than_rounding_tells(seed: int) -> None:
    random = Random(seed)
    live_at_random(random, 2023, 2025)
    with time_machine.travel(date(2026, 1, 11)):
        for name in ORDERS[seed % 3]:
            span = spans.named(name)
            assert span is not None
            publishing.publish(span, "amt")
    assert worked_out(all_published(), range(2023, 2026)) == {}


YEARS = range(2023, 2033)


def truth(random: Random) -> dict[Variable, int]:
    """The people who joined in the halves and in the whole of many years."""
    found: dict[Variable, int] = {}
    for number in YEARS:
        first, second = halves(number)
        found[of_span("joined", first)], found[of_span("joined", second)] = random.randrange(9), random.randrange(9)
        both = found[of_span("joined", first)] + found[of_span("joined", second)]
        found[of_span("joined", year(number))] = both
    return found


def test_without_leaving_anything_out_mallory_learns_more() -> None:
    """The negative control: each figure rounded by itself is not enough."""
    rounded = {each: five(number) for each, number in truth(Random(1)).items()}
    known = worked_out(rounded, YEARS)
    assert len(known) > 5
    assert any(high - low < 2 for low, high in known.values())


def test_with_exact_sums_mallory_knows_single_people() -> None:
    """The negative control: years that are not rounded, beside halves that are."""
    exact = truth(Random(1))
    whole = {of_span("joined", year(number)) for number in YEARS}
    bounds = {each: (n, n) if each in whole else (max(five(n) - 2, 0), five(n) + 2) for each, n in exact.items()}
    left = narrowed(bounds, [tie for tie in ties(YEARS) if tie[0].keys() <= bounds.keys()])
    assert left is not None
    alone = [each for each in bounds.keys() - whole if left[each][0] == left[each][1]]
    assert alone
    assert all(left[each] == (exact[each], exact[each]) for each in alone)


def test_rounding_goes_to_the_nearest_multiple() -> None:
    assert [five(number) for number in range(9)] == [0, 0, 0, 5, 5, 5, 5, 5, 10]
    assert all(abs(five(number) - number) <= 2 for number in range(1000))


def test_a_year_that_does_not_add_up_is_left_out() -> None:
    whole, (first, second) = year(2025), halves(2025)
    known = {of_span("invited", first): 0, of_span("invited", second): 0}
    assert rounding.implied(of_span("invited", whole), known) == 0
    assert not rounding.add_up(of_span("invited", whole), five(2 + 2), known)
    assert rounding.add_up(of_span("invited", whole), five(1 + 1), known)
    # Through two steps: the second half is the rest of the year, and the members tell who left.
    members = {at("members", whole.eve): 20, at("members", first.end): 30, at("members", whole.end): 45}
    known = members | {of_span("joined", whole): 30, of_span("joined", first): 15, of_span("left", first): 5}
    assert rounding.implied(of_span("left", second), known) == 0

"""Nobody is worked out of what is published (R-08). Mallory has all sheets, a computer, and knows how they are made."""

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
import time_machine

from kit import tallies
from kit.tallies import What
from netzwerk.models import PublishedReport, Tally
from netzwerk.report import publishing, rounding, spans
from netzwerk.report.figures import FIGURES
from netzwerk.report.rounding import Variable, at, five, of_span
from netzwerk.report.spans import Span, halves, year
from tests import FULL
from tests.netzwerk.report.mallory import PEOPLE, is_possible, kind, months_of, related, ties, worked_out


def live_at_random(random: Random, first: int, last: int) -> None:
    """Small numbers, because they are what Mallory is after."""
    for number in range(first, last + 1):
        for half in halves(number):
            joined = random.randrange(12)
            mails = random.randrange(30)
            children = [random.randrange(5) for _band in range(5)]
            counts = {
                (What.CONFIRMED, ""): random.randrange(joined + 1),
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
            for _person in range(joined):
                tallies.count(What.JOINED, 1, on=random.choice(months_of(half)).begin)
            for _person in range(random.randrange(joined + 1)):
                tallies.count(What.LEFT, 1, on=random.choice(months_of(half)).end)


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


def publish_all(order: Iterable[str], *, later: int = 0) -> None:
    with time_machine.travel(date(2026 + later, 1, 11)):
        for name in order:
            number, dash, half = name.partition("-")
            span = spans.named(f"{int(number) + later}{dash}{half}")
            assert span is not None
            publishing.publish(span, "amt")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30 if FULL else 2))
def test_no_count_is_known_more_closely_than_rounding_tells(seed: int) -> None:
    live_at_random(Random(seed), 2023, 2025)
    publish_all(ORDERS[seed % 3])
    assert worked_out(all_published(), YEARS) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30 if FULL else 2))
def test_what_is_published_is_possible_as_it_stands(seed: int) -> None:
    """So Mallory may know the rule: a network of exactly these people, and of two more or less, publishes the same."""
    live_at_random(Random(seed), 2023, 2025)
    publish_all(ORDERS[seed % 3])
    first = all_published()
    live_exactly(first, later=12)
    publish_all(ORDERS[seed % 3], later=12)
    second = {each: number for each, number in all_published().items() if each[2].year > 2033}
    assert second == {(key, begin.replace(year=begin.year + 12), end.replace(year=end.year + 12)): number
                      for (key, begin, end), number in first.items()}  # fmt: skip


def live_exactly(known: dict[Variable, int], *, later: int) -> None:
    """Everything that is published of three years happens once more, exactly so."""
    tallies.count(What.LEFT, tally_of_members(), on=date(2030, 1, 1))

    def count(what: What, number: int, day: date, of: str = "") -> None:
        tallies.count(what, number, on=day.replace(year=day.year + later), of=of)

    for half in [half for one in YEARS for half in halves(one)]:
        for figure in FIGURES:
            number = known.get(of_span(figure.key, half))
            if figure.people and not figure.level and number and figure.key not in PEOPLE:
                (what,) = figure.plus
                count(what, number, half.end, "3-5" if figure.key == "childcare.used" else figure.of)
        joined, left = known[of_span("joined", half)], known[of_span("left", half)]
        for month in months_of(half):
            change = known[at("members", month.end)] - known[at("members", month.eve)]
            last = month.end == half.end
            come, gone = (joined, left) if last else (max(change, 0), max(-change, 0))
            count(What.JOINED, come, month.begin)
            count(What.LEFT, gone, month.end)
            joined, left = joined - come, left - gone
    for one in YEARS:
        for figure in FIGURES:
            if figure.only_years and (number := known.get(of_span(figure.key, year(one)))):
                count(figure.plus[0], number, date(one, 5, 3), figure.of)


def tally_of_members() -> int:
    rows = Tally.objects.filter(what__in=[What.JOINED, What.LEFT]).values_list("what", "number")
    return sum(number if what == What.JOINED else -number for what, number in rows)


YEARS = range(2023, 2026)


@pytest.mark.django_db
def test_with_rounding_alone_mallory_learns_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: each figure rounded by itself is not enough."""
    monkeypatch.setattr(rounding, "fitted", lambda _key, _span, number, _known: five(number))
    live_at_random(Random(0), 2023, 2025)
    publish_all(ORDERS[0])
    found = worked_out(all_published(), YEARS)
    assert len(found) > 5
    assert {"people", "invited"} & {kind(each) for each in found}


@pytest.mark.django_db
def test_with_exact_numbers_mallory_learns_what_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: nothing is rounded, and one half is not published."""
    whole, (first, second) = year(2025), halves(2025)
    bounds = {of_span("invited", whole): (13, 13), of_span("invited", first): (6, 6)}
    here = [tie for tie in ties([2025]) if related(of_span("invited", second), tie[0])]
    possible = [n for n in range(30) if is_possible(bounds | {of_span("invited", second): (n, n)}, here, [2025])]
    assert possible == [7]


def test_rounding_goes_to_the_nearest_multiple() -> None:
    assert [five(number) for number in range(9)] == [0, 0, 0, 5, 5, 5, 5, 5, 10]
    assert all(abs(five(number) - number) <= 2 for number in range(1000))


def test_a_year_is_what_its_halves_say() -> None:
    whole, (first, second) = year(2025), halves(2025)
    known = {of_span("invited", first): 0, of_span("invited", second): 0}
    assert rounding.fitted("invited", whole, 2 + 2, known) == 0
    assert rounding.fitted("invited", whole, 2 + 2, {}) == 5
    known = {of_span("invited", whole): 10, of_span("invited", first): 5}
    assert rounding.fitted("invited", second, 2, known) == 5


def test_nobody_joins_less_than_the_list_grows() -> None:
    """From 97 to 98 is published as 95 and 100: then five have joined, or the one would be known."""
    span = year(2025)
    known = {at("members", span.eve): 95, at("members", span.end): 100}
    assert rounding.fitted("joined", span, 1, known) == 5
    known[of_span("joined", span)] = 5
    assert rounding.fitted("left", span, 0, known) == 0


def test_the_curve_shows_no_rise_that_nobody_joined_for() -> None:
    span = year(2025)
    known = {at("members", span.eve): 95, at("members", span.end): 95, of_span("joined", span): 0}
    days = [(day, 98) for day in span.month_ends()]
    assert {number for each, number in rounding.curve(span, days, known).items() if each[0] == "members"} == {95}

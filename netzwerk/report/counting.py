"""Adds up the tallies of spans, exactly. The number of queries is the same for any number of members."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from django.db.models import Min, Q, Sum

from events import counting as events_counting
from kit.tallies import What
from netzwerk.models import CountedSince, Tally
from netzwerk.report.figures import CHECKED, FIGURES, Figure, Part
from netzwerk.report.spans import Span
from wegweiser import counting as wegweiser_counting

Number = int | None  # None: not counted then, which is not nought
# What members are made of, and whether it adds or takes away.
_SIGNS = {What.JOINED: 1, What.RETURNED: 1, What.LEFT: -1}


@dataclass(frozen=True)
class Counted:
    """The figures of one span by their keys. `partial` are those that were counted from a later day on than the span
    begins; `doors` of the events were counted at the door; `months` are the members at the end of each month,
    `before` those on the eve of the span; `searches` without a hit are by "topic/town".
    """

    span: Span
    until: date
    values: dict[str, Number]
    partial: dict[str, date] = field(default_factory=dict)
    doors: int = 0
    before: int = 0
    months: dict[date, Number] = field(default_factory=dict)
    searches: dict[str, int] = field(default_factory=dict)


def catch_up(now: datetime) -> None:
    """Counts what the daily job has not come to yet. It writes, so no page that only shows something calls it."""
    events_counting.freeze(now)
    wegweiser_counting.daily(now)


def first_day() -> date | None:
    """The first day of which anything was counted. Checks are not asked: an offer may have been checked long before."""
    first: date | None = Tally.objects.exclude(what=What.CHECKED).aggregate(first=Min("on"))["first"]
    return first


def count(spans: Sequence[Span], as_of: date) -> list[Counted]:
    """The figures of each of the spans, of what had happened until the day `as_of`. Four queries."""
    first = first_day()
    since = dict(CountedSince.objects.values_list("what", "on"))
    members = _members()
    sums = _sums(spans, as_of)
    return [
        _counted(span, min(span.end, as_of), first, since, sums[place], members) for place, span in enumerate(spans)
    ]


def _sums(spans: Sequence[Span], as_of: date) -> list[dict[tuple[str, str], tuple[int, int]]]:
    """For each span the sum within it and the sum until its end, by what and key."""
    wanted: dict[str, Any] = {}
    for place, span in enumerate(spans):
        end = min(span.end, as_of)
        wanted[f"within{place}"] = Sum("number", filter=Q(on__range=(span.begin, end)), default=0)
        wanted[f"until{place}"] = Sum("number", filter=Q(on__lte=end), default=0)
    rows: Any = list(Tally.objects.order_by().values("what", "of").annotate(**wanted))
    return [
        {(row["what"], row["of"]): (row[f"within{place}"], row[f"until{place}"]) for row in rows}
        for place in range(len(spans))
    ]


def percent(part: Number, whole: Number) -> Number:
    """The share in whole percent, where 100 means all; None if there is nothing to have a share of."""
    if part is None or not whole:
        return None
    share = round(100 * part / whole)
    return min(share, 99) if part < whole else share


def _counted(
    span: Span,
    until: date,
    first: date | None,
    since: dict[str, date],
    sums: dict[tuple[str, str], tuple[int, int]],
    members: dict[date, int],
) -> Counted:
    values: dict[str, Number] = {}
    partial: dict[str, date] = {}
    for figure in FIGURES:
        begin = max((since[what] for what in figure.whats if what in since), default=first)
        is_there = begin is not None and begin <= until and span.begin <= until
        if figure.part == Part.GROUPS:  # until there are any
            is_there = is_there and any(what in figure.whats for what, _of in sums)
        values[figure.key] = _value(figure, sums) if is_there else None
        if begin and is_there and not figure.level and begin > span.begin and begin in since.values():
            partial[figure.key] = begin
    fresh, offers = values[CHECKED], values["offers"]
    values[CHECKED] = percent(fresh, offers)
    searches = {of: within for (what, of), (within, _until) in sums.items() if what == What.SEARCHED_IN_VAIN and within}
    doors = sum(within for (what, _of), (within, _until) in sums.items() if what == What.DOOR_COUNTED)
    months = {day: _at(members, day) if first and first <= day <= until else None for day in span.month_ends()}
    return Counted(span, until, values, partial, doors, _at(members, span.eve), months, searches)


def _value(figure: Figure, sums: dict[tuple[str, str], tuple[int, int]]) -> int:
    value = 0
    for (what, of), (within, until) in sums.items():
        if what in figure.whats and figure.of in ("", of):
            value += (until if figure.level else within) * (1 if what in figure.plus else -1)
    return value


def _members() -> dict[date, int]:
    """How many were on the list at the end of each day on which that changed."""
    days = Tally.objects.filter(what__in=list(_SIGNS)).order_by("on").values("on", "what").annotate(sum=Sum("number"))
    changes: dict[date, int] = {}
    for row in days:
        changes[row["on"]] = changes.get(row["on"], 0) + row["sum"] * _SIGNS[What(row["what"])]
    return dict(zip(changes, accumulate(changes.values()), strict=True))


def _at(members: dict[date, int], day: date) -> int:
    place = bisect_right(list(members), day)
    return list(members.values())[place - 1] if place else 0

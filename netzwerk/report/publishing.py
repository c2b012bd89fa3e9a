"""Publishes whole years and half-years: rounded, and frozen when first published (R-08)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from netzwerk.models import PublishedReport
from netzwerk.report import counting, rounding, sheet
from netzwerk.report.counting import Counted, Number
from netzwerk.report.figures import FIGURES, Figure
from netzwerk.report.rounding import Variable, five
from netzwerk.report.sheet import NO_TOPIC
from netzwerk.report.spans import Span

_MOST_GAPS = 10


class NotPublic(Exception):
    """Only whole calendar years and half-years are published."""


class NotOver(Exception):
    """The span has not come to its end."""


def find(span: Span) -> PublishedReport | None:
    return PublishedReport.objects.filter(begins_on=span.begin, ends_on=span.end).first()


@transaction.atomic
def publish(span: Span, by: str) -> PublishedReport:
    """The span as it was published, or from now on is, and the two beside it. Raises NotPublic, NotOver."""
    if not span.is_public:
        raise NotPublic
    now = timezone.now()
    if span.end >= timezone.localdate(now):
        raise NotOver
    locks.take(Lock.PUBLISHED_REPORT)
    known = _known(PublishedReport.objects.all())
    if find(span) is None:
        counting.catch_up(now)
    missing = [each for each in span.with_two_before() if find(each) is None]
    titles = sheet.topic_titles()
    for counted in counting.count(missing, timezone.localdate(now)) if missing else []:
        figures = _rounded(counted, known, titles)
        PublishedReport.objects.create(
            begins_on=counted.span.begin, ends_on=counted.span.end, figures=figures, published_at=now, published_by=by
        )
    found = find(span)
    assert found is not None
    return found


def _known(reports: Iterable[PublishedReport]) -> dict[Variable, int]:
    """All figures of people that are published."""
    known: dict[Variable, int] = {}
    for report in reports:
        span = Span(report.begins_on, report.ends_on)
        values = {
            _variable(figure, span): report.figures["values"].get(figure.key) for figure in FIGURES if figure.people
        }
        months = {rounding.at("members", date.fromisoformat(day)): n for day, n in report.figures["months"].items()}
        known |= {variable: number for variable, number in (values | months).items() if number is not None}
    return known


def _variable(figure: Figure, span: Span) -> Variable:
    return rounding.at(figure.key, span.end) if figure.level else rounding.of_span(figure.key, span)


def _rounded(counted: Counted, known: dict[Variable, int], titles: dict[str, str]) -> dict[str, Any]:
    """What is published of these figures, beside what is `known`; adds it there."""
    values: dict[str, Number] = {}
    eve = {counted.span.eve: counted.before}  # the curve begins there
    months = {
        day: _fitting(rounding.at("members", day), number, known) for day, number in (eve | counted.months).items()
    }
    for figure in FIGURES:
        number = counted.values[figure.key]
        if not figure.is_for(counted.span):
            number = None
        elif figure.people:
            number = _fitting(_variable(figure, counted.span), number, known)
        values[figure.key] = number
    gaps = _untie(values, counted, known, titles)
    hidden = [key for key, number in values.items() if number is None and counted.values[key] is not None]
    return {
        "values": values,
        "months": {day.isoformat(): number for day, number in months.items()},
        "partial": {key: day for key, day in counted.partial.items() if values[key] is not None},
        "left_out": [figure.key for figure in FIGURES if figure.key in hidden and figure.is_for(counted.span)],
        "gaps": gaps,
        "doors": counted.doors,
    }


def _fitting(variable: Variable, number: Number, known: dict[Variable, int]) -> Number:
    """The rounded number, noted as known; None if it does not add up. What is published already stays as it is."""
    if number is None or variable in known:
        return known.get(variable)
    if not rounding.add_up(variable, five(number), known):
        return None
    known[variable] = five(number)
    return known[variable]


def _untie(
    values: dict[str, Number], counted: Counted, known: dict[Variable, int], titles: dict[str, str]
) -> list[list[Any]]:
    """Leaves out what is a part of another figure and comes to more than it; returns the gaps that may be shown."""
    span = counted.span

    def most(key: str) -> float:
        """What readers know of the figure, said or not."""
        value = values[key]
        found = rounding.implied(rounding.of_span(key, span), known) if value is None else value
        return float("inf") if found is None else float(found)

    for part, whole in (("confirmed", "joined"), ("mails.returned", "mails.sent")):
        if (values[part] or 0) > most(whole):
            values[part] = None
    bands = [key for key in values if key.startswith("children_by_age.")]
    if sum(values[key] or 0 for key in bands) < most("childcare.used") < float("inf"):
        values |= dict.fromkeys(bands)
    shown: list[list[Any]] = []
    if span.is_year:
        room = most("searches_without_hit")
        for gap in sheet.gaps(counted.searches, titles):
            number = five(gap.searches)
            if number and gap.topic != NO_TOPIC and number <= room < float("inf") and len(shown) < _MOST_GAPS:
                room -= number
                shown.append([gap.topic, gap.town, number])
    return shown

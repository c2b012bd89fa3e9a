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
from netzwerk.report.figures import BY_KEY, FIGURES, Figure
from netzwerk.report.rounding import Variable, five
from netzwerk.report.sheet import ALL_OTHERS, NO_TOPIC
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
    span = counted.span
    exact = {figure.key: counted.values[figure.key] for figure in FIGURES if figure.is_for(span)}
    levels = {day: number for day, number in counted.months.items() if number is not None}
    if exact["members"] is not None:
        levels[span.eve] = counted.before  # the curve begins there
        for day in (span.eve, span.end):
            known.setdefault(rounding.at("members", day), five(levels[day]))
    for figure in FIGURES:
        number = exact.get(figure.key)
        if figure.people and not figure.level and number is not None:
            known.setdefault(rounding.of_span(figure.key, span), rounding.fitted(figure.key, span, number, known))
    if exact["joined"] is not None:
        known |= rounding.curve(span, levels.items(), known)
    _parts_of_wholes(exact, span, known)
    values = {key: known.get(_variable(BY_KEY[key], span), number) for key, number in exact.items()}
    return {
        "values": {figure.key: values.get(figure.key) for figure in FIGURES},
        "months": {day.isoformat(): known.get(rounding.at("members", day)) for day in [span.eve, *counted.months]},
        "partial": {key: day for key, day in counted.partial.items() if values.get(key) is not None},
        "gaps": _gaps(counted, values["searches_without_hit"] or 0, titles) if span.is_year else [],
        "doors": counted.doors,
    }


def _parts_of_wholes(exact: dict[str, Number], span: Span, known: dict[Variable, int]) -> None:
    """Moves what is a part of another figure to what is possible beside that. They are for years only."""
    if not span.is_year:
        return

    def of(key: str) -> Variable:
        return rounding.of_span(key, span)

    for part, whole in (("confirmed", "joined"), ("mails.returned", "mails.sent")):
        if of(part) in known and of(whole) in known:
            known[of(part)] = min(known[of(part)], known[of(whole)])
    bands = [of(key) for key in exact if key.startswith("children_by_age.") and exact[key] is not None]
    while bands and sum(known[band] for band in bands) < known.get(of("childcare.used"), 0):
        # Everybody in childcare was registered. The band that is nearest to its next multiple of 5 is moved there.
        nearest = max(bands, key=lambda band: (exact[band[0]] or 0) - known[band])
        known[nearest] += 5


def _gaps(counted: Counted, room: int, titles: dict[str, str]) -> list[list[Any]]:
    """The gaps that may be shown, rounded before anything is chosen; the last tells what all others come to."""
    rounded = [gap._replace(searches=five(gap.searches)) for gap in sheet.gaps(counted.searches, titles)]
    shown: list[list[Any]] = []
    for gap in sheet.in_order(rounded):
        if gap.topic != NO_TOPIC and 0 < gap.searches <= room and len(shown) < _MOST_GAPS:
            room -= gap.searches
            shown.append(list(gap))
    return [*shown, [ALL_OTHERS, "", room]] if room else shown

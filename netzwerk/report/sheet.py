"""The Zwischenbilanz as people read it: one span beside the same span of the two years before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from netzwerk.models import PublishedReport
from netzwerk.report import counting
from netzwerk.report.counting import Counted, Number
from netzwerk.report.figures import FIGURES
from netzwerk.report.spans import Span
from wegweiser.models import Topic

NOT_FOR_PUBLICATION = "nicht zur Veröffentlichung"
NO_TOPIC, NO_TOWN = "ohne erkennbares Thema", "ohne Ort"
ALL_OTHERS = "alles andere"
_MOST_GAPS = 12


class Gap(NamedTuple):
    """So many searches for a topic in a town found nothing."""

    topic: str
    town: str
    searches: int


@dataclass(frozen=True)
class Column:
    """The figures of one span."""

    span: Span
    values: dict[str, Number] = field(default_factory=dict)
    months: dict[date, Number] = field(default_factory=dict)
    partial: dict[str, date] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    doors: int = 0

    def of(self, key: str) -> Number:
        return self.values.get(key)


@dataclass(frozen=True)
class Sheet:
    """Three columns, the oldest first. `public`: rounded and frozen; otherwise exact, and for officers only."""

    columns: Sequence[Column]
    as_of: date
    public: bool

    @property
    def now(self) -> Column:
        return self.columns[-1]

    @property
    def last(self) -> Column:
        return self.columns[-2]

    @property
    def span(self) -> Span:
        return self.now.span

    @property
    def title(self) -> str:
        return f"Zwischenbilanz {self.span.label}"

    @property
    def marking(self) -> str:
        return "" if self.public else NOT_FOR_PUBLICATION


def exact(span: Span, as_of: date | None = None) -> Sheet:
    """The sheet of any span, as counted until the day `as_of`."""
    until = as_of or timezone.localdate()
    titles = topic_titles()
    counted = counting.count(span.with_two_before(), until)
    return Sheet([_column(each, gaps(each.searches, titles)[:_MOST_GAPS]) for each in counted], until, public=False)


def published(report: PublishedReport) -> Sheet:
    """The sheet as it was published, beside what was published of the two years before. One query."""
    spans = Span(report.begins_on, report.ends_on).with_two_before()
    rows = PublishedReport.objects.filter(ends_on__in=[span.end for span in spans[:2]])
    earlier = {(row.begins_on, row.ends_on): row for row in rows}
    earlier[report.begins_on, report.ends_on] = report
    columns = [from_report(earlier.get((span.begin, span.end)), span) for span in spans]
    return Sheet(columns, timezone.localdate(report.published_at), public=True)


def from_report(report: PublishedReport | None, span: Span) -> Column:
    if report is None:
        return Column(span)
    held: dict[str, Any] = report.figures
    return Column(
        span,
        {figure.key: held["values"].get(figure.key) for figure in FIGURES},
        {date.fromisoformat(day): number for day, number in held["months"].items()},
        {key: date.fromisoformat(day) for key, day in held["partial"].items()},
        [Gap(*gap) for gap in held["gaps"]],
        held["doors"],
    )


def topic_titles() -> dict[str, str]:
    return dict(Topic.objects.values_list("slug", "title"))


def gaps(searches: dict[str, int], titles: dict[str, str]) -> list[Gap]:
    """The searches of `counting.Counted`, with the titles of their topics, in order."""
    found = []
    for subject, number in searches.items():
        topic, _slash, town = subject.partition("/")
        place = settings.MUNICIPALITIES.get(town, NO_TOWN)
        found.append(Gap(titles.get(topic, NO_TOPIC), place, number))
    return in_order(found)


def in_order(found: Iterable[Gap]) -> list[Gap]:
    """Most searched first; what has no topic last."""
    return sorted(found, key=lambda gap: (gap.topic == NO_TOPIC, -gap.searches, gap.topic, gap.town))


def _column(counted: Counted, found: Sequence[Gap]) -> Column:
    return Column(counted.span, counted.values, counted.months, counted.partial, gaps=found, doors=counted.doors)

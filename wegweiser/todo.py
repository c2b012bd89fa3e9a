"""What waits for the officers: reports, hints, and offers that nobody else will check."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Model, QuerySet, Value

from wegweiser.checking import checks
from wegweiser.models import Hint, Submission


@dataclass(frozen=True)
class Todo:
    reports: int = 0
    hints: int = 0
    offers: int = 0


def now(moment: datetime) -> Todo:
    """Counts what waits at `moment`; one query."""
    reports = _counted("reports", Submission.objects.waiting())
    hints = _counted("hints", Hint.objects.filter(done_at=None))
    offers = _counted("offers", checks.for_officers(moment))
    return Todo(**dict(reports.union(hints, offers, all=True)))


def _counted(what: str, rows: QuerySet[Model]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.order_by().values(what=Value(what)).annotate(count=Count("pk"))
    return counted.values_list("what", "count")

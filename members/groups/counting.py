"""Groups in numbers, for the report: from tallies that name nobody, so they stay when everything else is gone."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from members.models import GroupTally

_What = GroupTally.What


@dataclass(frozen=True)
class GroupNumbers:
    """`founded`, `ended` and `meetings` (as the contacts told them) in the span; `alive` and `resting` at its end."""

    founded: int
    ended: int
    meetings: int
    alive: int
    resting: int


def numbers(first: date, last: date) -> GroupNumbers:
    """Both days inclusive. Two queries."""
    within, until = _sums(on__gte=first, on__lte=last), _sums(on__lte=last)
    resting = until[_What.RESTED] - until[_What.REVIVED] - until[_What.ENDED]
    return GroupNumbers(
        founded=within[_What.FOUNDED],
        ended=within[_What.ENDED] + within[_What.CLOSED],
        meetings=within[_What.MET],
        alive=until[_What.FOUNDED] - until[_What.ENDED] - until[_What.CLOSED] - resting,
        resting=resting,
    )


def _sums(**span: object) -> dict[str, int]:
    rows = GroupTally.objects.filter(**span).order_by().values("what").annotate(all=Sum("number"))
    return dict.fromkeys(_What.values, 0) | {row["what"]: row["all"] for row in rows}

"""What the report has counted."""

from django.db.models import Sum

from netzwerk.models import Tally


def counted(what: str, of: str | None = None) -> int:
    rows = Tally.objects.filter(what=what)
    if of is not None:
        rows = rows.filter(of=of)
    return int(rows.aggregate(sum=Sum("number", default=0))["sum"])


def counts() -> dict[str, int]:
    """Everything that was counted, by what and key: {"joined": 3, "answered link": 2}"""
    sums = Tally.objects.values("what", "of").annotate(sum=Sum("number")).order_by("what", "of")
    return {f"{row['what']} {row['of']}".strip(): row["sum"] for row in sums}

"""What waits for the officers about groups."""

from dataclasses import dataclass

from members.models import Group, GroupReport


@dataclass(frozen=True)
class Waiting:
    """The keys of groups that can be approved, and of reports that nobody has dealt with."""

    groups: list[int]
    reports: list[int]


def now() -> Waiting:
    """Collects what waits now; two queries."""
    groups = Group.objects.ready().order_by("pk")
    reports = GroupReport.objects.filter(done_at=None).order_by("pk")
    return Waiting(list(groups.values_list("pk", flat=True)), list(reports.values_list("pk", flat=True)))

"""What waits for the officers about groups."""

from dataclasses import dataclass

from members.models import Group, GroupReport


@dataclass(frozen=True)
class Waiting:
    """Groups that can be approved, and reports that nobody has dealt with; `group` and `report` are the only one."""

    groups: int
    reports: int
    group: int | None
    report: int | None


def now() -> Waiting:
    """Two queries."""
    groups = list(Group.objects.ready().order_by("pk").values_list("pk", flat=True))
    reports = list(GroupReport.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True))
    return Waiting(len(groups), len(reports), _only(groups), _only(reports))


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None

"""What somebody says is not right in a group. Only officers read it, and nobody in the group learns of it (G-06)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from members.groups import lifecycle, talking
from members.models import GroupMembership, GroupReport

PER_DAY = 5


class TooMany(Exception):
    """The officers have so many reports of this person that they would rather be called."""


@transaction.atomic
def report(reporter: GroupMembership, text: str, about: GroupMembership | None = None) -> GroupReport:
    """Stores the report with what that person has written to the reporter, as it stands there now. A second tap finds
    the report of the first. Raises TooMany.
    """
    lifecycle.locked(reporter.group_id)  # a second tap waits for the first
    now = timezone.now()
    same = GroupReport.objects.filter(reporter=reporter, about=about, text=text.strip())
    if found := same.filter(at__gt=now - talking.SECOND_TAP).first():
        return found
    if GroupReport.objects.filter(reporter=reporter, at__gt=now - timedelta(days=1)).count() >= PER_DAY:
        raise TooMany
    written = talking.shown_to(reporter, now).filter(writer=about) if about else []
    return GroupReport.objects.create(
        group=reporter.group,
        reporter=reporter,
        name=reporter.name,
        about=about,
        text=text.strip(),
        written="\n\n".join(f"{timezone.localtime(each.at):%d.%m.%Y, %H:%M} Uhr\n{each.text}" for each in written),
        at=now,
    )


def done(found: GroupReport, by: str) -> bool:
    """False if somebody was quicker."""
    return bool(GroupReport.objects.filter(pk=found.pk, done_at=None).update(done_at=timezone.now(), done_by=by))

"""A second tap on a slow connection does nothing more: nobody gets two mails, and nothing stands there twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from events.groups import meetings
from events.groups.meetings import Plan
from events.models import Event
from members.groups import reports, talking
from members.models import GroupReport
from tests.members.groups.circle import circle, email, member
from tests.post import Post

pytestmark = pytest.mark.django_db


def test_a_message_is_sent_once_and_a_minute_later_once_more(time_machine, post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    now = timezone.now().replace(microsecond=0)
    for seconds in (0, 3, 59, 61):
        time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
        talking.say(member(group, "Aylin"), "Ja, gern.")
    talking.say(member(group, "Aylin"), "Ja, gern.", member(group, "Sven"))
    assert sorted(mail["To"] for mail in post.deliver()) == [
        email(name) for name in ("Jana", "Jana", "Sven", "Sven", "Sven")
    ]


def test_a_meeting_is_suggested_once() -> None:
    group = circle("Aylin")
    begins_at = timezone.now() + timedelta(days=9)
    plan = Plan("Spaziergang", begins_at, begins_at + timedelta(hours=2), "Parkweg 3")
    first, again = [meetings.propose(member(group, "Aylin"), plan) for _ in range(2)]
    assert (first, Event.of_all.count()) == (again, 1)
    longer = meetings.propose(member(group, "Aylin"), replace(plan, ends_at=begins_at + timedelta(hours=3)))
    assert longer != first
    meetings.cancel(member(group, "Aylin"), first)
    assert meetings.propose(member(group, "Aylin"), plan) != first


def test_a_report_is_stored_once() -> None:
    group = circle("Aylin")
    for text in ("Er schreibt mir nachts.", "Er schreibt mir nachts. ", "Noch etwas."):
        reports.report(member(group, "Aylin"), text, member(group, "Sven"))
    assert list(GroupReport.objects.order_by("pk").values_list("text", flat=True)) == [
        "Er schreibt mir nachts.",
        "Noch etwas.",
    ]

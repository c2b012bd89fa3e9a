"""An officer lets mail go again to an address that has bounced. Kim is invented."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, BounceGroup, Suppression
from mailings.returns import bounce_groups
from tests.mailings.returns.test_second_line import NOON, came_back, family, four_of_forty, group, sent, silenced

pytestmark = pytest.mark.django_db


def lifted(email: str, at: datetime, time_machine: Any) -> None:
    time_machine.move_to(at, tick=False)
    assert bounce_groups.lift(Address.objects.get(email=email))


def test_an_officer_lets_mail_go_there_again_until_it_comes_back(time_machine: Any) -> None:
    came_back(sent(["kim@gmx.example"]), "kim@gmx.example")
    lifted("kim@gmx.example", NOON + timedelta(hours=1), time_machine)
    assert silenced() == []
    assert Address.objects.get().stops("list", timezone.now()) == ""
    assert not bounce_groups.lift(Address.objects.get())
    came_back(sent(["kim@gmx.example"], at=NOON + timedelta(hours=2)), "kim@gmx.example")
    assert silenced() == ["kim@gmx.example"]


def test_what_was_sent_before_the_new_try_counts_no_more_however_late_it_comes(time_machine: Any) -> None:
    """The same report once more, another of the same copy, and a first one of an older copy that arrives a day late."""
    older = sent(["kim@gmx.example"], at=NOON - timedelta(minutes=30))
    copy = sent(["kim@gmx.example"])
    came_back(copy, "kim@gmx.example")
    lifted("kim@gmx.example", NOON + timedelta(hours=1), time_machine)
    later = NOON + timedelta(days=1)
    assert not came_back(copy, "kim@gmx.example")
    assert came_back(copy, "kim@gmx.example", at=later)
    assert came_back(older, "kim@gmx.example", at=later)
    assert silenced() == []
    came_back(sent(["kim@gmx.example"], at=NOON + timedelta(hours=2)), "kim@gmx.example", "soft")
    assert silenced() == []


def test_soft_bounces_are_counted_anew_after_the_new_try(time_machine: Any) -> None:
    for hour in range(5):
        came_back(sent(["kim@gmx.example"], at=NOON - timedelta(hours=hour)), "kim@gmx.example", "soft")
    assert silenced() == ["kim@gmx.example"]
    lifted("kim@gmx.example", NOON + timedelta(hours=1), time_machine)
    for hour in range(2, 6):
        came_back(sent(["kim@gmx.example"], at=NOON + timedelta(hours=hour)), "kim@gmx.example", "soft")
        assert silenced() == []
    came_back(sent(["kim@gmx.example"], at=NOON + timedelta(hours=6)), "kim@gmx.example", "soft")
    assert silenced() == ["kim@gmx.example"]


@pytest.mark.parametrize("reason", ["complaint", "objection"])
def test_what_a_person_wants_is_not_lifted(reason: str) -> None:
    came_back(sent(["kim@gmx.example"]), "kim@gmx.example")
    suppression.suppress("kim@gmx.example", reason)
    Address.objects.update(list_mail=False, complained_at=NOON)
    assert bounce_groups.lift(Address.objects.get())
    assert Suppression.objects.get().reason == reason
    assert Address.objects.get().complained_at == NOON


def test_who_is_blocked_later_was_not_if_lifted_before(time_machine: Any) -> None:
    four_of_forty()
    Address.objects.filter(email=family(0)).update(bounced_at=NOON)
    lifted(family(0), NOON + timedelta(hours=1), time_machine)
    bounce_groups.decide(group(), BounceGroup.State.BLOCKED)
    assert silenced() == [family(1), family(2), family(3)]

"""/healthz: 200 from the first start on; each fault is told (D-14)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from mailings.models import Delivery
from netzwerk import health, upkeep
from netzwerk.models import Heartbeat
from tests.members.people import asked
from tests.post import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(time_machine):
    """The portal was set up just now; moves the clock to so long after."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    Heartbeat.objects.filter(name="installed").update(at=now)
    return lambda **later: time_machine.move_to(now + timedelta(**later), tick=False)


def state(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/healthz")
    return answer.status_code, {name: value for name, value in answer.json().items() if value != "ok"}


def test_a_new_portal_is_well(client: Client, installed) -> None:
    assert state(client) == (200, {"backup": "not configured"})


@pytest.mark.logs_errors
def test_a_mail_that_waits_longer_than_15_minutes(client: Client, installed, post: Post) -> None:
    asked("kim@example.org")
    installed(minutes=15)
    assert state(client)[0] == 200
    installed(minutes=15, seconds=1)
    assert state(client) == (503, {"mail": "waits", "backup": "not configured"})
    post.deliver()
    assert state(client)[0] == 200


def test_a_mail_that_is_to_go_later_does_not_wait(client: Client, installed) -> None:
    asked("kim@example.org")
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=2))
    installed(hours=1)
    assert state(client)[0] == 200


@pytest.mark.logs_errors
def test_no_daily_work_for_36_hours(client: Client, installed) -> None:
    installed(hours=36)
    assert state(client)[0] == 200
    installed(hours=36, seconds=1)
    assert state(client) == (503, {"upkeep": "old", "backup": "not configured"})
    upkeep.run()
    assert state(client)[0] == 200


@pytest.mark.logs_errors
def test_no_backup_for_26_hours_where_backups_are_expected(client: Client, installed, settings) -> None:
    settings.BACKUP_DIR = "/backups"
    installed(hours=26)
    assert state(client) == (200, {})
    installed(hours=26, seconds=1)
    assert state(client) == (503, {"backup": "old"})
    Heartbeat.objects.create(name="backup")
    assert state(client) == (200, {})


@pytest.mark.logs_errors
def test_no_database(client: Client, monkeypatch) -> None:
    def away(now):
        raise DatabaseError

    monkeypatch.setattr(health, "faults", away)
    assert state(client) == (503, {"database": "away"})

"""The operator hears once that something is broken, and once that it is well again (D-14)."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from mailings.models import Delivery
from netzwerk import health
from netzwerk.models import Heartbeat
from netzwerk.watching import faults, operator
from tests.members.people import asked
from tests.post import Post
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.logs_errors]
Mails = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def _installed() -> None:
    Heartbeat.objects.filter(name="installed").update(at=timezone.now())


def watch() -> str:
    out = io.StringIO()
    call_command("watch", stdout=out)
    return out.getvalue()


def subjects(mails: list[str]) -> list[str]:
    return [mail.partition("\n")[0].removeprefix("Netzwerk Siegen-Wittgenstein: ") for mail in mails]


def test_a_portal_that_is_well_says_nothing(told: Mails) -> None:
    assert watch() == "Alles läuft.\n"
    assert told() == []


def test_one_mail_when_it_breaks_and_one_when_it_is_well(told: Mails, post: Post) -> None:
    asked("kim@example.org")
    Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
    for _ in range(3):
        assert "Mails warten länger als eine Viertelstunde." in watch()
    assert subjects(told()) == ["Störung: mail"]
    assert "kim" not in "".join(told())
    post.deliver()
    for _ in range(3):
        watch()
    assert subjects(told())[1:] == ["Wieder gut: mail"]


def test_a_database_that_is_away_hides_nothing_else(told: Mails, monkeypatch) -> None:
    """What was broken before stays so: nobody can look."""
    operator.broke("mail", "Mails warten.")

    def away(now):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(health, "faults", away)
        watch()
        watch()
    assert subjects(told()) == ["Störung: mail", "Störung: database"]
    watch()
    assert sorted(subjects(told())[2:]) == ["Wieder gut: database", "Wieder gut: mail"]


def test_a_backup_that_failed_is_well_after_the_next_one_only(told: Mails) -> None:
    Heartbeat.objects.create(name="backup", at=timezone.now() - timedelta(hours=1))
    operator.broke("backup", "Die Sicherung ist gescheitert.")
    watch()
    assert subjects(told()) == ["Störung: backup"]
    Heartbeat.objects.filter(name="backup").update(at=timezone.now())
    watch()
    assert subjects(told()) == ["Störung: backup", "Wieder gut: backup"]


def test_a_disk_that_is_nearly_full_is_told_while_there_is_room(told: Mails, monkeypatch) -> None:
    usage = faults.shutil.disk_usage("/")
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    watch()
    assert subjects(told()) == ["Störung: disk"]


def test_a_mail_server_that_takes_nothing_is_asked_again_the_next_time(told: Mails, settings) -> None:
    folder, settings.EMAIL_URL = settings.EMAIL_URL, "smtp://127.0.0.1:1"
    operator.broke("upkeep", "Ausgefallen.")
    assert told() == []
    settings.EMAIL_URL = folder
    operator.broke("upkeep", "Ausgefallen.")
    operator.broke("upkeep", "Ausgefallen.")
    assert subjects(told()) == ["Störung: upkeep"]


def test_where_nothing_can_be_noted_no_mail_goes_out_every_few_minutes(told: Mails, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path / "fort"
    with pytest.raises(OSError):
        operator.broke("disk", "Voll.")
    assert told() == []


def test_over_smtp_with_the_portals_sender(settings, sink: Sink) -> None:
    settings.EMAIL_URL, settings.OPERATOR_EMAIL = sink.url, "it@amt.example"
    operator.broke("upkeep", "Ausgefallen.")
    [message] = sink.messages
    assert (message.sender, message.recipients) == (settings.DEFAULT_FROM_EMAIL, ("it@amt.example",))
    assert b"Auto-Submitted: auto-generated" in message.data


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as found:
        yield found

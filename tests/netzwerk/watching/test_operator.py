"""The operator hears once that something is broken, and once that it is well again (D-14)."""

import http.server
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from mailings.models import Delivery
from netzwerk import health
from netzwerk.models import Heartbeat
from netzwerk.watching import faults, operator
from tests.local.portals import free_port
from tests.members.people import asked
from tests.post import Post
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.logs_errors]
Mails = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def _installed() -> None:
    Heartbeat.objects.filter(name="installed").update(at=timezone.now())


def watch(*options: str) -> str:
    out = io.StringIO()
    call_command("watch", *options, stdout=out)
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


def test_a_disk_that_hovers_at_its_limit_is_told_once(told: Mails, monkeypatch) -> None:
    usage, least = faults.shutil.disk_usage("/"), faults.FREE_BYTES
    for free in (least - 1, least + 1, least - 1, 2 * least - 1, 2 * least):
        now = usage._replace(free=free, total=100 * least)
        monkeypatch.setattr(faults.shutil, "disk_usage", lambda folder, now=now: now)
        watch()
    assert subjects(told()) == ["Störung: disk", "Wieder gut: disk"]


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_a_web_server_that_does_not_answer_is_told_where_there_is_one(told: Mails, settings, monkeypatch) -> None:
    monkeypatch.setattr(faults, "WEB_PAUSE", 0)
    settings.PORT = free_port()
    assert watch() == "Alles läuft.\n"  # in a container there is none on the same machine
    assert "Der Webserver antwortet nicht." in watch("--web")
    watch()  # by hand, without asking: that tells nothing
    assert subjects(told()) == ["Störung: web"]
    with http.server.HTTPServer(("127.0.0.1", settings.PORT), Answer) as server:
        Thread(target=server.serve_forever).start()
        assert watch("--web") == "Alles läuft.\n"
        server.shutdown()
    assert subjects(told()) == ["Störung: web", "Wieder gut: web"]


def test_a_full_disk_has_room_to_note_what_was_told(told: Mails, settings) -> None:
    """The file never grows: what is noted takes the place of what was there."""
    watch()
    file = settings.DATA_DIR / "told.json"
    sizes = [file.stat().st_size]
    for name in ("database", "disk", "backup"):
        operator.broke(name, "Ausgefallen.")
        sizes.append(file.stat().st_size)
    assert sizes == [4096] * 4
    assert [path.name for path in settings.DATA_DIR.glob("told*")] == ["told.json"]
    assert list(operator.told()) == ["database", "disk", "backup"]


def test_of_many_that_tell_at_once_each_is_noted(told: Mails) -> None:
    """The watch, the backup and daily do not wait for each other."""
    names = [f"fault {number}" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: operator.broke(name, "Ausgefallen."), names * 2))
    assert sorted(operator.told()) == sorted(names)
    assert len(told()) == 20


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
    for name in ("disk", "database"):  # the first stops none of the others
        operator.broke(name, "Ausgefallen.")
    operator.well("disk")
    assert told() == []


def test_over_smtp_with_the_portals_sender(settings, sink: Sink) -> None:
    """To all addresses: one of them may be at the office whose mail is what is away."""
    settings.EMAIL_URL, settings.OPERATOR_EMAIL = sink.url, ["it@amt.example", "it@daheim.example"]
    operator.broke("upkeep", "Ausgefallen.")
    [message] = sink.messages
    assert message.sender == settings.DEFAULT_FROM_EMAIL
    assert message.recipients == ("it@amt.example", "it@daheim.example")
    assert b"Auto-Submitted: auto-generated" in message.data


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as found:
        yield found

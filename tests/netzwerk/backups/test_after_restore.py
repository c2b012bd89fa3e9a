"""After a restore no mail goes out until officers say so; sessions have ended; erased people stay erased (D-08, P-08).

Rita coordinates, Mika helps at the door; Kim was erased after the backup was made.
"""

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.models import Event, Reply
from mailings.models import Address, Delivery, Receipt
from mailings.sending import relay
from mailings.sending.transport import Folder
from mailings.sending.worker import Worker
from members.models import Group, Member, Newsletter
from netzwerk import alerts, upkeep
from netzwerk.accounts import roles
from netzwerk.backups import release, settling
from netzwerk.privacy import register, tombstones
from tests.desk import logged
from tests.events.meetings import invite, meeting, party
from tests.members.groups.circle import circle
from tests.members.people import active, asked, newsletter
from tests.netzwerk.accounts.officers import desk_of, officer, rita, said, sinan
from tests.pressing import press
from tests.wegweiser.offers import checked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]
PAGE = "/verwaltung/nach-dem-einspielen/"
STATE = Delivery.State


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # signed in without a second factor


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The list of erasures as it lies beside a backup that was brought here."""
    (tmp_path / "von dort").mkdir()
    path = tmp_path / "von dort" / "erasures.txt"
    path.touch()
    return path


def open_copies(number: int) -> list[Delivery]:
    emails = [f"p{each}@example.org" for each in range(number)]
    Address.objects.bulk_create(Address(email=email, list_mail=True) for email in emails)
    newsletter(*emails)
    return list(Delivery.objects.order_by("pk"))


def sent(tmp_path: Path) -> int:
    """How many mails a worker sends that may work as long as it likes, and one that is called once."""
    before = len(list((tmp_path / "mails").glob("*.eml")))
    worker = Worker(Folder(str(tmp_path / "mails")))
    worker.pause = lambda seconds: worker.stop()  # the first rest ends it
    with mock.patch("mailings.sending.worker.close_old_connections"):  # a test's own connection stays
        worker.run()
    Worker(Folder(str(tmp_path / "mails"))).work_all()
    return len(list((tmp_path / "mails").glob("*.eml"))) - before


def states() -> dict[str, int]:
    found = list(Delivery.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_a_hundred_open_copies_and_no_mail_until_officers_let_them_go(tmp_path: Path, beside: Path) -> None:
    open_copies(100)
    settling.settle(timezone.now(), [beside])
    asked("nora@example.org")  # what is new waits, too
    assert sent(tmp_path) == 0
    desk = desk_of(rita())
    page = desk.get(PAGE).content.decode()
    assert "100 Mails" in said(page)
    press(desk, page, "Alles verschicken", PAGE)
    assert sent(tmp_path) == 101
    assert logged()[-1] == "verschickt: Nach dem Einspielen der Sicherung: Die Post freigegeben, auch die alte"


def test_without_the_hold_they_would_have_gone_out(tmp_path: Path) -> None:
    """The negative control."""
    open_copies(3)
    assert sent(tmp_path) == 3


def test_old_mail_can_be_thrown_away_and_new_mail_goes_out(tmp_path: Path, beside: Path, time_machine) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    open_copies(3)
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    settling.settle(now, [beside])
    time_machine.move_to(now + timedelta(hours=2), tick=False)
    asked("nora@example.org")
    desk = desk_of(rita())
    page = press(desk, desk.get(PAGE).content.decode(), "Altes verwerfen, Neues verschicken", PAGE)
    assert "3 alte Mails sind verworfen. Neue Mails gehen wieder hinaus." in said(page)
    assert sent(tmp_path) == 1
    assert states() == {"cancelled": 3, "sent": 1}
    assert release.let_go(by=None, discard=True) is None  # a second press finds nothing held
    assert states() == {"cancelled": 3, "sent": 1}


def test_one_mail_that_is_thrown_away_is_one(beside: Path, time_machine) -> None:
    now = timezone.now()
    time_machine.move_to(now - timedelta(hours=1), tick=False)
    open_copies(1)
    time_machine.move_to(now, tick=False)
    settling.settle(now, [beside])
    desk = desk_of(rita())
    shown = press(desk, desk.get(PAGE).content.decode(), "Altes verwerfen, Neues verschicken", PAGE)
    assert "1 alte Mail ist verworfen. Neue Mails gehen wieder hinaus." in said(shown)
    assert logged()[-1] == "verschickt: Nach dem Einspielen der Sicherung: 1 alte Mail verworfen, die Post freigegeben"


@pytest.fixture
def due_since_the_backup(beside: Path) -> None:
    """What the lost portal wrote in the morning after the backup: a reminder, a group's two, a provider's."""
    [anna] = invite(meeting(days=10), "anna@example.org")
    answers.accept(anna, party(1))
    soon = timezone.now() + timedelta(days=1)
    Event.objects.update(answer_by=timezone.now(), begins_at=soon, ends_at=soon + timedelta(hours=2))
    Reply.objects.update(answered_at=timezone.now() - timedelta(days=3))
    circle("Aylin")
    Group.objects.update(check_at=timezone.now())
    checked(date(2020, 1, 1))
    Delivery.objects.all().delete()  # what was sent before the backup
    settling.settle(timezone.now() - timedelta(hours=12), [beside])


@pytest.mark.slow
@pytest.mark.usefixtures("due_since_the_backup")
def test_what_the_lost_portal_wrote_after_the_backup_can_be_thrown_away(tmp_path: Path) -> None:
    upkeep.run()
    assert sent(tmp_path) == 0
    desk = desk_of(rita())
    page = desk.get(PAGE).content.decode()
    assert all(subject in said(page) for subject in ("Erinnerung", "Stimmt noch alles?", "4 Mails"))
    press(desk, page, "Altes verwerfen, Neues verschicken", PAGE)
    upkeep.run()
    assert (sent(tmp_path), states()) == (0, {"cancelled": 4})


@pytest.mark.usefixtures("due_since_the_backup")
def test_what_nobody_has_got_yet_goes_out_once_if_officers_say_so(tmp_path: Path) -> None:
    upkeep.run()
    release.let_go(by=None, discard=False)
    upkeep.run()
    assert (sent(tmp_path), states()) == (4, {"sent": 4})


@pytest.mark.logs_errors
def test_a_question_that_fails_is_named_and_stops_no_restore(beside: Path, monkeypatch) -> None:
    def remind(now: datetime) -> None:
        raise RuntimeError

    monkeypatch.setattr(upkeep, "ASKING", [remind, upkeep.ask_groups])
    assert settling.settle(timezone.now(), [beside]).endswith(" Gescheitert, siehe Log: remind.")
    assert relay.held_since()


def test_what_was_in_a_workers_hand_is_known_as_sent_or_waits(beside: Path) -> None:
    one, two, three = open_copies(3)
    held = {"state": STATE.SENDING, "lease": "a", "leased_until": timezone.now() + timedelta(minutes=3)}
    Delivery.objects.filter(pk__in=[one.pk, two.pk]).update(**held)
    Receipt.objects.create(delivery_id=one.pk, at=timezone.now())
    settling.settle(timezone.now(), [beside])
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "queued", "queued"]
    assert three.state == STATE.QUEUED


def test_neither_a_mail_server_that_comes_back_nor_one_that_goes_away_ends_the_hold(beside: Path) -> None:
    settling.settle(timezone.now(), [beside])
    since = relay.held_since()
    relay.mark_down("421 too busy", 30)
    relay.mark_up()
    assert relay.held_since() == since
    assert relay.let_go() is True
    assert relay.let_go() is False


def test_heute_says_that_mail_is_held_and_nothing_about_the_mail_server(beside: Path) -> None:
    asked("nora@example.org")
    Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
    settling.settle(timezone.now(), [beside])
    alert, erasures = alerts.now()
    assert (alert.what, alert.url) == ("Eine Sicherung wurde eingespielt: Es geht keine Mail hinaus", PAGE)
    release.let_go(by=None, discard=True)
    assert alerts.now() == [erasures]


def test_the_list_beside_the_backup_erases_kim_again(beside: Path) -> None:
    register.erase(active("kim@example.org").address, timezone.now())
    tombstones.write()
    tombstones.file().rename(beside)
    register.erase(active("leo@example.org").address, timezone.now())  # in the backup's own list only
    for name in ("kim", "leo", "olena"):
        Address.objects.filter(pk=active(f"{name}@example.org").address.pk).update(
            created_at=timezone.now() - timedelta(days=30)
        )
    told = settling.settle(timezone.now(), [Path("/nowhere/erasures.txt"), beside])
    assert told.startswith("2 Personen waren seit der Sicherung gelöscht worden und sind es wieder.")
    assert list(Member.objects.values_list("address__email", flat=True)) == ["olena@example.org"]
    assert len([line for line in tombstones.file().read_text().splitlines() if "Stand" not in line]) == 2


@pytest.mark.parametrize(
    ("written", "until"),
    [
        (None, "28.11., 02:30 Uhr"),  # no list: the backup itself knows
        ("2026-11-28T03:00:00+01:00", "28.11., 03:00 Uhr"),  # brought out of the house that night; lost at noon
        ("2026-11-28T01:00:00+01:00", "28.11., 02:30 Uhr"),  # older than the backup
    ],
)
def test_heute_says_up_to_when_erasures_are_known(beside: Path, time_machine, written, until: str) -> None:
    if written:
        time_machine.move_to(written, tick=False)
        tombstones.write()
        tombstones.file().rename(beside)
    time_machine.move_to("2026-11-28T12:00:00+01:00", tick=False)
    out = io.StringIO()
    call_command("after_restore", "--made-at", "2026-11-28T02:30:00+01:00", "--erasures", str(beside), stdout=out)
    assert f"Löschungen sind bekannt bis {until.replace('11.,', '11.2026,')}." in out.getvalue()
    relay.let_go()
    [alert] = alerts.now()
    assert alert.what == f"Wer seit {until} gelöscht wurde, steht vielleicht wieder da"
    desk = desk_of(rita())
    page = desk.get(alert.url).content.decode()
    assert f"Löschungen sind bekannt bis {until.replace('11.,', '11.2026,')}" in said(page)
    press(desk, page, "Das ist erledigt", PAGE)
    assert alerts.now() == []
    assert logged()[-1] == "geändert: Nach dem Einspielen der Sicherung: Löschungen seitdem nachgeholt"


def test_the_page_says_that_who_left_meanwhile_is_on_the_list_again(beside: Path) -> None:
    desk = desk_of(rita())
    sentence = "Wer sich nach der Sicherung abgemeldet hat, steht wieder auf der Liste"
    assert sentence not in said(desk.get(PAGE).content.decode())
    settling.settle(timezone.now(), [beside])
    desk = desk_of(sinan())
    assert sentence in said(desk.get(PAGE).content.decode())


def test_everybody_signs_in_anew(beside: Path, client: Client) -> None:
    desk = desk_of(rita())
    assert desk.get("/verwaltung/").status_code == 200
    settling.settle(timezone.now(), [beside])
    assert Session.objects.count() == 0
    assert desk.get("/verwaltung/").status_code == 302


def test_the_password_is_asked_again_and_the_door_may_not(settings, beside: Path) -> None:
    settling.settle(timezone.now(), [beside])
    assert desk_of(officer("Mika Herbst", roles.DOOR)).get(PAGE).status_code == 403
    settings.DEMO = False
    assert desk_of(rita()).post(PAGE, {"was": "senden"}).status_code == 302  # no second factor
    assert relay.held_since()


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="--made-at"):
        call_command("after_restore", "--made-at", "gestern")


def test_a_planned_newsletter_whose_time_has_come_is_a_draft_again(tmp_path: Path) -> None:
    """The lost portal may have sent it. What was planned for later goes out at its time, once the mail may."""
    active("kim@example.org")
    now = timezone.now()
    passed, later = (
        Newsletter.objects.create(subject=subject, text="Guten Tag", send_at=at, sent_by="rita")
        for subject, at in (("Gestern", now - timedelta(hours=3)), ("Gleich", now + timedelta(hours=3)))
    )
    settling.settle(now, [])
    with time_machine.travel(now + timedelta(hours=4), tick=False):
        assert sent(tmp_path) == 0
        assert Newsletter.objects.filter(mailing=None).count() == 2
        release.let_go(by=None, discard=True)
        assert sent(tmp_path) == 1
    passed.refresh_from_db()
    later.refresh_from_db()
    assert (passed.send_at, passed.mailing_id) == (None, None)
    assert later.mailing_id

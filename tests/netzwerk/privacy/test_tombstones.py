"""Erased people stay erased, also after an old backup is restored (P-08)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from mailings.models import Address
from members import callers
from members.details import Details
from members.models import Member
from netzwerk.models import Erasure
from netzwerk.privacy import my_data, register, tombstones
from tests.members.people import active
from tests.netzwerk.privacy.test_my_data import dump

pytestmark = pytest.mark.django_db


def restored(email: str) -> None:
    """The person as an older backup brings her back."""
    address = active(email).address
    Address.objects.filter(pk=address.pk).update(created_at=timezone.now() - timedelta(days=30))


def closing_connections(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()


def kept() -> list[str]:
    """The erasures in the file, without the line that says up to when it is complete."""
    return [line for line in tombstones.file().read_text().splitlines() if not line.startswith("Stand ")]


def reapply() -> str:
    out = StringIO()
    call_command("reapply_erasures", stdout=out)
    return out.getvalue()


def test_erased_people_stay_erased_after_an_old_backup(tmp_path, db) -> None:
    """P-08: the tombstone stands beside the backups; a restored Kim is erased again, Olena stays."""
    kim = active("kim.seltsam@example.org").address
    active("olena@example.org")
    register.erase(kim, timezone.now())
    tombstones.write()
    Erasure.objects.all().delete()  # the older backup knows nothing of it …
    restored = active("kim.seltsam@example.org").address  # … but of Kim
    Address.objects.filter(pk=restored.pk).update(created_at=timezone.now() - timedelta(days=30))
    out = StringIO()
    call_command("reapply_erasures", stdout=out)
    assert out.getvalue() == "1 Personen noch einmal gelöscht.\n"
    assert "kim.seltsam" not in dump(db)
    assert list(Member.objects.values_list("address__email", flat=True)) == ["olena@example.org"]


def test_who_came_back_after_the_erasure_is_a_new_person() -> None:
    register.erase(active("kim@example.org").address, timezone.now())
    tombstones.write()
    active("kim@example.org")
    assert tombstones.reapply() == 0
    assert Member.objects.count() == 1


def test_the_file_beside_the_backups_holds_no_address_and_each_erasure_once(tmp_path) -> None:
    register.erase(active("kim@example.org").address, timezone.now())
    tombstones.write()
    tombstones.write()
    assert len(kept()) == 1
    assert "kim" not in tombstones.file().read_text()
    assert tombstones.file().stat().st_mode & 0o777 == 0o600


@pytest.mark.logs_errors
def test_a_folder_of_backups_that_is_away_spoils_no_erasure(settings, django_capture_on_commit_callbacks) -> None:
    """Kim hears that all is gone, as it is; the database keeps the tombstone until `daily` can write it down."""
    place, settings.BACKUP_DIR = settings.BACKUP_DIR, "/proc/away"
    hees = callers.enter("030 23125-118", Details(name="Frau Hees"), by="amt", proof="am Telefon")
    with django_capture_on_commit_callbacks(execute=True):
        my_data.erase(active("kim@example.org").address, objection=False)
    with django_capture_on_commit_callbacks(execute=True):
        my_data.erase_member(hees, objection=False)
    assert (Member.objects.count(), Erasure.objects.count()) == (0, 2)
    settings.BACKUP_DIR = place
    tombstones.write()
    assert len(kept()) == 2


def test_the_file_says_up_to_when_it_is_complete_even_if_nobody_was_ever_erased(time_machine) -> None:
    now = timezone.now()
    for moment in (now, now + timedelta(days=1)):
        time_machine.move_to(moment, tick=False)
        tombstones.write()
        assert tombstones.known_until(tombstones.file()) == moment
        assert kept() == []


def test_what_a_restore_repeats_does_not_make_the_file_more_complete(tmp_path: Path) -> None:
    """Else a second try, with the same file, would miss nobody."""
    register.erase(active("kim@example.org").address, timezone.now())
    assert reapply() == "0 Personen noch einmal gelöscht.\n"
    tombstones.add_from(tmp_path / "not there")
    assert len(kept()) == 1
    assert tombstones.known_until(tombstones.file()) is None


def test_a_tombstone_leaves_the_file_when_the_last_backup_of_its_time_is_gone(time_machine, tmp_path: Path) -> None:
    """One that is brought along counts whatever its age: the newest backup stays for ever."""
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    register.erase(active("kim@example.org").address, now)
    tombstones.write()
    [line] = kept()
    (tmp_path / "von dort.txt").write_text(f"{line}\n")
    for days, left in ((40, [line]), (41, [])):
        time_machine.move_to(now + timedelta(days=days), tick=False)
        register.expire(timezone.now())
        tombstones.write()
        assert kept() == left
    tombstones.add_from(tmp_path / "von dort.txt")
    assert kept() == [line]


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_another_erases_waits_and_misses_nobody() -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locks.take(Lock.TOMBSTONES)
            register.erase(active("kim@example.org").address, timezone.now())
            writing = pool.submit(closing_connections, tombstones.write)
            assert not wait([writing], timeout=0.5).done
        writing.result(20)
    assert len(kept()) == 1


@pytest.mark.parametrize("where", ["file", "database", "both"])
def test_it_does_not_matter_where_the_tombstone_is(where: str) -> None:
    """In the database too, for example when single tables were restored."""
    register.erase(active("kim@example.org").address, timezone.now())
    if where != "database":
        tombstones.write()
    if where == "file":
        Erasure.objects.all().delete()
    restored("kim@example.org")
    assert reapply() == "1 Personen noch einmal gelöscht.\n"
    assert (Member.objects.count(), Erasure.objects.count()) == (0, 1)
    assert len(kept()) == 1
    assert reapply() == "0 Personen noch einmal gelöscht.\n"


@pytest.mark.logs_errors
def test_one_person_who_cannot_be_erased_stops_none_of_the_others(monkeypatch) -> None:
    for email in ("anna@example.org", "kim@example.org", "olena@example.org"):
        register.erase(active(email).address, timezone.now())
        restored(email)
    erase = register.erase

    def fails(address: Address, *args: Any) -> None:
        if address.email == "kim@example.org":
            raise RuntimeError
        erase(address, *args)

    with monkeypatch.context() as patch:
        patch.setattr(register, "erase", fails)
        with pytest.raises(CommandError, match="2 Personen noch einmal gelöscht, 1 nicht"):
            reapply()
    assert Member.objects.get().address.email == "kim@example.org"
    assert reapply() == "1 Personen noch einmal gelöscht.\n"


@pytest.mark.parametrize("cut_off", ["a1b2", "a1b2 2026-11", "a1b2 2026-11-28", "a1b2 2026-11-28T10:00:00.123"])
def test_a_line_that_a_killed_writer_cut_off_spoils_no_other(cut_off: str) -> None:
    register.erase(active("kim@example.org").address, timezone.now())
    tombstones.write()
    with tombstones.file().open("a") as out:
        out.write(cut_off)
    register.erase(active("olena@example.org").address, timezone.now())
    tombstones.write()
    Erasure.objects.all().delete()
    restored("kim@example.org")
    restored("olena@example.org")
    assert reapply() == "2 Personen noch einmal gelöscht.\n"

"""Officers who click at the same moment (M-18). Beate and Ruth are invented."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from mailings import planning
from mailings.models import Delivery, Mailing
from members.models import Newsletter
from tests.database import limited
from tests.desk import logged, page
from tests.members.newsletters.test_pages import at, draft, seen, shown, told, words
from tests.members.people import active

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_twenty_posts_at_once_are_one_run_with_one_copy_each(settings) -> None:
    """M-18: two officers, ten windows each."""
    settings.DEMO = True
    for number in range(5):
        active(f"p{number}@example.org")
    newsletter = draft()
    officers = [User.objects.create_superuser(name) for name in ("beate", "ruth")]
    windows = [Client() for _ in range(20)]
    for number, window in enumerate(windows):
        window.force_login(officers[number % 2])

    def click(window: Client) -> int:
        try:
            return window.post(at(newsletter, "verschicken"), seen(newsletter)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(click, windows)) == [302] * 20
    assert Mailing.objects.count() == 1
    assert sorted(Delivery.objects.values_list("address__email", flat=True)) == [f"p{n}@example.org" for n in range(5)]
    assert len(logged()) == 1
    warned = [window for window in windows if "schon unterwegs" in page(window, at(newsletter, "verlauf"))]
    assert len(warned) == 19


def test_who_finds_it_in_somebody_elses_hands_is_told_so_and_loses_no_word(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    with ThreadPoolExecutor(1) as other, limited(lock_timeout=100):
        other.submit(_take, newsletter).result()
        try:
            answer = beate.post(at(newsletter, "change"), words(text="Mein Text", **shown(newsletter)))
            assert "Jemand anderes speichert hier gerade." in told(answer)
            assert "Mein Text" in told(answer)
            assert beate.post(at(newsletter, "verschicken"), seen(newsletter)).status_code == 302
            assert "schneller" in told(beate.post(at(newsletter, "loeschen"), follow=True))
            assert not Mailing.objects.exists()
        finally:
            other.submit(_let_go).result()


def _take(newsletter: Newsletter) -> None:
    connection.set_autocommit(False)
    planning.draft(newsletter)


def _let_go() -> None:
    connection.rollback()
    connection.close()

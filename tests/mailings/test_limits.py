"""Nobody can fill a stranger's mailbox with our mails (P-05)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from mailings import limits
from mailings.models import RateHit

pytestmark = pytest.mark.django_db


def ask(address: str, ip: str = "198.51.100.7", what: str = "join") -> limits.Verdict:
    """As the actions do: a refused mail is not counted."""
    with transaction.atomic():
        verdict = limits.allow(what, address, ip)
        if not verdict.allowed:
            transaction.set_rollback(True)
    return verdict


def test_a_thousand_requests_for_one_address_from_a_thousand_places_make_three_mails(time_machine) -> None:
    start = timezone.now()
    allowed = 0
    for number in range(1000):
        time_machine.move_to(start + timedelta(minutes=number * 1.4), tick=False)  # spread over 23 hours
        allowed += ask("kim@example.org", f"10.1.{number // 250}.{number % 250}").allowed
    assert allowed == 3


def test_once_in_ten_minutes_to_the_second(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    assert ask("kim@example.org").allowed
    time_machine.move_to(start + timedelta(minutes=9, seconds=59), tick=False)
    assert not ask("kim@example.org").allowed
    time_machine.move_to(start + timedelta(minutes=10), tick=False)
    assert ask("kim@example.org").allowed


def test_a_thousand_addresses_from_one_place_make_twenty_mails() -> None:
    assert sum(ask(f"p{number}@example.org").allowed for number in range(1000)) == 20


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("198.51.100.7", "198.51.100.8", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("", "nonsense", True),
    ],
)
def test_what_counts_as_one_place(first: str, second: str, same: bool) -> None:
    for number in range(20):
        assert ask(f"p{number}@example.org", first).allowed
    assert ask("one-more@example.org", second).allowed != same


def test_a_thousand_addresses_from_a_thousand_places_are_held_to_a_hundred_an_hour() -> None:
    due = sorted(ask(f"p{number}@example.org", f"10.2.{number // 250}.{number % 250}").due_at for number in range(1000))
    for first, hundred_later in zip(due, due[100:], strict=False):
        assert hundred_later - first >= timedelta(hours=1)
    assert due[99] - due[0] < timedelta(minutes=1)


def test_the_officers_can_see_that_mails_are_held() -> None:
    now = timezone.now()
    assert limits.held_since(now) is None
    for number in range(101):
        ask(f"p{number}@example.org", f"10.3.0.{number}")
    held = limits.held_since(timezone.now())
    assert held is not None
    assert held > now + timedelta(minutes=59)


def test_around_midnight_the_day_is_still_24_hours(time_machine) -> None:
    """The key changes at midnight UTC; the count goes on."""
    for moment in ("23T23:40", "23T23:51", "24T00:02"):
        time_machine.move_to(f"2026-11-{moment}:00+00:00", tick=False)
        assert ask("kim@example.org").allowed
    time_machine.move_to("2026-11-24T00:20:00+00:00", tick=False)
    assert not ask("kim@example.org").allowed
    time_machine.move_to("2026-11-24T23:40:01+00:00", tick=False)
    assert ask("kim@example.org").allowed


def test_asking_for_ones_data_does_not_use_up_joining() -> None:
    assert ask("kim@example.org", what="join").allowed
    assert ask("kim@example.org", what="my-data").allowed


def test_keys_tell_nobody_whose_they_are_and_are_gone_after_a_day(time_machine) -> None:
    ask("kim@example.org")
    kept = str(list(RateHit.objects.values_list("key", flat=True)))
    assert "kim" not in kept
    assert "198.51" not in kept
    limits.forget(timezone.now() + timedelta(hours=24, seconds=1))
    assert RateHit.objects.count() == 0

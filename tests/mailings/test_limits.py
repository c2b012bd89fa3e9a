"""Nobody can fill a stranger's mailbox with our mails, or everybody's queue (P-05, P-26, S-22)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from mailings import limits
from mailings.limits import ProofNeeded, Request, Turn
from mailings.models import RateHit
from tests import FULL
from tests.proofs import shrink, solve
from tests.statements import recorded

pytestmark = pytest.mark.django_db

# The short run asks for a fifth of everything.
SCALE = 1 if FULL else 5
HOUR, PLACE = limits.PER_KIND_HOUR // SCALE, limits.MAIL_NETWORKS[64] // SCALE
MANY = 1000 // SCALE


@pytest.fixture(autouse=True)
def _small_figures(monkeypatch) -> None:
    shrink(monkeypatch, SCALE)


def test_the_budgets_are_those_of_the_promise() -> None:
    assert (100, timedelta(hours=2)) == (HOUR * SCALE, limits.LONGEST_WAIT)
    assert {length: number * SCALE for length, number in limits.MAIL_NETWORKS.items()} == {
        64: 20, 56: 60, 48: 200, 32: 20, 24: 200,
    }  # fmt: skip


def ask(mailbox: str = "kim@example.org", ip: str = "198.51.100.7", kind: str = "join", **fields: str) -> Turn:
    return limits.take_turn(Request(kind, ip, mailbox=mailbox, **fields))


def goes(mailbox: str, ip: str = "198.51.100.7", **fields: str) -> bool:
    try:
        return ask(mailbox, ip, **fields).allowed
    except ProofNeeded:
        return False


def elsewhere(number: int) -> str:
    """A network that shares nothing with the others."""
    return f"2001:db8:{number:x}::1"


def with_proof(mailbox: str, ip: str, **fields: str) -> Turn:
    with pytest.raises(ProofNeeded) as needed:
        ask(mailbox, ip, **fields)
    return ask(mailbox, ip, proof=solve(needed.value.challenge), **fields)


@pytest.fixture
def clock(time_machine) -> Iterator[object]:
    """Stands at noon; `clock(minutes)` moves it from there."""
    noon = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
    time_machine.move_to(noon, tick=False)
    return lambda minutes: time_machine.move_to(noon + timedelta(minutes=minutes), tick=False)


def test_a_thousand_requests_for_one_address_from_a_thousand_places_make_three_mails(clock) -> None:
    allowed = 0
    for number in range(MANY):
        clock(number * 23 * 60 / MANY)  # spread over 23 hours
        allowed += ask("kim@example.org", elsewhere(number)).allowed
    assert allowed == 3


def test_one_mailbox_gets_three_mails_a_day_over_all_kinds(clock) -> None:
    allowed = []
    for number, kind in enumerate(["join", "my-data", "event", "offer-report", "join", "event"]):
        clock(number * 30)
        allowed.append(ask(kind=kind).allowed)
    assert allowed == [True, True, True, False, False, False]


def test_mails_of_different_kinds_to_one_mailbox_are_ten_minutes_apart(clock) -> None:
    start = timezone.now()
    due = [ask(kind=kind).due_at for kind in ("join", "my-data", "event")]
    assert [at - start for at in due] == [timedelta(), timedelta(minutes=10), timedelta(minutes=20)]


def test_the_same_mail_goes_once_in_ten_minutes_to_the_second_and_another_event_is_another_mail(clock) -> None:
    assert ask(about="7").allowed
    clock(10 - 1 / 60)
    assert not ask(about="7").allowed
    assert ask(about="8").allowed
    clock(10)
    assert ask(about="7").allowed


def test_who_keeps_asking_does_not_lock_the_mailbox(clock) -> None:
    for minute in range(60 // SCALE):
        clock(minute)
        ask("kim@example.org", elsewhere(minute))
    clock(24 * 60 + 60)
    assert ask().allowed


def test_a_thousand_addresses_from_one_place_make_twenty_mails_without_a_proof() -> None:
    assert sum(goes(f"p{number}@example.org") for number in range(MANY)) == PLACE


@pytest.mark.parametrize(
    ("one", "same", "other", "budget"),
    [
        ("2001:db8:1:100::{}", "2001:db8:1:100:ffff::1", "2001:db8:1:101::1", 20),
        ("2001:db8:1:1{:02x}::1", "2001:db8:1:1ff::1", "2001:db8:1:200::1", 60),
        ("2001:db8:1:{:x}00::1", "2001:db8:1:ff00::1", "2001:db8:2::1", 200),
        ("198.51.100.7", "198.51.100.7", "198.51.100.8", 20),
        ("198.51.100.{}", "198.51.100.254", "198.51.101.1", 200),
        ("::ffff:198.51.100.7", "198.51.100.7", "::ffff:198.51.100.8", 20),
        ("nonsense", "", "198.51.100.8", 20),
    ],
)
def test_what_counts_as_one_network(one: str, same: str, other: str, budget: int, clock) -> None:
    """P-05 and S-22: /64, /56 and /48, an IPv4 address and its /24; an IPv4 address written as IPv6 is the same."""
    for number in range(budget // SCALE):
        clock(number * 60 / HOUR)  # the hour of all has room
        assert goes(f"p{number}@example.org", one.format(number))
    assert not goes("one-more@example.org", same)
    assert goes("one-more@example.org", other)


def test_beyond_its_budget_a_network_computes_and_is_served_at_once(clock) -> None:
    for number in range(PLACE):
        ask(f"p{number}@example.org")
    turn = with_proof("kim@example.org", "198.51.100.7")
    assert (turn.allowed, turn.due_at, turn.overrun) == (True, timezone.now(), False)


def test_one_machine_that_computes_is_let_through_to_three_times_its_budget() -> None:
    for number in range(PLACE):
        ask(f"p{number}@example.org")
    turns = [with_proof(f"q{number}@example.org", "198.51.100.7") for number in range(2 * PLACE + 3)]
    assert [turn.overrun for turn in turns] == [False] * 2 * PLACE + [True] * 3


def test_a_refused_request_counts_nothing() -> None:
    for number in range(PLACE):
        ask(f"p{number}@example.org")
    before = RateHit.objects.count()
    assert not goes("kim@example.org")
    assert RateHit.objects.count() == before


def test_all_of_a_kind_are_held_to_a_hundred_an_hour_for_at_most_two_hours(clock) -> None:
    """P-05: whatever places they come from; beyond two hours a proof is asked for (S-22)."""
    start = timezone.now()
    due = [ask(f"p{number}@example.org", elsewhere(number)).due_at for number in range(3 * HOUR)]
    assert [due.count(start + timedelta(hours=hours)) for hours in range(3)] == [HOUR] * 3
    with pytest.raises(ProofNeeded, match=r"^Gerade kommen sehr viele Anfragen."):
        ask(ip=elsewhere(4000))
    assert with_proof("kim@example.org", elsewhere(5000)).due_at == start
    assert ask("kim@example.org", kind="my-data").due_at <= start + timedelta(minutes=10), "each kind by itself"


def test_botnets_with_processors_are_held_to_a_hundred_an_hour_too(clock) -> None:
    for number in range(3 * HOUR):
        ask(f"p{number}@example.org", elsewhere(number))
    turns = [with_proof(f"q{number}@example.org", elsewhere(1000 + number)) for number in range(3 * HOUR + 2)]
    waits = [turn.due_at - timezone.now() for turn in turns]
    assert [waits.count(timedelta(hours=hours)) for hours in range(3)][1:] == [HOUR] * 2
    assert [turn.overrun for turn in turns] == [False] * 3 * HOUR + [True] * 2


def test_the_officers_can_see_until_when_strangers_wait_and_clear_the_queue(clock) -> None:
    now = timezone.now()
    for number in range(HOUR + 1):
        ask(f"p{number}@example.org", elsewhere(number))
    assert limits.held_until(["join", "event"], now) == {"join": now + timedelta(hours=1)}
    limits.clear_queue("join", now)
    assert limits.held_until(["join", "event"], now) == {}
    assert ask(ip=elsewhere(5000)).due_at == now + timedelta(hours=1), "this hour's hundred have gone out"


def test_around_midnight_the_day_is_still_24_hours(time_machine) -> None:
    """The key changes at midnight UTC; the count goes on."""
    for moment in ("23T23:40", "23T23:51", "24T00:02"):
        time_machine.move_to(f"2026-11-{moment}:00+00:00", tick=False)
        assert ask().allowed
    time_machine.move_to("2026-11-24T00:20:00+00:00", tick=False)
    assert not ask().allowed
    time_machine.move_to("2026-11-24T23:40:01+00:00", tick=False)
    assert ask().allowed


def test_keys_tell_nobody_whose_they_are_and_are_gone_after_a_day() -> None:
    ask()
    kept = str(list(RateHit.objects.values_list("key", flat=True)))
    assert "kim" not in kept
    assert "198.51" not in kept
    limits.forget(timezone.now() + timedelta(hours=24, seconds=1))
    assert RateHit.objects.count() == 0


def test_a_free_and_a_full_mailbox_take_the_same_statements_and_leave_as_many_counts() -> None:
    seen = []
    for number in range(4):
        before = RateHit.objects.count()
        with recorded() as statements:
            ask(about=str(number))
        seen.append((statements, RateHit.objects.count() - before))
    assert seen == [seen[0]] * 4
    assert (len(seen[0][0]), seen[0][1]) == (4, 5)


def test_an_error_of_ours_gives_the_mailbox_its_try_back_and_nothing_else(clock) -> None:
    before = RateHit.objects.count()
    turn = ask()
    with pytest.raises(RuntimeError), limits.forgiving(turn):
        raise RuntimeError
    assert RateHit.objects.count() == before + 3
    assert ask().allowed


def test_a_count_cannot_be_undone_by_a_transaction_around_it() -> None:
    """P-26: that is what told members from others."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        ask()

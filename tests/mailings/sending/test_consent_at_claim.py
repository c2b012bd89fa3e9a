"""Members who have left get nothing more, however late they leave (M-04)."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from mailings.models import Address, Delivery
from mailings.sending import queue
from members import leaving, signup
from members.details import Details
from members.models import Member
from tests.mailings.sending.engine import (
    LETTER,
    PERSONAL,
    WorkerProcess,
    people,
    states,
    wait_until,
    wait_until_over,
    write_to,
)
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., WorkerProcess]


def members(count: int) -> list[str]:
    emails = people(count)
    signup.enter_all([(email, Details()) for email in emails], origin=Member.Origin.OFFICER, by="amt", proof="Blatt 1")
    return emails


def leave(email: str) -> str:
    """Leaves; the state in which that finds, and leaves, the person's copy."""
    assert leaving.leave(Address.objects.get(email=email), method="test")
    return Delivery.objects.get(address__email=email).state


@pytest.mark.slow
def test_of_a_thousand_two_hundred_leave_before_and_while_mail_goes_out(sink: Sink, start: Start) -> None:
    emails = members(1000)
    write_to(emails, LETTER)
    going = random.Random(4).sample(emails, 200)
    assert {leave(email) for email in going[:100]} == {"cancelled"}
    start(), start()
    late = {}
    for number, email in enumerate(going[100:]):
        sink.wait_for(min(number * 5, 600))
        late[email] = leave(email)
    wait_until_over()
    in_time = {*going[:100], *(email for email, state in late.items() if state == "cancelled")}
    assert len(in_time) > 100, "some were not in a worker's hands yet"
    assert set(sink.copies()) == set(emails) - in_time
    assert set(sink.copies().values()) == {1}
    cancelled = Delivery.objects.filter(state="cancelled")
    assert set(cancelled.values_list("address__email", "reason")) == {(email, "left") for email in in_time}
    assert states() == {"sent": 1000 - len(in_time), "cancelled": len(in_time)}


def test_leaving_while_a_worker_claims_leaves_the_record_true() -> None:
    """Leaving waits for the claim: the copy is in hand, and must not be called cancelled."""
    (email,) = members(1)
    write_to([email], LETTER)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert queue.claim(queue.new_lease())
            left = pool.submit(leave_and_hang_up, email)
            wait_until(waits_for_a_lock)
        assert left.result(10) == "sending"


def leave_and_hang_up(email: str) -> str:
    try:
        return leave(email)
    finally:
        connection.close()


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


def test_consent_is_asked_again_when_a_copy_is_claimed_again(sink: Sink, start: Start) -> None:
    """A copy in a worker's hands is not cancelled by leaving. If that worker dies, the next one asks again."""
    emails = members(10)
    write_to(emails, LETTER)
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(address__email=emails[3]).update(state="sending", lease="of the dead", leased_until=past)
    assert leave(emails[3]) == "sending"
    start("manage.py", "deliver_mail", "--once").wait()
    assert emails[3] not in sink.copies()
    delivery = Delivery.objects.get(address__email=emails[3])
    assert (delivery.state, delivery.reason) == ("cancelled", "left")
    assert states() == {"sent": 9, "cancelled": 1}


def test_personal_mail_reaches_those_who_left_and_a_bounce_stops_both(sink: Sink, start: Start) -> None:
    emails = members(8)
    stays, leaves, paused, bounced, complained, *_ = emails
    write_to(emails, LETTER)
    write_to(emails, PERSONAL)
    leaving.leave(Address.objects.get(email=leaves), method="test")
    Address.objects.filter(email=paused).update(paused_until=timezone.now() + timedelta(days=9))
    Address.objects.filter(email=bounced).update(bounced_at=timezone.now())
    Address.objects.filter(email=complained).update(complained_at=timezone.now())
    start("manage.py", "deliver_mail", "--once").wait()
    got = {email: sink.copies()[email] for email in (stays, leaves, paused, bounced, complained)}
    assert got == {stays: 2, leaves: 1, paused: 1, bounced: 0, complained: 1}
    cancelled = Delivery.objects.filter(state="cancelled").values_list("address__email", "mailing__kind", "reason")
    assert set(cancelled) == {
        (leaves, "list", "left"),
        (paused, "list", "paused"),
        (bounced, "list", "bounced"),
        (bounced, "personal", "bounced"),
        (complained, "list", "left"),
    }


def test_a_pause_that_is_over_stops_nothing(sink: Sink, start: Start) -> None:
    (email,) = members(1)
    Address.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    write_to([email], LETTER)
    start("manage.py", "deliver_mail", "--once").wait()
    assert sink.copies() == {email: 1}

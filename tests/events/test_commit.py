"""A mail belongs to the answer that causes it: both are there, or neither (M-10); dying workers lose nobody (D-06)."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from events import invitations, lifecycle
from events.answering import answers
from events.models import Capacity, Event, Reply, WaitingListEntry
from mailings.models import Address, Delivery, Mailing
from members.audience import Audience
from tests import FULL
from tests.events.meetings import invite, meeting, party, reply_of
from tests.mailings.sending.engine import let_leases_run_out, people, wait_until_over
from tests.mailings.sending.test_commit import FailsAfter, Power
from tests.mailings.sending.test_worker import Start, check_copies
from tests.members.people import active
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    models = [Address, Event, Capacity, Reply, WaitingListEntry, Mailing, Delivery]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


def two_families() -> Event:
    """Anna has the only place, Ben waits for it, Cem has not answered; nothing is left to be sent."""
    event = meeting(seats=1)
    anna, ben, _cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    active("dua@example.org")
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    return event


def comes(event: Event) -> None:
    answers.accept(reply_of(event, "cem@example.org"), party(1))


def cancels(event: Event) -> None:
    answers.decline(reply_of(event, "anna@example.org"))


def is_invited(event: Event) -> None:
    invitations.invite(event, Audience())


def is_called_off(event: Event) -> None:
    lifecycle.cancel(event)


@pytest.mark.parametrize(
    ("action", "mails"),
    [
        (comes, ["cem@example.org"]),
        (cancels, ["ben@example.org", "anna@example.org"]),
        (is_invited, ["dua@example.org"]),
        (is_called_off, ["anna@example.org", "ben@example.org"]),
    ],
)
def test_wherever_an_action_breaks_off_nothing_of_it_is_left(action: Callable[[Event], None], mails: list[str]) -> None:
    event = two_families()
    before = everything()
    statements = 0
    while True:
        try:
            with connection.execute_wrapper(FailsAfter(statements)):
                action(event)
            break
        except Power:
            statements += 1
            assert everything() == before
    assert statements >= 5, "it broke off after each of them"
    queued = Delivery.objects.filter(state="queued").order_by("pk")
    assert list(queued.values_list("address__email", flat=True)) == mails


@pytest.mark.slow
def test_a_worker_that_dies_while_a_cancellation_goes_out_loses_nobody(sink: Sink, start: Start) -> None:
    """D-06: everybody who comes hears of it, twice at most once per death, with the same Message-ID."""
    number = 200 if FULL else 40
    emails = people(number)
    Address.objects.bulk_create(Address(email=email) for email in emails)
    event = meeting()
    Reply.objects.bulk_create(
        Reply(event=event, address=found, state="yes", adults=1, seats=1) for found in Address.objects.all()
    )
    lifecycle.cancel(event)
    for share in (4, 2):
        worker = start()
        sink.wait_for(number // share)
        worker.kill()
        worker.wait()
    let_leases_run_out()
    worker = start()
    wait_until_over()
    worker.terminate()
    worker.wait()
    check_copies(sink, emails, most_duplicates=2)
    assert all("SEQUENCE:1" in calendar_of(message.data) for message in sink.messages)


def calendar_of(data: bytes) -> str:
    (entry,) = message_from_bytes(data, policy=default).iter_attachments()
    return entry.get_content()

"""A newsletter that is planned starts once, whoever else works at that moment (M-23). Beate is an invented officer."""

import re
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from mailings import planning
from mailings.models import Delivery, Mailing
from members.models import Newsletter
from members.newsletters import scheduling, writing
from tests.events.answering.test_seats_races import at_once
from tests.members.newsletters.test_pages import at, draft, seen, told
from tests.members.newsletters.test_scheduling import SEVEN, clock, newsletter_now, plan
from tests.members.people import active

__all__ = ["clock"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_crash_while_it_starts_loses_and_doubles_nothing(clock, monkeypatch) -> None:
    """The worker dies between the mailing and its mark at the newsletter."""
    active("kim@example.org")
    newsletter = draft()
    plan(newsletter)
    clock.move_to(SEVEN)
    with monkeypatch.context() as dying:
        dying.setattr(models.QuerySet, "update", _dies)
        with pytest.raises(SystemExit):
            scheduling.start_due()
    assert not Mailing.objects.exists()
    scheduling.start_due()
    scheduling.start_due()
    assert Delivery.objects.count() == 1


def _dies(*_args: object, **_fields: object) -> int:
    raise SystemExit


@pytest.mark.parametrize("locks", [True, False], ids=["as it is", "negative control: without the lock"])
def test_two_workers_start_it_once(monkeypatch, locks: bool) -> None:
    active("kim@example.org")
    newsletter = draft()
    plan(newsletter, timezone.now() + timedelta(seconds=1))
    Newsletter.objects.update(send_at=timezone.now())
    both_look = Barrier(2)
    recipients = writing.recipients

    def slow(of: Newsletter):
        if not locks:
            both_look.wait(10)
        return recipients(of)

    monkeypatch.setattr(writing, "recipients", slow)
    if not locks:
        monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **_options: self)
    start = partial(planning.start, Newsletter, newsletter.pk, scheduling.send)
    assert at_once([start, start]) == [None, None]
    assert Mailing.objects.count() == (1 if locks else 2)


def test_taken_back_or_started_but_never_both() -> None:
    active("kim@example.org")
    for _ in range(4):
        newsletter = draft()
        plan(newsletter, timezone.now())
        start = partial(planning.start, Newsletter, newsletter.pk, scheduling.send)
        _, error = at_once([start, partial(planning.take_back, newsletter)])
        send_at, started, _ = newsletter_now(newsletter)
        if started:
            assert isinstance(error, planning.AlreadySent)
        else:
            assert (error, send_at) == (None, None)
            scheduling.start_due()
            assert newsletter_now(newsletter)[1] is False


def test_two_officers_plan_it_once(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    as_seen = seen(newsletter) | {"when": "soon"}
    beate.post(at(newsletter, "verschicken"), as_seen)
    first = newsletter_now(newsletter)[0]
    again = told(beate.post(at(newsletter, "verschicken"), as_seen, follow=True))
    assert re.search(r"geht am .*, um .* Uhr hinaus. Holen Sie sie zurück", again)
    assert newsletter_now(newsletter)[0] == first
    with transaction.atomic(), pytest.raises(planning.Scheduled):
        planning.draft(newsletter)

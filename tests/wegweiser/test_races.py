"""Two runs of `daily` and two officers at the same moment: everything happens once (D-13, M-18)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kit import months
from mailings.models import Address, Delivery, Mailing
from tests import FULL
from tests.wegweiser.offers import HOUSE, checked
from wegweiser import topics
from wegweiser.checking import checks
from wegweiser.models import Check, Offer, Provider, Submission, Version
from wegweiser.reporting import reports

pytestmark = pytest.mark.django_db(transaction=True)

PROVIDERS = 1000 if FULL else 60


def at_once(number: int, action: Callable[[], Any]) -> list[Any]:
    """What each of so many threads got, or the exception it met."""
    start = Barrier(number)

    def run(_: int) -> Any:
        try:
            start.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def many_due(number: int) -> None:
    """Providers with an offer each, checked 13 months ago."""
    day = months.before(months.today(), 13)
    addresses = Address.objects.bulk_create(Address(email=f"haus{n}@example.org") for n in range(number))
    providers = Provider.objects.bulk_create(
        Provider(name=f"Haus {n}", address=address) for n, address in enumerate(addresses)
    )
    Offer.objects.bulk_create(
        Offer(
            slug=f"angebot-{n}",
            title=f"Angebot {n}",
            provider=each,
            state="published",
            published_on=day,
            checked_on=day,
        )
        for n, each in enumerate(providers)
    )


def test_two_daily_at_once_ask_every_provider_once() -> None:
    """D-13"""
    many_due(PROVIDERS)
    now = timezone.now()
    asked = at_once(2, lambda: checks.ask(now))
    assert sum(asked) == PROVIDERS
    assert Check.objects.count() == PROVIDERS
    assert Delivery.objects.count() == PROVIDERS
    assert Delivery.objects.values("address").distinct().count() == PROVIDERS


def test_two_daily_at_once_remind_once_and_take_offline_once() -> None:
    many_due(20)
    Check.objects.bulk_create(
        Check(provider=each, asked_at=timezone.now() - timedelta(weeks=4)) for each in Provider.objects.all()
    )
    now = timezone.now()
    assert sum(at_once(2, lambda: checks.remind(now))) == 20
    assert Delivery.objects.count() == 20
    Offer.objects.update(checked_on=months.before(months.today(), 19))
    assert sum(at_once(2, lambda: checks.take_down(now))) == 20
    assert Version.objects.count() == 20


def test_without_the_lock_the_second_would_ask_again() -> None:
    """The negative control: who looks before the other has written asks twice, and only the constraint refuses it."""
    many_due(1)
    looked = Barrier(2)

    def careless() -> None:
        with transaction.atomic():
            unasked = list(checks.unasked(timezone.now()))
            looked.wait()
            Check.objects.bulk_create(Check(provider=each) for each in unasked)

    met = at_once(2, careless)
    assert [type(each) for each in met if each] == [IntegrityError]
    assert "one_open_check" in str(next(filter(None, met)))


def test_ten_officers_publish_one_report_once() -> None:
    topics.ensure()
    submission = Submission.objects.create(
        address=Address.objects.create(email=HOUSE),
        fields={"title": "Nähcafé", "provider": "Haus Lindenweg", "topics": ["wohnen"], "description": "Nähen."},
        state="waiting",
        confirmed_at=timezone.now(),
    )
    results = at_once(10, lambda: reports.publish(submission, "beate", ask_yearly=True))
    assert sum(isinstance(result, Offer) for result in results) == 1
    assert sum(isinstance(result, reports.AlreadyDecided) for result in results) == 9
    assert Offer.objects.count() == 1
    assert Mailing.objects.count() == 1


def test_an_answer_and_the_end_of_eighteen_months_at_once_lose_nothing() -> None:
    kiste = checked(months.before(months.today(), 19))
    each = kiste.provider
    Check.objects.create(provider=each)
    at_once(2, lambda: checks.confirm(each, kiste))
    at_once(2, lambda: checks.take_down(timezone.now()))
    kiste.refresh_from_db()
    assert (kiste.state, kiste.checked_on) == ("published", months.today())

"""Rounds of the yearly question: their links, their end, their settings."""

from datetime import date

import pytest
from django.test import Client

from kit import months
from mailings.models import Address, Mailing
from tests.post import Post, link_in
from tests.wegweiser.checking.test_checks import CHECK, START, state
from tests.wegweiser.offers import checked, provider
from wegweiser import curation, personal_data
from wegweiser.checking import checks
from wegweiser.models import Check, Hint, Offer, Provider

pytestmark = pytest.mark.django_db


def test_another_address_gets_the_question_and_the_old_link_dies(client: Client, post: Post, on) -> None:
    kiste = checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    curation.set_check_address(kiste.provider, Address.objects.create(email="neu@lindenweg.example"))
    assert client.get(path).status_code == 404
    on(date(2027, 3, 3))
    assert [mail["To"] for mail in post.deliver()] == ["neu@lindenweg.example"]


def test_looking_at_the_link_answers_nothing(client: Client, post: Post, on) -> None:
    """M-03"""
    checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    for _ in range(5):
        client.get(path)
        client.head(path)
        client.get(f"{path}?antwort=weg&angebot=kleiderkiste")
        client.get(f"{path}aendern/?angebot=kleiderkiste")
    assert (state(), Offer.objects.get().checked_on) == ("published", START)
    assert not Hint.objects.exists()


def test_an_officer_who_checks_ends_the_round(post: Post, on) -> None:
    kiste = checked(START)
    on(date(2027, 3, 2))
    curation.checked_today(kiste, "beate")
    assert Check.objects.get().closed_at is not None
    post.deliver()
    on(date(2027, 3, 23))
    assert post.deliver() == []


def test_the_span_is_a_setting(post: Post, on, settings) -> None:
    settings.OFFER_CHECK_MONTHS = 6
    checked(START)
    on(date(2026, 9, 1))
    assert post.deliver() == []
    on(date(2026, 9, 2))
    assert len(post.deliver()) == 1


def test_an_erased_provider_is_asked_by_the_officers(client: Client, post: Post, on) -> None:
    checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    personal_data.erase(Address.objects.get())
    assert client.get(path).status_code == 404
    at = on(date(2027, 3, 24))
    assert post.deliver() == []
    assert checks.for_officers(at).count() == 1
    assert Provider.objects.get().address is None


def test_thirty_providers_one_mailing_one_copy_each(post: Post, on) -> None:
    """M-13"""
    for number in range(30):
        checked(START, f"angebot-{number}", provider=provider(f"Haus {number}", f"haus{number}@example.org"))
    on(date(2027, 3, 2))
    mails = post.deliver()
    assert len(mails) == 30
    assert len({mail["To"] for mail in mails}) == 30
    assert all(mail["Cc"] is None and mail["Bcc"] is None for mail in mails)
    assert Mailing.objects.count() == 1


def test_months_end_where_the_month_does() -> None:
    assert months.before(date(2027, 3, 31), 1) == date(2027, 2, 28)
    assert months.before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months.after(date(2026, 11, 30), 3) == date(2027, 2, 28)

"""Officers enter people. Kim and Olena are invented."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings.models import Address, Mailing
from members import leaving, signup
from members.details import Details, plausible_years
from members.models import Consent, Member
from tests.members.people import active, asked, request_of
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


def test_an_active_member_is_not_entered_again_and_no_empty_mailing_stays_behind() -> None:
    active("kim@example.org", name="Kim")
    with pytest.raises(Member.DoesNotExist):
        signup.enter("kim@example.org", Details(name="Anders"), origin="officer", by="beate")
    assert Member.objects.get().name == "Kim"
    assert not Mailing.objects.exists()


def test_members_are_locked_before_it_is_decided_who_is_active_already() -> None:
    with CaptureQueriesContext(connection) as queries:
        signup.enter("kim@example.org", Details(), origin="officer", by="beate", proof="Blatt 1")
    statements = [query["sql"] for query in queries]
    locking = next(number for number, sql in enumerate(statements) if "FOR UPDATE" in sql)
    writing = next(number for number, sql in enumerate(statements) if 'INSERT INTO "members_member"' in sql)
    assert 'INSERT INTO "mailings_address"' in statements[locking - 1]
    assert locking < writing
    assert '"state" = ' not in statements[locking]


def test_discretion_is_kept_for_an_address_that_is_known_already() -> None:
    kim = active("kim@example.org")
    leaving.leave(kim.address, method="Test")
    signup.enter("kim@example.org", Details(discreet=True), origin="officer", by="beate", proof="Blatt 2")
    assert Address.objects.get().discreet
    leaving.leave(kim.address, method="Test")
    signup.enter("kim@example.org", Details(discreet=False), origin="officer", by="beate", proof="Blatt 3")
    assert Address.objects.get().discreet


def test_the_proof_says_in_german_how_the_person_came() -> None:
    active("kim@example.org")
    assert Consent.objects.get().method == "Gleichstellungsstelle"


def test_who_has_not_confirmed_gets_the_link_once_more_but_not_twice_in_ten_minutes(post: Post, time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    kim = asked("kim@example.org", name="Kim", children_years=[2020])
    assert not signup.ask_again(kim, by="beate")
    time_machine.move_to(start + timedelta(minutes=10), tick=False)
    assert signup.ask_again(kim, by="beate")
    assert not signup.ask_again(kim, by="beate")
    kim.refresh_from_db()
    assert kim.confirm_until == start + timedelta(minutes=10, hours=72)
    assert request_of("kim@example.org").confirm_until == kim.confirm_until
    assert (kim.name, kim.origin) == ("", "form")
    first, second = post.deliver()
    assert text_of(first) == text_of(second)
    chain = list(Consent.objects.values_list("act", "method", "entered_by"))
    assert chain == [("asked", "POST /mitmachen/", ""), ("asked", "Verwaltung", "beate")]


def test_who_was_entered_by_an_officer_reads_that_again(post: Post, time_machine) -> None:
    olena = signup.enter("olena@example.org", Details(), origin="officer", by="beate")
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    assert signup.ask_again(olena, by="beate")
    first, second = post.deliver()
    assert "notiert" in text_of(second)
    assert text_of(first) == text_of(second)


def test_a_member_is_not_asked_again(time_machine) -> None:
    kim = active("kim@example.org")
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    assert not signup.ask_again(kim, by="beate")
    assert not Mailing.objects.exists()


def test_only_years_of_children_at_home_are_plausible() -> None:
    year = timezone.localdate().year
    assert plausible_years([year + 2, year + 1, 1970, year - 27, year - 28, year - 27]) == [year - 27, year + 1]


@pytest.mark.django_db(transaction=True)
def test_who_confirms_while_an_officer_enters_them_stays_a_member() -> None:
    """Kim's tap comes first and is not yet written down when the officer's entry begins."""
    asked("kim@example.org", name="Kim")
    refused: list[type[Exception]] = []

    def enter() -> None:
        try:
            signup.enter("kim@example.org", Details(name="Anders"), origin="officer", by="beate")
        except Member.DoesNotExist as error:
            refused.append(type(error))
        finally:
            connection.close()

    officer = threading.Thread(target=enter)
    with transaction.atomic():
        signup.confirm(request_of("kim@example.org"))
        officer.start()
        officer.join(timeout=0.5)
        assert officer.is_alive()
    officer.join()
    assert refused == [Member.DoesNotExist]
    assert list(Member.objects.values_list("name", "state")) == [("Kim", "active")]

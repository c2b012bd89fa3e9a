"""The officers look for somebody who rings. All people are invented."""

import pytest
from django.db import connection
from django.test import Client

from events.answering import answers
from events.answering.answers import Details
from events.models import Reply
from mailings.models import Address
from members import callers, signup
from members.details import Details as About
from members.lookup import search as member_search
from members.models import Member
from netzwerk.people import search
from tests.desk import page
from tests.events.meetings import household, invite, meeting, party
from tests.members.people import active
from tests.statements import recorded

pytestmark = pytest.mark.django_db

FIND = "/verwaltung/menschen/"


@pytest.fixture
def people() -> None:
    active("mueller-kim@example.org", name="Kim Müller")
    active("olena@example.org", name="Olena Weiß")
    callers.enter("030 23125-118", About(name="Frau Yıldız"), by="amt", proof="am Telefon")


def names(typed: str) -> list[str]:
    return [str(member) for member in search.find(typed, with_answers=True).members]


@pytest.mark.parametrize("typed", ["Müller", "mueller", "MÜLLER kim", "kim  mü", "mueller-kim@", "Kim"])
def test_a_name_is_found_as_officers_type_it(people: None, typed: str) -> None:
    assert names(member_search.wanted(typed)) == ["Kim Müller"]


@pytest.mark.parametrize("typed", ["030 23125-118", "+49 30 23125 118", "03023125118", "23125 118", "yildiz", "Yıldız"])
def test_a_caller_is_found_by_number_however_it_is_written(people: None, typed: str) -> None:
    assert names(typed) == ["Frau Yıldız"]


@pytest.mark.parametrize("typed", ["Müllerin", "kim olena", "0271 99999", "%", "_", "\\"])
def test_nobody_is_found_who_is_not_meant(people: None, typed: str) -> None:
    assert names(typed) == []


def test_the_number_of_an_answer_finds_the_member_and_those_who_are_none(people: None) -> None:
    event = meeting()
    kim, _olena = invite(event, "mueller-kim@example.org", "olena@example.org")
    answers.accept(kim, party(1), Details("", "Kim Müller", "030 23125-222"))
    answers.accept(household(event, "Gerd Lang"), party(2), Details("", "Gerd Lang", "030 23125-223"), by="amt")
    assert names("23125 222") == ["Kim Müller"]
    found = search.find("030 23125223", with_answers=True)
    assert (found.members, [reply.name for reply in found.others]) == ([], ["Gerd Lang"])
    assert [reply.name for reply in search.find("gerd", with_answers=True).others] == ["Gerd Lang"]
    assert search.find("gerd", with_answers=False).others == []
    assert search.find("23125 222", with_answers=False).members == []


def test_who_only_asked_for_the_link_of_a_meeting_is_not_named(people: None) -> None:
    Reply.objects.create(event=meeting(), name="Nora Sanft")
    assert search.find("nora", with_answers=True).number == 0


def test_one_hit_opens_the_person_and_several_are_a_list_that_leads_back(beate: Client, people: None) -> None:
    kim = Member.objects.get(name="Kim Müller")
    assert beate.get(FIND, {"q": "müller"})["Location"] == f"/verwaltung/mitglied/{kim.pk}/"
    shown = page(beate, f"{FIND}?q=e")
    assert f"/verwaltung/mitglied/{kim.pk}/?q=e" in shown
    assert "Zurück zu den Treffern für „e“" in page(beate, f"/verwaltung/mitglied/{kim.pk}/?q=e")
    assert "Niemand heißt so: „Zoë“" in page(beate, f"{FIND}?q=Zoë")
    assert beate.get(FIND, {"q": "ki\0m"}).status_code == 302


def test_the_list_of_members_searches_alike(beate: Client, people: None) -> None:
    shown = page(beate, "/verwaltung/members/member/?q=23125+118")
    assert "Frau Yıldız" in shown
    assert "Kim Müller" not in shown


def test_two_queries_find_somebody_and_each_way_uses_its_index(people: None) -> None:
    for typed in ("müller", "mueller 23125", "030 23125118"):
        with recorded() as statements:
            search.find(typed, with_answers=True)
        assert len(statements) == 2
    used = {
        "member_folded_name": member_search.found(Member.objects.all(), "müller"),
        "address_email_parts": Address.objects.filter(email__contains="mueller"),
        "member_phone_digits": member_search.found(Member.objects.all(), "23125118"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for index, rows in used.items():
            assert index in rows.explain(), index


@pytest.mark.proof
def test_a_hundred_thousand_members_are_searched_by_their_indexes() -> None:
    many = [(f"p{number}@example.org", About(name=f"Familie {number:06}")) for number in range(100_000)]
    signup.enter_all(many, origin="import", by="amt", proof="Blatt 1")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member; ANALYZE mailings_address")
    plan = member_search.found(Member.objects.all(), "012345").explain()
    assert "member_folded_name" in plan
    assert "address_email_parts" in plan
    assert names("familie 012345") == ["Familie 012345"]

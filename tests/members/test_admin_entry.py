"""An officer enters somebody who calls or comes by. Kim is invented."""

import pytest
from django.test import Client

from mailings import suppression
from mailings.models import Mailing, Suppression
from members import signup
from members.models import Consent, Member
from tests.desk import person_form
from tests.members.people import active, asked
from tests.post import Post

pytestmark = pytest.mark.django_db

ADD = "/verwaltung/members/member/add/"


def test_who_calls_is_asked_by_mail(beate: Client, post: Post) -> None:
    answer = beate.post(ADD, person_form(" Kim@Example.org", name="Kim", discreet="on", note="rief an"), follow=True)
    assert "bekommt jetzt eine Mail" in answer.content.decode()
    kim = Member.objects.select_related("address").get()
    assert (kim.state, kim.origin, kim.note, kim.address.discreet) == ("pending", "officer", "rief an", True)
    assert Consent.objects.get().entered_by == "beate"
    assert [mail["To"] for mail in post.deliver()] == ["kim@example.org"]


def test_who_signed_a_sheet_is_a_member_at_once(beate: Client) -> None:
    beate.post(ADD, person_form("kim@example.org", way="proof", proof="Blatt vom 3. März, Ordner 4"))
    assert Member.objects.get().state == "active"
    assert Consent.objects.get().proof == "Blatt vom 3. März, Ordner 4"
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (person_form("", name="Kim"), "Schreiben Sie hier die E-Mail-Adresse hinein."),
        (person_form("kim(at)example.org"), "Das @ fehlt"),
        (person_form("kim@example.org", way="proof"), "Schreiben Sie, wo die Einwilligung liegt."),
        (person_form("aktiv@example.org"), "Diese Adresse steht schon auf der Liste."),
        (person_form("gefragt@example.org"), "Unter dieser Adresse haben wir schon gefragt."),
        (person_form("gesperrt@example.org", way="proof", proof="Blatt 1"), "Nur die Person selbst kann das aufheben"),
        (person_form("kim@example.org", children_years="1899"), "Bitte nur Jahre von"),
    ],
)
def test_an_entry_that_cannot_be_says_why(beate: Client, fields: dict[str, object], words: str) -> None:
    active("aktiv@example.org")
    asked("gefragt@example.org")
    suppression.suppress("gesperrt@example.org", Suppression.Reason.OBJECTION)
    answer = beate.post(ADD, fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Member.objects.count() == 2


def test_a_double_click_enters_once_and_asks_once(beate: Client) -> None:
    beate.post(ADD, person_form("kim@example.org"))
    beate.post(ADD, person_form("kim@example.org"))
    assert (Member.objects.count(), Mailing.objects.count(), Consent.objects.count()) == (1, 1, 1)


def test_a_suppressed_person_may_be_asked_and_lifts_it_by_confirming(beate: Client) -> None:
    suppression.suppress("kim@example.org", Suppression.Reason.OBJECTION)
    beate.post(ADD, person_form("kim@example.org"))
    assert suppression.is_suppressed("kim@example.org")
    signup.confirm(Member.objects.get())
    assert not suppression.is_suppressed("kim@example.org")


def test_who_waits_for_confirmation_and_brings_the_sheet_is_a_member(beate: Client) -> None:
    asked("kim@example.org")
    beate.post(ADD, person_form("kim@example.org", way="proof", proof="Blatt 9"))
    assert Member.objects.get().state == "active"

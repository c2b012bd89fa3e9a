"""Leaving: one tap from every list mail, RFC 8058, and a day to take it back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mailings.models import Address, Delivery
from members import leaving, pauses
from members.models import Consent, Member
from tests.members.people import active, confirm_by_mail, form, newsletter
from tests.post import Post, leave_link_of
from tests.tallies import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(post: Post) -> str:
    """The unsubscribe address in a newsletter to Kim."""
    active("kim@example.org", name="Kim")
    with transaction.atomic():
        newsletter("kim@example.org")
    [mail] = post.deliver()
    return leave_link_of(mail)


def test_looking_changes_nothing_and_one_tap_leaves(client: Client, path: str) -> None:
    assert "Möchten Sie keine Mails mehr?" in client.get(path).content.decode()
    assert Member.objects.get().state == "active"
    answer = client.post(path, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Sie sind abgemeldet" in answer.content.decode()
    assert (Member.objects.get().state, Address.objects.get().list_mail) == ("left", False)
    assert list(Consent.objects.values_list("act", "method"))[-1] == ("withdrawn", "POST /abmelden/")


@pytest.mark.parametrize("behind", [")", ">", ").", ",", "%22", "%E2%80%9C", " "])
def test_what_stands_behind_a_link_does_not_break_it(client: Client, path: str, behind: str) -> None:
    assert "Möchten Sie keine Mails mehr?" in client.get(path + behind, follow=True).content.decode()
    lost = client.get(f"/antwort/12-abc/{behind}", follow=True)
    assert lost.status_code == 404
    assert "Dieser Link gilt nicht mehr" in lost.content.decode()
    assert "Diese Seite gibt es nicht" in client.get(f"/gibt-es-nicht/{behind}").content.decode()
    assert client.post(path + ")").status_code == 302
    assert Member.objects.get().state == "active", "a redirect acts on nothing"


@pytest.mark.parametrize("encoding", ["multipart/form-data", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("cookies", [True, False])
def test_one_click_answers_bare_200_ten_times_and_acts_once(encoding: str, cookies: bool, path: str) -> None:
    """M-02: no cookie, no CSRF token, no redirect; the effect is committed before the 200."""
    client = Client(enforce_csrf_checks=True)
    if cookies:
        client.get("/mitmachen/")
    for _ in range(10):
        if encoding == "multipart/form-data":
            answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        else:
            answer = client.post(path, "List-Unsubscribe=One-Click", content_type=encoding)
        assert (answer.status_code, answer.content, "Location" in answer) == (200, b"", False)
    assert Consent.objects.filter(act="withdrawn").count() == 1
    assert (counted("joined"), counted("left")) == (1, 1)


@pytest.mark.parametrize(
    "token", ["1-abc", "999999-AAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "1-äöü", "99999999999999999999-a", "0"]
)
def test_one_click_with_an_unknown_token_is_200_and_changes_nothing(token: str, client: Client, path: str) -> None:
    assert client.post(f"/abmelden/{token}/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.get(f"/abmelden/{token}/").status_code == 404
    assert client.post(f"/abmelden/{token}/").status_code == 404
    assert Member.objects.get().state == "active"


def test_what_waits_for_who_leaves_is_not_sent(client: Client, path: str, post: Post) -> None:
    with transaction.atomic():
        newsletter("kim@example.org")
    client.post(path)
    assert post.deliver() == []
    assert list(Delivery.objects.order_by("id").values_list("state", "reason")) == [("sent", ""), ("cancelled", "left")]


def test_taking_it_back_within_a_day(client: Client, path: str) -> None:
    client.post(path)
    assert "wieder anmelden" in client.get(path).content.decode()
    assert "Sie sind wieder dabei" in client.post(path, {"undo": "1"}, follow=True).content.decode()
    member = Member.objects.get()
    assert (member.state, member.name, Address.objects.get().list_mail) == ("active", "Kim", True)
    assert (counted("joined"), counted("left"), counted("returned")) == (1, 1, 1)


def test_after_a_complaint_it_takes_a_new_confirmation(client: Client, path: str) -> None:
    """Their provider stops our mail: "Sie sind wieder dabei" would be untrue."""
    client.post(path)
    Address.objects.update(complained_at=timezone.now())
    assert "wieder anmelden" not in client.get(path).content.decode()
    client.post(path, {"undo": "1"})
    assert (Member.objects.get().state, Address.objects.get().list_mail) == ("left", False)


def test_after_a_day_it_takes_a_new_confirmation(path: str, client: Client, time_machine) -> None:
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    client.post(path)
    address = Address.objects.get()
    time_machine.move_to(now + timedelta(hours=24, seconds=1), tick=False)
    assert not leaving.undo(address)
    assert "wieder anmelden" not in client.get(path).content.decode()
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    assert leaving.undo(address)


def test_leaving_kills_the_old_confirmation_link(client: Client, post: Post) -> None:
    client.post("/mitmachen/", form("kim@example.org"))
    confirm_by_mail(client, post, "kim@example.org")
    old = Member.objects.get().nonce
    leaving.leave(Address.objects.get(), "Test")
    assert Member.objects.get().nonce != old


def test_links_in_old_mails_survive_a_new_key(client: Client, path: str, settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("today", "months", "until"),
    [
        ("2026-11-23", 1, "2026-12-23T00:00:00+01:00"),
        ("2026-11-23", 3, "2027-02-23T00:00:00+01:00"),
        ("2026-10-23", 6, "2027-04-23T00:00:00+02:00"),
        ("2026-01-31", 1, "2026-02-28T00:00:00+01:00"),
        ("2027-08-31", 6, "2028-02-29T00:00:00+01:00"),
        ("2026-12-31", 1, "2027-01-31T00:00:00+01:00"),
    ],
)
def test_a_pause_ends_on_the_same_day_of_a_later_month(today: str, months: int, until: str, time_machine) -> None:
    time_machine.move_to(f"{today}T15:00:00+01:00", tick=False)
    address = active("kim@example.org").address
    assert timezone.localtime(pauses.pause(address, months)).isoformat() == until


def test_who_pauses_gets_no_newsletter_until_it_is_over(post: Post, time_machine) -> None:
    time_machine.move_to("2026-11-23T15:00:00+01:00", tick=False)
    address = active("kim@example.org").address
    pauses.pause(address, 1)
    sent = []
    for moment in ("2026-12-22T23:59:59+01:00", "2026-12-23T00:00:00+01:00"):
        time_machine.move_to(moment, tick=False)
        with transaction.atomic():
            newsletter("kim@example.org")
        sent.append(len(post.deliver()))
    assert sent == [0, 1]
    assert list(Delivery.objects.order_by("id").values_list("state", "reason")) == [
        ("cancelled", "paused"),
        ("sent", ""),
    ]

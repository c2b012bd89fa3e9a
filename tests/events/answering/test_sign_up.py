"""Answering without an invitation: the address first, no place before, the same for everybody (P-04, P-05)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.answering.form import LinkForm
from events.links import ANSWER
from events.models import Event, Reply
from mailings import suppression, tokens
from mailings.models import Address, Delivery, RateHit
from members.models import Member
from tests.events.meetings import invite, meeting, party, reply_of, taken
from tests.members.people import active, form
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> str:
    return f"/termine/{meeting(seats=5).slug}/anmelden/"


def typed(email: str, **fields: object) -> dict[str, object]:
    sent = form(email, LinkForm, **fields)
    del sent["consent"]
    return sent


def test_somebody_new_gets_a_link_and_no_place_before_the_answer(client: Client, post: Post, path: str) -> None:
    page = client.get(path).content.decode()
    assert "Erst wenn Sie über den Link antworten, sind Sie angemeldet." in page
    assert 'name="wants_list"' not in page
    client.post(path, typed("nora@example.org"))
    event = Event.objects.get()
    assert taken(event) == (0, 0)
    (mail,) = post.deliver()
    assert mail["Subject"].startswith("Ihre Antwort: ")
    sent = " ".join(client.get(f"{path}unterwegs/").content.decode().split())
    assert f"(post@netzwerk.example). Der Betreff ist: „{mail['Subject']}“." in sent
    answer = link_in(mail, "/antwort/")
    page = client.get(answer).content.decode()
    assert "Noch nicht gespeichert" in page
    assert 'name="wants_list"' in page
    assert not client.get(answer).context["form"]["wants_list"].value()
    client.post(answer, {"antwort": "ja", "adults": 1, **{f"children_{index}": 0 for index in range(5)}})
    nora = reply_of(event, "nora@example.org")
    assert (nora.state, nora.invited_at, nora.seats) == ("yes", None, 1)
    assert taken(event) == (1, 0)
    assert not Member.objects.exists(), "the list is a separate box"


def test_the_box_leads_to_a_mail_that_asks_to_confirm_the_list_once(client: Client, post: Post, path: str) -> None:
    client.post(path, typed("nora@example.org"))
    (mail,) = post.deliver()
    answer = link_in(mail, "/antwort/")
    sent = {"antwort": "ja", "adults": 1, "wants_list": "on", **{f"children_{index}": 0 for index in range(5)}}
    assert not Member.objects.exists()
    client.post(answer, sent)
    assert 'name="wants_list"' not in client.get(answer).content.decode()
    client.post(answer, sent | {"adults": 2})
    assert Member.objects.get().state == "pending"
    subjects = [mail["Subject"].partition(":")[0] for mail in post.deliver()]
    assert sorted(subjects) == ["Bitte bestätigen Sie Ihre Adresse", "Zusage", "Zusage"]


def test_somebody_who_cannot_come_may_be_invited_in_future(client: Client, post: Post, path: str) -> None:
    client.post(path, typed("nora@example.org"))
    (mail,) = post.deliver()
    client.post(link_in(mail, "/antwort/"), {"antwort": "nein", "name": "Nora", "wants_list": "on"})
    assert Member.objects.get().state == "pending"
    assert (
        sorted(mail["Subject"].partition(":")[0] for mail in post.deliver())[0] == "Bitte bestätigen Sie Ihre Adresse"
    )


def test_a_box_that_a_stranger_sends_along_wishes_nothing(client: Client, post: Post, path: str) -> None:
    """P-27: what is typed into a public form never becomes the mailbox' own wish."""
    client.post(path, typed("nora@example.org") | {"wants_list": "on"})
    (mail,) = post.deliver()
    client.post(link_in(mail, "/antwort/"), {"antwort": "nein"})
    assert not Member.objects.exists()


def test_the_way_to_the_waiting_list_says_so(client: Client) -> None:
    full = meeting(seats=2)
    (anna,) = invite(full, "anna@example.org")
    path = f"/termine/{full.slug}/anmelden/"
    assert "Auf die Warteliste" not in client.get(path).content.decode()
    answers.accept(anna, party(2))
    assert "Zurzeit sind alle Plätze vergeben." in client.get(path).content.decode()


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 404)])
def test_the_link_is_good_for_a_day(client: Client, post: Post, path: str, hours: int, status: int) -> None:
    client.post(path, typed("nora@example.org"))
    (mail,) = post.deliver()
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert client.get(link_in(mail, "/antwort/")).status_code == status


def test_nothing_that_was_typed_is_in_the_mail(client: Client, post: Post, path: str) -> None:
    """M-14: a stranger's form is no way to write to others."""
    client.post(path, typed("nora@example.org") | {"name": "MARKER", "remark": "MARKER"})
    (mail,) = post.deliver()
    assert b"MARKER" not in mail.as_bytes()


def test_somebody_who_did_not_ask_has_it_deleted_at_once(client: Client, post: Post, path: str) -> None:
    client.post(path, typed("nora@example.org"))
    (mail,) = post.deliver()
    answer = link_in(mail, "/antwort/")
    assert "Das war ich nicht" in client.get(answer).content.decode()
    for _ in range(2):  # a second click finds the same page
        assert "Danke, das ist gelöscht" in client.post(answer, {"verwerfen": "1"}, follow=True).content.decode()
    assert not Reply.objects.exists()
    assert client.get(answer).status_code == 404


@pytest.mark.parametrize("state", ["invited", "answered"])
def test_an_invitation_and_an_answer_are_not_thrown_away(state: str, client: Client, path: str) -> None:
    event = Event.objects.get()
    be(state, "kim@example.org", event)
    kim = reply_of(event, "kim@example.org")
    answer = f"/antwort/{tokens.make(ANSWER, kim.pk, kim.nonce)}/"
    assert "Das war ich nicht" not in client.get(answer).content.decode()
    client.post(answer, {"verwerfen": "1"})
    assert reply_of(event, "kim@example.org").state == kim.state


STATES = ["unknown", "member", "invited", "answered", "asked", "suppressed", "limited"]


def be(state: str, email: str, event: Event) -> None:
    if state in ("member", "invited", "answered"):
        active(email)
    if state in ("invited", "answered"):
        invite(event, email)
    if state == "answered":
        answers.accept(reply_of(event, email), party(2))
    if state == "asked":
        address = Address.objects.create(email=email)
        Reply.objects.create(event=event, address=address, asked_at=timezone.now() - timedelta(hours=2))
    if state == "suppressed":
        suppression.suppress(email, "objection")


def test_same_answer_and_statements_whatever_the_state_of_the_address(client: Client) -> None:
    event = meeting(seats=5)
    path = f"/termine/{event.slug}/anmelden/"
    seen = {}
    for state in STATES:
        email = f"{state}@example.org"
        be(state, email, event)
        if state == "limited":
            client.post(path, typed(email))
        statements: list[str] = []

        def note(execute, sql, params, many, context, statements=statements):
            if not re.match("(SAVEPOINT|RELEASE|ROLLBACK TO)", sql):
                statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = client.post(path, typed(email))
        page = client.get(answer.url).content
        headers = {name: value for name, value in answer.headers.items() if name != "Expires"}  # the clock
        seen[state] = (answer.status_code, answer.url, answer.content, headers, page, statements)
    for state in STATES[1:]:
        assert seen[state] == seen["unknown"], state


@pytest.mark.parametrize(("state", "mails"), [("unknown", 1), ("answered", 1), ("suppressed", 0), ("limited", 0)])
def test_what_differs_is_the_mail(client: Client, post: Post, state: str, mails: int) -> None:
    event = meeting(seats=5)
    path, email = f"/termine/{event.slug}/anmelden/", f"{state}@example.org"
    be(state, email, event)
    if state == "limited":
        client.post(path, typed(email))
    post.deliver()
    client.post(path, typed(email))
    assert len(post.deliver()) == mails
    assert (Address.objects.filter(email=email).exists()) == (state != "suppressed")


def test_an_answer_that_stands_is_not_touched_by_asking_again(client: Client, post: Post) -> None:
    event = meeting(seats=5)
    path = f"/termine/{event.slug}/anmelden/"
    be("answered", "kim@example.org", event)
    before = Reply.objects.values().get()
    client.post(path, typed("kim@example.org"))
    assert Reply.objects.values().get() == before


@pytest.mark.slow
def test_a_thousand_askings_send_three_mails_to_one_address(client: Client, path: str) -> None:
    for number in range(40):
        with time_machine.travel(timezone.now() + timedelta(minutes=11 * number)):
            client.post(path, typed("nora@example.org"), REMOTE_ADDR=f"198.51.100.{number}")
    assert Delivery.objects.count() == 3
    assert RateHit.objects.exists()


@pytest.mark.parametrize("what", ["homepage", "fast", "email"])
def test_bots_and_typos_are_told_what_to_do(client: Client, path: str, what: str) -> None:
    wrong = {"homepage": {"homepage": "http://spam.example"}, "fast": {"seen": ""}, "email": {"email": "nora@"}}
    answer = client.post(path, typed("nora@example.org") | wrong[what])
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Delivery.objects.exists()


def test_after_the_deadline_the_way_leads_back_to_the_event(client: Client, path: str) -> None:
    with time_machine.travel(Event.objects.get().answer_by + timedelta(seconds=1)):
        assert client.get(path).url == path.removesuffix("anmelden/")


def test_a_draft_has_no_way_in(client: Client, path: str) -> None:
    Event.objects.update(state=Event.State.DRAFT)
    assert client.get(path).status_code == 404


def test_no_mail_of_an_event_tells_anything_on_a_lock_screen(client: Client, post: Post, path: str) -> None:
    """M-15: sender and subject say a day, and nothing else."""
    client.post(path, typed("nora@example.org"))
    event = Event.objects.get()
    Event.objects.update(title="Trennung und Unterhalt für Alleinerziehende")
    (kim,) = invite(Event.objects.get(), "kim@example.org")
    answers.accept(kim, party(1))
    telling = re.compile("alleinerzieh|trennung|scheidung|gewalt|unterhalt", re.IGNORECASE)
    for mail in post.deliver():
        assert not telling.search(f"{mail['Subject']} {mail['From']} {mail['List-Id']}")
        for part in mail.iter_attachments():
            assert not telling.search(part.get_filename() + part.get_content())
        assert text_of(mail).count(settings.SITE_URL) >= 4
    assert event.slug

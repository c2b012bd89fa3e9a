"""Hidden places: who learns them, where and when (P-24a). A stranger with a second mail address must not find a family.

Stine signs up on the web without an invitation, Uwe too, and an officer says yes to him. Mia is a member who was
invited, Tom is a member who calls and is entered by an officer. The families and the place are invented.
"""

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events import approvals, lifecycle, place, reminders
from events.answering import answers, phone_answers
from events.answering.answers import Details
from events.models import Capacity, Event, Reply
from events.place import Told
from mailings.models import Address, Delivery
from tests.events.answering.test_answer_page import filled
from tests.events.answering.test_sign_up import typed
from tests.events.meetings import invite, meeting, party, reply_of
from tests.mailings.copies import html_of
from tests.members.people import active
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db

PLACE, ADDRESS, LINK = "Bürgertreff am Park", "Parkweg 3, Siegen", "https://video.example/raum-7"
SECRETS = ("Bürgertreff", "Parkweg", "video.example")
STINE, UWE, MIA, TOM = (f"{name}@example.org" for name in ("stine", "uwe", "mia", "tom"))
PUBLIC = "public"
APPROVED, DAY_BEFORE = Event.PlaceForOthers.APPROVED, Event.PlaceForOthers.DAY_BEFORE
# Where each of them meets the place once all have said yes; the negative control shows it to all but the public.
KNOW = {STINE: False, UWE: True, MIA: True, TOM: True, PUBLIC: False}


@pytest.fixture
def event() -> Event:
    return hidden_meeting()


def hidden_meeting() -> Event:
    return meeting(seats=20, days=20, hide_place=True, online_link=LINK, place=PLACE, address=ADDRESS)


def shows(text: str) -> bool:
    """Whether place, address and link stand there: all of them, or none."""
    found = [secret in text for secret in SECRETS]
    assert all(found) or not any(found), f"half a secret: {dict(zip(SECRETS, found, strict=True))}"
    return all(found)


def said(mail: EmailMessage) -> list[bool]:
    """Whether a mail shows the place: as text, as HTML, and as calendar entry if it has one."""
    entries = [Calendar.from_ical(part.get_content()).events[0] for part in mail.iter_attachments()]
    return [shows(text_of(mail)), shows(html_of(mail)), *(_entry_shows(entry) for entry in entries)]


def _entry_shows(entry: object) -> bool:
    return shows(f"{entry.get('location', '')} {entry.get('description', '')}")  # type: ignore[attr-defined]


def sign_up(client: Client, post: Post, event: Event, email: str, **who: object) -> str:
    """Signs up on the web, and says yes on the page behind the link; returns its path."""
    client.post(f"/termine/{event.slug}/anmelden/", typed(email))
    post.deliver()
    assert said(post.to(email)) == [False, False]
    path = link_in(post.to(email), "/antwort/")
    assert not shows(client.get(path).content.decode())
    assert client.post(path, filled(client, path, **who)).status_code == 302
    return path


def sign_up_quietly(event: Event, email: str) -> Reply:
    reply = Reply.objects.create(event=event, address=active(email).address)
    return answers.accept(reply, party(1))


def everybody_comes(client: Client, post: Post, event: Event) -> dict[str, str]:
    """All four say yes in their way. Returns the paths of their pages."""
    tom = active(TOM)
    Reply.objects.create(event=event, address=active(MIA).address, invited_at=timezone.now())
    paths = {STINE: sign_up(client, post, event, STINE), UWE: sign_up(client, post, event, UWE)}
    answers.accept(reply_of(event, MIA), party(1))
    phone_answers.enter_member(event, tom, party(1), Details(), "beate", wait_for_childcare=False)
    post.deliver()
    paths |= {email: link_in(post.to(email), "/antwort/") for email in (MIA, TOM)}
    approvals.approve(event, reply_of(event, UWE).pk)
    return paths


@dataclass
class Seen:
    """What each of them was shown, by name and means; filled by the walk below."""

    shown: dict[tuple[str, str], bool]

    def mails(self, name: str, post: Post) -> None:
        for mail in post.deliver():
            for means, found in zip(("text", "html", "ics"), said(mail), strict=False):
                self.shown[mail["To"], f"{name} {means}"] = found


def walk(client: Client, post: Post, event: Event) -> Seen:
    """Opens everything that could show the place, and causes every kind of mail, after all have said yes."""
    paths = everybody_comes(client, post, event)
    seen = Seen({})
    seen.mails("place", post)
    for email, path in paths.items():
        seen.shown[email, "page"] = shows(client.get(path).content.decode())
        entry = client.get(f"{path.partition('?')[0]}termin.ics").content.replace(b"\r\n ", b"").decode()
        seen.shown[email, "page's entry"] = shows(entry.replace("\\,", ","))
    for path in ("", "termin.ics", "anmelden/"):
        seen.shown[PUBLIC, path or "page"] = shows(client.get(f"/termine/{event.slug}/{path}").content.decode())
    for path in ("/termine/", "/termine/kalender.ics", "/termine/feed/", "/"):
        seen.shown[PUBLIC, path] = shows(client.get(path).content.decode())
    full = answers.accept(Reply.objects.create(event=event, name="Gerd"), party(6, *[8] * 9), by="amt")
    for email in paths:
        answers.accept(reply_of(event, email), party(3))
    seen.mails("waiting_for_more", post)
    answers.decline(full, by="amt")
    seen.mails("moved_up", post)
    Event.objects.filter(pk=event.pk).update(begins_at=event.begins_at + timedelta(minutes=30))
    lifecycle.tell(event, "Wir fangen später an.")
    seen.mails("changed", post)
    with time_machine.travel(event.begins_at - timedelta(days=2) + timedelta(hours=1), tick=False):
        reminders.send(timezone.now())
        seen.mails("reminder", post)
    return seen


MAILS = ("waiting_for_more", "moved_up", "changed", "reminder")


def test_everything_shows_the_place_to_those_who_may_know_it_and_to_nobody_else(
    client: Client, post: Post, event: Event
) -> None:
    shown = walk(client, post, event).shown
    assert {(who, means): found for (who, means), found in shown.items() if found != KNOW[who]} == {}
    met = {(who, means.split()[0]) for who, means in shown if means.split()[0] in MAILS}
    assert met == {(who, name) for who in (STINE, UWE, MIA, TOM) for name in MAILS}, "each got each kind of mail"
    assert len(shown) == 8 + 7 + 3 + 4 * 3 * len(MAILS)


def test_control_under_the_old_rule_a_throw_away_address_learns_it_at_once(
    client: Client, post: Post, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = lambda event, reply, now: Told.NOW if reply and reply.state == "yes" else Told.WITH_YES  # noqa: E731 - the rule as it was, in one line
    monkeypatch.setattr(place, "told", old)
    path = sign_up(client, post, event, STINE)
    (mail,) = post.deliver()
    assert said(mail) == [True] * 3
    assert shows(client.get(path).content.decode())


@pytest.mark.parametrize("rule", [APPROVED, DAY_BEFORE])
@pytest.mark.parametrize("days", [20, 1])
@pytest.mark.parametrize("hidden", [True, False])
def test_page_and_database_agree_on_who_knows_it(hidden: bool, days: int, rule: str) -> None:
    """`place.told` and `place.told_in_sql` are one rule."""
    now = timezone.now()
    event = meeting(days=days, hide_place=hidden, place_for_others=rule, online_link=LINK)
    numbers = {"yes": {"adults": 1, "seats": 1}}
    for state in Reply.State.values:
        for invited_at in (None, now):
            for told_at in (None, now):
                Reply.objects.create(
                    event=event, state=state, invited_at=invited_at, place_told_at=told_at, **numbers.get(state, {})
                )
    groups = place.by_told(event, event.replies.all(), now)
    assert sum(replies.count() for _, replies in groups) == 20
    for expected, replies in groups:
        assert {place.told(event, reply, now) for reply in replies} == {expected}


def test_no_mail_before_the_answer_shows_the_place(client: Client, post: Post, event: Event) -> None:
    """Invited, asked once more, on the waiting list; on the page of the mail in a discreet mailbox neither."""
    Capacity.objects.update(total=1, seat_limit=1)
    answers.accept(Reply.objects.create(event=event, name="Gerd"), party(1), by="amt")
    mia, tom = invite(event, MIA, TOM)
    Address.objects.filter(email=MIA).update(discreet=True)
    answers.accept(tom, party(1))
    Event.objects.update(last_call_on=timezone.localdate() + timedelta(days=2))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        reminders.send(timezone.now())
        mails = post.deliver()
    assert sorted(each.mailing.template for each in Delivery.objects.all()) == [
        "events/invitation", "events/invitation", "events/last_call", "events/waiting",
    ]  # fmt: skip
    assert [found for mail in mails for found in said(mail)] == [False] * 8
    for each in Delivery.objects.select_related("mailing"):
        assert not shows(each.mailing.source + each.mailing.text + each.mailing.html + each.mailing.calendar)
    assert mia.event == event

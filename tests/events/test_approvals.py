"""A hidden place is told on the day before, by itself and once (P-24a, D-13). Stine is invented."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import approvals, reminders
from events.models import Event
from mailings.models import Delivery
from tests.events.answering.test_answer_page import filled
from tests.events.answering.test_sign_up import typed
from tests.events.meetings import meeting
from tests.events.test_hidden_place import DAY_BEFORE, LINK, STINE, said, shows, sign_up, sign_up_quietly
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow() -> Event:
    """It begins at 10 in the morning, in twenty days; the place is told on the day before."""
    begins_at = (timezone.localtime() + timedelta(days=20)).replace(hour=10, minute=0, second=0, microsecond=0)
    return meeting(
        begins_at=begins_at, answer_by=begins_at, hide_place=True, place_for_others=DAY_BEFORE, online_link=LINK
    )


def at_midnight_before(event: Event) -> timedelta:
    begins = timezone.localtime(event.begins_at)
    return timedelta(days=1, hours=begins.hour)


def test_on_the_day_before_it_comes_by_itself_and_once(client: Client, post: Post, tomorrow: Event) -> None:
    path = sign_up(client, post, tomorrow, STINE)
    (mail,) = post.deliver()
    assert "Ort und Link schicken wir Ihnen am Tag vorher per Mail." in text_of(mail)
    moment = tomorrow.begins_at - at_midnight_before(tomorrow)
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        reminders.send(timezone.now())
        assert [said(mail) for mail in post.deliver()] == [[False] * 3], "the reminder says when it comes"
        assert not shows(client.get(path).content.decode())
    with time_machine.travel(moment, tick=False):
        for _ in range(2):
            reminders.send(timezone.now())
        (mail,) = post.deliver()
        assert (mail["Subject"].partition(":")[0], said(mail)) == ("Der Ort", [True] * 3)
        assert shows(client.get(path).content.decode())


def test_a_day_that_was_missed_sends_one_mail_not_two(post: Post, tomorrow: Event) -> None:
    sign_up_quietly(tomorrow, STINE)
    post.deliver()
    with time_machine.travel(tomorrow.begins_at - timedelta(hours=3), tick=False):
        reminders.send(timezone.now())
        assert [mail["Subject"].partition(":")[0] for mail in post.deliver()] == ["Der Ort"]


def test_who_signs_up_on_that_day_reads_it_in_the_answer_and_gets_no_second_mail(
    client: Client, post: Post, tomorrow: Event
) -> None:
    with time_machine.travel(tomorrow.begins_at - timedelta(hours=20)):
        client.post(f"/termine/{tomorrow.slug}/anmelden/", typed(STINE))
        post.deliver()
        path = link_in(post.to(STINE), "/antwort/")
        client.post(path, filled(client, path))
        (mail,) = post.deliver()
        assert (mail["Subject"].partition(":")[0], said(mail)) == ("Zusage", [True] * 3)
        reminders.send(timezone.now())
        assert post.deliver() == []


def test_a_place_that_is_not_fixed_yet_is_not_announced(post: Post, tomorrow: Event) -> None:
    Event.objects.update(place="", address="", online_link="")
    sign_up_quietly(tomorrow, STINE)
    post.deliver()
    with time_machine.travel(tomorrow.begins_at - timedelta(hours=3), tick=False):
        approvals.tell_due(timezone.now())
        assert post.deliver() == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_it_once(post: Post, tomorrow: Event) -> None:
    for number in range(5):
        sign_up_quietly(tomorrow, f"p{number}@example.org")
    before = Delivery.objects.count()
    at_once([lambda: approvals.tell_due(tomorrow.begins_at - timedelta(hours=3))] * 4)
    assert Delivery.objects.count() == before + 5


def at_once(actions: list[Callable[[], None]]) -> None:
    def run(action: Callable[[], None]) -> None:
        try:
            action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(run, actions))

"""The waiting list on the desk: its order, and officers who move it up after the deadline."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.models import Event
from tests.desk import page
from tests.events.desk.test_answers import waiting_event
from tests.events.desk.test_event_forms import at, told
from tests.post import Post

pytestmark = pytest.mark.django_db


def test_the_line_stands_in_order_and_moves_by_itself_until_the_deadline(beate: Client) -> None:
    event, [anna, *_] = waiting_event()
    shown = page(beate, at(event, "warteliste"))
    assert re.findall(r"(ben|cem)@example.org", shown) == ["ben", "cem"]
    assert "rückt die erste Familie, die passt, von selbst nach" in shown
    assert "Nachrücken lassen" not in shown
    answers.decline(anna)
    shown = page(beate, at(event, "warteliste"))
    assert re.findall(r"(ben|cem)@example.org", shown) == ["ben"]
    assert "Frei: 0 Plätze." in shown


def test_after_the_deadline_an_officer_moves_the_line_on_once(beate: Client, post: Post) -> None:
    event, [anna, ben, cem, dua] = waiting_event()
    Event.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    assert "Nachrücken lassen" not in page(beate, at(event, "warteliste"))  # nobody fits
    answers.decline(anna, by="amt")
    assert answers.read(cem.pk).state == "waiting"
    post.deliver()
    assert "Nachrücken lassen" in page(beate, at(event, "warteliste"))
    answer = beate.post(at(event, "warteliste/nachruecken"), follow=True)
    assert "2 Familien von der Warteliste haben jetzt Platz" in told(answer)
    assert "bitte anrufen: Dua (030 231258)" in told(answer)
    assert [answers.read(reply.pk).state for reply in (ben, cem, dua)] == ["waiting", "yes", "yes"]
    assert [mail["To"] for mail in post.deliver()] == ["cem@example.org"]
    answer = beate.post(at(event, "warteliste/nachruecken"), follow=True)
    assert "Gerade passt niemand" in told(answer)
    assert post.deliver() == []


def test_once_it_has_begun_nobody_moves_up(beate: Client) -> None:
    event, [_anna, ben, *_] = waiting_event()
    past = timezone.now() - timedelta(minutes=1)
    Event.objects.update(answer_by=past, begins_at=past)
    event.capacity.refresh_from_db()
    beate.post(at(event, "warteliste/nachruecken"))
    assert answers.read(ben.pk).state == "waiting"

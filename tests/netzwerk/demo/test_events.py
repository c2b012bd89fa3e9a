"""The demo's events: what really was, what comes, and answers in every state."""

import pytest
from django.test import Client
from django.utils import timezone

from events.counting import Numbers, States, numbers
from events.models import Event
from mailings.models import Delivery
from netzwerk.demo import events, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _made() -> None:
    people.people()
    assert events.events()
    assert events.events() == []


def test_five_were_and_their_numbers_add_up() -> None:
    past = list(Event.objects.public().past(timezone.now()).select_related("capacity"))
    assert [event.slug for event in past] == [
        "2022-02-22-online-treffen", "2019-07-06-ausflug", "2018-12-08-vortrag", "2018-11-17-vortrag",
        "2017-04-01-treffen",
    ]  # fmt: skip
    for event in past:
        kept = numbers(event)
        assert kept.adults >= kept.invited.yes + kept.unasked.yes
        assert event.came_adults <= kept.adults
        assert event.came_children <= sum(kept.children)
        assert kept.childcare_seats <= event.capacity.childcare_total
        assert event.capacity.total is None or kept.seats <= event.capacity.total


def test_three_come_with_answers_in_every_state_and_a_draft_is_nowhere_to_be_seen(client: Client) -> None:
    first, second, third = Event.objects.public().upcoming(timezone.now())
    assert numbers(first) == Numbers(
        invited=States(yes=6, no=3, waiting=2, cancelled=1, unanswered=15),
        unasked=States(yes=2),
        adults=8, children=[1, 4, 5, 3, 0], childcare=[1, 4, 3, 0, 0],
    )  # fmt: skip
    assert (first.capacity.free, first.capacity.childcare_free) == (0, 0)
    assert line(first) == ["Aylin Demir", "Marek Zieliński", "Jonas Krämer"]
    assert first.replies.get(name="Aylin Demir").state == "yes"
    assert first.replies.get(name="Frau Hartmann").address is None
    assert (second.asks_for_offers, numbers(second).invited.yes) == (True, 1)
    assert (third.is_online, third.capacity.seats, third.capacity.free) == (True, 4, 0)
    assert line(third) == ["Frau Öztürk", "Anna-Lena Roth"]
    [draft] = Event.objects.filter(state="draft")
    page = client.get("/termine/").content.decode()
    assert (third.title in page, draft.title in page) == (True, False)
    assert client.get(f"/termine/{draft.slug}/").status_code == 404


def line(event: Event) -> list[str]:
    return [entry.reply.name for entry in event.waiting_list.order_by("since")]


def test_one_mail_of_each_kind_is_left_for_the_postbox() -> None:
    waiting = Delivery.objects.filter(state="queued", mailing__template__startswith="events/")
    letters = sorted(waiting.values_list("mailing__template", flat=True))
    assert letters == [
        "events/answer_link", "events/invitation", "events/not_coming", "events/waiting", "events/waiting_for_more",
        "events/yes",
    ]  # fmt: skip

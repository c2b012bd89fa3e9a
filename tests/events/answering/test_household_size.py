"""A household takes at most eight seats by itself; the officers may enter more. Kim's family is invented."""

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from events.answering import answers
from events.answering.answers import MOST_SEATS, Party, TooMany
from events.models import Reply, WaitingListEntry
from tests.events.answering.test_answer_page import filled, link
from tests.events.desk.test_answers import said
from tests.events.desk.test_event_forms import at, told
from tests.events.meetings import household, invite, meeting, party, reply_of, taken
from tests.post import Post

pytestmark = pytest.mark.django_db

KIM = "kim@example.org"
SENTENCE = f"Für mehr als acht Personen rufen Sie uns bitte an: {settings.CONTACT_PHONE}. Gespeichert ist noch nichts."


def test_eight_come_by_two_taps_and_nine_are_asked_to_call_with_everything_kept(client: Client, post: Post) -> None:
    event = meeting(seats=45)
    invite(event, KIM)
    path = link(post, KIM)
    answer = client.post(path, filled(client, path, adults=2, children_2=7, remark="Wir bringen Kuchen mit."))
    assert answer.status_code == 200
    assert SENTENCE in told(answer)
    assert "Das hat noch nicht geklappt" in told(answer)
    form = answer.context["form"]
    assert (form["adults"].value(), form["children_2"].value()) == ("2", "7")
    assert "Wir bringen Kuchen mit." in told(answer)
    assert (reply_of(event, KIM).state, taken(event)) == ("open", (0, 0))
    assert client.post(path, filled(client, path, adults=2, children_2=6)).status_code == 302
    assert (reply_of(event, KIM).seats, taken(event)) == (8, (8, 0))
    assert client.post(path, filled(client, path, adults=6, children_2=9, children_3=9)).status_code == 200
    assert taken(event) == (8, 0)


def test_nobody_waits_for_more_than_eight_either(client: Client, post: Post) -> None:
    event = meeting(seats=1)
    answers.accept(household(event, "Gerd"), party(1), by="amt")
    invite(event, KIM)
    path = link(post, KIM)
    assert SENTENCE in told(client.post(path, filled(client, path, adults=2, children_2=7)))
    assert not WaitingListEntry.objects.exists()
    client.post(path, filled(client, path, adults=2, children_2=6))
    assert WaitingListEntry.objects.get().seats == 8


def test_who_cannot_come_is_not_asked_how_many(client: Client, post: Post) -> None:
    event = meeting(seats=45)
    invite(event, KIM)
    path = link(post, KIM)
    client.post(path, filled(client, path, antwort="nein", adults=6, children_2=9))
    assert reply_of(event, KIM).state == "no"


def test_the_officers_enter_more_and_the_family_keeps_it_or_takes_less(
    client: Client, beate: Client, post: Post
) -> None:
    event = meeting(seats=45)
    (kim,) = invite(event, KIM)
    path = link(post, KIM)
    sent = said(2, *[7] * 9, name="Kim", antwort="ja")
    assert beate.post(at(event, f"antworten/{kim.pk}"), sent).status_code == 302
    assert reply_of(event, KIM).seats == 11
    answers_from_the_page = [(2, 9, 302, 11), (3, 9, 200, 11), (1, 9, 302, 10), (2, 9, 200, 10), (1, 7, 302, 8)]
    for adults, children, status, seats in answers_from_the_page:
        answer = client.post(path, filled(client, path, adults=adults, children_2=children))
        assert (answer.status_code, reply_of(event, KIM).seats) == (status, seats), (adults, children)
    assert client.post(path, filled(client, path, adults=2, children_2=7)).status_code == 200
    assert taken(event) == (8, 0)


@given(
    has=st.integers(0, 51),
    waits=st.integers(0, 46),
    adults=st.integers(1, answers.MOST_ADULTS),
    children=st.lists(st.integers(0, answers.MOST_CHILDREN), min_size=5, max_size=5),
)
def test_what_a_household_may_take_is_eight_or_what_it_has(
    has: int, waits: int, adults: int, children: list[int]
) -> None:
    reply = Reply(seats=has, adults=min(has, 6), children=_spread(has - min(has, 6)))
    if waits:
        reply.waiting_list_entry = WaitingListEntry(seats=waits, adults=1, children=_spread(waits - 1))
    asked = Party(adults, children).seats
    assert answers.most_seats(reply) == max(8, has, _seats(answers.wanted(reply)))
    assert (asked <= answers.most_seats(reply)) == (asked <= 8 or asked <= has or asked <= waits)


@pytest.mark.parametrize(("children", "fits"), [(7, True), (8, False)])
@pytest.mark.parametrize("by", ["", "amt"])
def test_the_rule_holds_at_its_edge_for_everybody_but_officers(children: int, fits: bool, by: str) -> None:
    event = meeting(seats=45)
    (kim,) = invite(event, KIM)
    if fits or by:
        assert answers.accept(kim, party(1, *[8] * children), by=by).seats == 1 + children
    else:
        with pytest.raises(TooMany):
            answers.accept(kim, party(1, *[8] * children))
        assert taken(event) == (0, 0)


def test_control_without_the_rule_one_household_takes_forty_of_forty_five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_SEATS", 99)
    event = meeting(seats=45)
    (kim,) = invite(event, KIM)
    answers.accept(kim, Party(4, [0, 9, 9, 9, 9]))
    assert taken(event) == (40, 0)
    assert MOST_SEATS == 8


def _spread(number: int) -> list[int]:
    """So many children over the age bands, at most nine in each."""
    return [max(0, min(9, number - 9 * band)) for band in range(5)]


def _seats(asked: Party | None) -> int:
    return asked.seats if asked else 0

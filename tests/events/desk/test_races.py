"""An officer changes an event while families answer it and another officer has it in hand (D-01, D-05)."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from events import editing
from events.answering import answers
from events.models import Event, Reply
from mailings.models import Mailing
from tests.database import limited
from tests.events.desk.test_event_forms import again, at, told
from tests.events.desk.test_inviting import SEND, seen
from tests.events.meetings import household, meeting, party, taken
from tests.members.people import active

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_places_are_changed_while_families_answer(settings) -> None:
    """Nobody is refused by a deadlock, nobody waits beside a free place, and the numbers are right in the end."""
    settings.DEMO = True
    event = meeting(seats=2)
    families = [household(event, f"Familie {number}") for number in range(12)]
    officer = User.objects.create_superuser("beate")
    windows = [Client() for _ in range(4)]
    for window in windows:
        window.force_login(officer)
    capacities = count(3)

    def answer(reply: Reply) -> int:
        try:
            answers.accept(reply, party(1), by="amt")
            return 302
        finally:
            connection.close()

    def save(window: Client) -> int:
        try:
            statuses = [window.post(at(event), again(event, capacity=next(capacities))).status_code for _ in range(3)]
            return max(statuses)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        saved = [pool.submit(save, window) for window in windows]
        answered = [pool.submit(answer, reply) for reply in families]
        assert {each.result() for each in answered} == {302}
        assert {each.result() for each in saved} <= {200, 302}
    seats, _care = taken(event)
    coming, waiting = (Reply.objects.filter(state=state).count() for state in ("yes", "waiting"))
    assert coming + waiting == 12
    assert coming == seats == min(12, event.capacity.seat_limit or 0)
    assert event.waiting_list.count() == waiting


def test_who_finds_it_in_somebody_elses_hands_is_told_so_and_loses_no_word(beate: Client) -> None:
    active("anna@example.org")
    event, draft = meeting(), meeting(state="draft")
    forms = again(event, text="Mein Text"), seen(event)
    with ThreadPoolExecutor(1) as other, limited(lock_timeout=100):
        other.submit(_take, event, draft).result()
        try:
            answer = beate.post(at(event), forms[0])
            assert "Jemand anderes speichert hier gerade." in told(answer)
            assert "Mein Text" in told(answer)
            assert beate.post(at(event, SEND), forms[1]).status_code == 302
            assert "schneller" in told(beate.post(at(draft, "loeschen"), follow=True))
            assert not Mailing.objects.exists()
        finally:
            other.submit(_let_go).result()
    assert Event.objects.count() == 2


def _take(*events: Event) -> None:
    connection.set_autocommit(False)
    for event in events:
        editing.locked(event)


def _let_go() -> None:
    connection.rollback()
    connection.close()

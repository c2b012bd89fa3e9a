"""A tick that was not taken is said at once: whoever keeps the door counts on it. All families are invented."""

import pytest
from django.test import Client

from events.answering import answers
from events.models import Event, Reply
from tests.desk import page
from tests.events.desk.test_door import at, breakfast, now
from tests.pressing import form_of, press

pytestmark = pytest.mark.django_db


def test_a_tick_that_is_not_taken_says_why(beate: Client) -> None:
    """Anna's family cancels while the list lies open, and then the whole event is cancelled."""
    event = breakfast()
    now(event)
    shown = page(beate, at(event, "tuer"))
    path, sent = form_of(shown, "Da: Ärmel, Anna")

    def refusal() -> str:
        return str(beate.post(path, sent, headers={"accept": "application/json"}).json()["refusal"])

    answers.withdraw(Reply.objects.get(name="Ärmel, Anna").pk)
    assert "Die Familie hat inzwischen abgesagt." in refusal()
    assert "Die Familie hat inzwischen abgesagt." in press(beate, shown, "Da: Ärmel, Anna")
    Event.objects.update(state=Event.State.CANCELLED)
    assert "Hier können Sie gerade nicht abhaken." in refusal()
    assert not Reply.objects.came().exists()

"""What waits about events is told in full, however much stands before it and however far away it is (R-01).

Rita is an officer, Mika helps at the door; the families are invented.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from events.answering import answers
from events.models import Event, EventMail, Reply
from mailings.sending import run_control
from netzwerk import alerts
from netzwerk.accounts import roles
from netzwerk.alert import Urgency
from tests.desk import page
from tests.events.meetings import address, invite, meeting, party
from tests.members.people import asked, newsletter
from tests.netzwerk.accounts.officers import desk_of, officer, rita

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]

HEUTE = "/verwaltung/"


@pytest.fixture(autouse=True)
def _at_noon(settings, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    settings.DEMO = True


def whats_of(event: Event) -> list[str]:
    return [str(alert) for alert in alerts.now() if alert.url.startswith(f"/verwaltung/events/event/{event.pk}/")]


def test_many_past_events_hide_neither_the_list_of_today_nor_a_missing_place() -> None:
    """Nobody has entered how many came to sixty meetings."""
    for _ in range(60):
        meeting(days=-9)
    today, tomorrow = meeting(days=0.25), meeting(days=1, place="", address="")
    assert whats_of(today) == ["0 Familien kommen heute"]
    assert whats_of(tomorrow) == ["1 Treffen hat noch keinen Ort"]
    assert "Liste für die Tür" in page(desk_of(officer("Mika Wald", roles.DOOR)), HEUTE)


def test_a_family_that_waits_is_told_however_far_away_the_event_is() -> None:
    event = meeting(days=40, seats=2)
    for reply in invite(event, "anna@example.org", "ben@example.org"):
        answers.accept(reply, party(2))
    assert whats_of(event) == ["1 Familie wartet auf einen Platz"]
    assert [alert.urgency for alert in alerts.now()] == [Urgency.LATER]
    Event.objects.update(answer_by=timezone.now() + timedelta(days=9))
    assert [alert.urgency for alert in alerts.now()] == [Urgency.WEEK]
    assert "alle Familien haben Bescheid" not in page(desk_of(rita()), HEUTE)


def test_a_family_that_waits_for_the_hidden_place_is_told_however_far_away_the_event_is() -> None:
    event = meeting(days=40, hide_place=True, place_for_others=Event.PlaceForOthers.APPROVED)
    asked("stine@example.org")
    Reply.objects.create(event=event, address=address("stine@example.org"), state="yes", adults=1, seats=1)
    assert whats_of(event) == ["1 Familie kennt den Ort noch nicht"]


def test_a_far_event_for_which_no_family_waits_can_wait() -> None:
    event = meeting(days=40)
    draft = meeting(days=40, state="draft")
    assert whats_of(event) == whats_of(draft) == []


def test_held_thanks_are_told_after_the_event_and_held_invitations_are_not() -> None:
    """Both mails went out with "Anhalten"; the invitation is of no use any more."""
    event = meeting(days=-1, came_adults=1, came_children=0)
    asked("anna@example.org")
    with transaction.atomic():
        thanks, invitation = newsletter("anna@example.org"), newsletter("anna@example.org")
        event.mailings.add(thanks, invitation)
        EventMail.objects.create(event=event, subject="Danke", text="Schön.", thanks=True, mailing=thanks)
        for run in (thanks, invitation):
            run_control.hold(run)
    held = [alert.url for alert in alerts.now() if "angehalten" in alert.what]
    assert held == [reverse("admin:event_run", args=[event.pk, thanks.pk])]

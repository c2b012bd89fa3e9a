""" "Heute": who calls, and the next events (R-01). Beate is an invented officer, Mika helps at the door."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.desk import next_events
from events.models import Event
from netzwerk.accounts import roles
from tests.desk import page
from tests.events.meetings import invite, meeting, party
from tests.members.people import active
from tests.netzwerk.accounts.officers import said
from tests.pressing import form_of

pytestmark = pytest.mark.django_db
HEUTE = "/verwaltung/"


def test_who_calls_is_found_from_the_first_page(beate: Client) -> None:
    active("kim@example.org", name="Kim Winter")
    active("lea@example.org", name="Lea Sommer")
    path, sent = form_of(page(beate, HEUTE), "Suchen", q="winter")
    found = beate.get(path, sent, follow=True).content.decode()
    assert "kim@example.org" in found
    assert "lea@example.org" not in found


def test_the_next_events_with_their_seats(beate: Client, time_machine) -> None:
    """Anna comes with a child in care, Ben waits, Cem has not answered, Dua declines. What is over or cancelled is not
    there, and of four that come only three.
    """
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    breakfast = meeting(days=12, seats=3, care=2, title="Frühstück")
    anna, ben, _cem, dua = invite(breakfast, *(f"{name}@example.org" for name in ("anna", "ben", "cem", "dua")))
    answers.accept(anna, party(1, 4, care=1))
    answers.accept(ben, party(2))
    answers.decline(dua)
    meeting(days=-1, title="Gestern")
    meeting(days=5, state="cancelled", title="Abgesagt")
    meeting(days=1, state="draft", title="Vortrag")
    meeting(days=40, title="Waldtag")
    meeting(days=50, title="Sommerfest")
    shown = said(page(beate, HEUTE).partition("Nächste Treffen")[2].partition("Alles")[0])
    assert shown == (
        "Dienstag 24. November Vortrag morgen, noch ein Entwurf "
        "Samstag 5. Dezember Frühstück in 12 Tagen 1 hat noch nicht geantwortet "
        "Plätze 2 von 3 Kinderbetreuung 1 von 2 1 Familie wartet "
        "Samstag 2. Januar Waldtag in 40 Tagen"
    )


def test_the_door_sees_only_events_of_its_days_and_cannot_look_for_people(settings, time_machine) -> None:
    time_machine.move_to("2026-12-04T12:00:00+01:00", tick=False)
    settings.DEMO = True
    mika, client = User.objects.create_user("mika", is_staff=True), Client()
    mika.groups.add(Group.objects.get(name=roles.DOOR))
    client.force_login(mika)
    meeting(days=1, title="Frühstück")
    meeting(days=9, title="Waldtag")
    shown = page(client, HEUTE)
    assert "Frühstück" in shown
    assert "Waldtag" not in shown
    assert "Wer ruft an?" not in shown


def test_one_query_for_the_events_however_many_families(django_assert_num_queries) -> None:
    for number in range(5):
        invite(meeting(seats=9), *(f"p{number}-{person}@example.org" for person in range(6)))
    with django_assert_num_queries(1):
        found = next_events.coming(Event.objects.select_related("capacity"), timezone.now())
    assert [each.unanswered for each in found] == [6, 12, 18]

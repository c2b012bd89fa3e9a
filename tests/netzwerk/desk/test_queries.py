"""The officers' pages ask the database the same number of questions, however many people there are (R-01, R-02)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Event, Reply
from members import callers
from members.details import Details
from members.models import Member
from tests.netzwerk.desk import crowd

pytestmark = pytest.mark.django_db

LONGEST = 40_000  # of PostgreSQL's units: about 200 ms


def pages(event: Event) -> dict[str, str]:
    """What officers open every day, with a person in the middle of the crowd."""
    kim, coming = Member.objects.get(name="Kim Sommer"), Reply.objects.filter(event=event, state="yes").latest("pk")
    at = f"/verwaltung/events/event/{event.pk}/"
    return {
        "Heute": "/verwaltung/",
        "a person": f"/verwaltung/mitglied/{kim.pk}/",
        "who comes": f"/verwaltung/mitglied/{Member.objects.get(address=coming.address).pk}/",
        "search by name": "/verwaltung/menschen/?q=familie",
        "search by number": "/verwaltung/menschen/?q=030+23125",
        "members": "/verwaltung/members/member/",
        "members found": "/verwaltung/members/member/?q=familie",
        "members without e-mail": "/verwaltung/members/member/?post=ohne",
        "newsletters": "/verwaltung/members/newsletter/",
        "events": "/verwaltung/events/event/",
        "overview": f"{at}ueberblick/",
        "answers": f"{at}antworten/",
        "door": f"{at}tuer/",
        "calls": f"{at}anrufen/",
        "who rings": f"{at}eintragen/?suche=familie",
    }


def asked_by(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200, path
    return [query["sql"] for query in queries]


def test_a_larger_crowd_costs_no_more_queries(beate: Client) -> None:
    event = crowd.gather(20)
    crowd.write_to_all()
    few = {name: len(asked_by(beate, path)) for name, path in pages(event).items()}
    grow(event)
    assert {name: len(asked_by(beate, path)) for name, path in pages(event).items()} == few
    assert max(few.values()) <= 34


def grow(event: Event) -> None:
    """All who are asked come, one more has to be called, and there are more events and newsletters."""
    callers.enter("030 23125-118", Details(name="Frau Hees"), by="amt", proof="am Telefon")
    Reply.objects.filter(event=event).update(state="yes", adults=1, seats=1)
    crowd.fill_the_past(5)
    crowd.write_to_all()


@pytest.mark.proof
def test_with_100000_members_no_page_asks_a_long_question(beate: Client) -> None:
    event = crowd.gather()
    crowd.write_to_all()
    crowd.fill_the_past()
    crowd.analyse()
    found = {}
    for name, path in pages(event).items():
        statements = asked_by(beate, path)
        assert len(statements) <= 34, name
        # What strangers' requests wait for is bounded by limits (mailings.limits), though the planner does not know it.
        reads = [sql for sql in statements if sql.startswith("SELECT") and '"mailing__request"' not in sql]
        found |= {(name, sql): price for sql in reads if (price := crowd.cost(sql)) > LONGEST}
    assert found == {}

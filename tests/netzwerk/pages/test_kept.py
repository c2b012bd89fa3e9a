"""Finished public pages are kept in memory, and never shown once anything has been written since."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.answering import seats
from netzwerk.pages import kept
from tests.events.meetings import meeting
from tests.members.people import asked
from tests.netzwerk.test_addresses import personal_paths
from tests.wegweiser.offers import offer
from wegweiser import curation
from wegweiser.models import Offer
from wegweiser.search import index

pytestmark = pytest.mark.django_db(transaction=True)

OFFER = "/wegweiser/kleiderkiste/"
TOPIC = "/wegweiser/thema/wohnen/"
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}


@pytest.fixture
def client(client: Client, time_machine) -> Client:
    """Within one span of time."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    return client


def seen(client: Client, path: str, **headers: Any) -> str:
    answer = client.get(path, **headers)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, path: str, **headers: Any) -> int:
    with CaptureQueriesContext(connection) as asked_for:
        seen(client, path, **headers)
    return len(asked_for)


@pytest.mark.parametrize("path", ["/", "/termine/", "/wegweiser/", TOPIC, OFFER, "event"])
def test_the_third_visitor_costs_nothing_but_the_question_whether_anything_was_written(
    path: str, client: Client, monkeypatch
) -> None:
    """The first teaches that such a page can be kept, the second keeps it. Here nothing is written, though other tests
    may run beside this one.
    """
    monkeypatch.setattr(kept, "snapshot", lambda: "1:1:")
    offer()
    event = meeting()
    path = f"/termine/{event.slug}/" if path == "event" else path
    first, second = seen(client, path), seen(client, path)
    assert queries(client, path) == 0
    assert first == second == seen(client, path)


def warm(client: Client, *paths: str) -> None:
    for path in paths:
        for _ in range(3):
            client.get(path)


def test_an_offer_that_is_withdrawn_is_gone_at_the_next_look(client: Client) -> None:
    kiste = offer()
    index.refresh(timezone.now())
    warm(client, OFFER, TOPIC)
    assert "Kleiderkiste" in seen(client, TOPIC)
    assert curation.archive(kiste, "beate")
    assert client.get(OFFER).status_code == 410
    assert "Kleiderkiste" not in seen(client, TOPIC)


def test_the_last_seat_that_is_taken_shows_at_the_next_look(client: Client) -> None:
    event = meeting(seats=2)
    path = f"/termine/{event.slug}/"
    warm(client, path)
    assert "Warteliste" not in seen(client, path)
    assert seats.take(event, 2, 0)
    assert "Warteliste" in seen(client, path)


def test_control_with_a_snapshot_that_stands_still_the_old_page_would_be_shown(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(kept, "snapshot", lambda: "1:1:")
    kiste = offer()
    warm(client, OFFER)
    assert curation.archive(kiste, "beate")
    assert client.get(OFFER).status_code == 200


def test_what_another_transaction_writes_shows_when_it_is_committed(client: Client) -> None:
    """Begun before the page was kept, and by another connection."""
    offer()
    written, go_on = threading.Event(), threading.Event()

    def officer() -> None:
        with transaction.atomic():
            Offer.objects.update(title="Spielzeugkiste")
            written.set()
            assert go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=officer)
    thread.start()
    assert written.wait(20)
    warm(client, OFFER)
    before = seen(client, OFFER)
    go_on.set()
    thread.join()
    assert "Spielzeugkiste" not in before
    assert "Spielzeugkiste" in seen(client, OFFER)


def test_inside_a_transaction_of_ours_nothing_kept_is_shown(client: Client) -> None:
    offer()
    warm(client, OFFER)
    with transaction.atomic():
        Offer.objects.update(title="Spielzeugkiste")
        assert "Spielzeugkiste" in seen(client, OFFER)


def test_what_is_said_of_the_hour_is_ten_seconds_old_at_most(client: Client, time_machine) -> None:
    event = meeting(days=1)
    warm(client, "/")
    assert event.title in seen(client, "/")
    time_machine.move_to(event.ends_at + timedelta(seconds=1), tick=False)
    assert event.title not in seen(client, "/")


@pytest.mark.logs_errors
def test_each_visitor_gets_the_page_that_was_meant(client: Client) -> None:
    """The way back to the hits, compression and the host are no one else's."""
    offer()
    hits = {"HTTP_REFERER": f"http://testserver{TOPIC}", "HTTP_HOST": "testserver"}
    for _ in range(3):
        assert "Zurück zu den Treffern" not in seen(client, OFFER, HTTP_HOST="testserver")
        assert "Zurück zu den Treffern" in seen(client, OFFER, **hits)
        assert client.get(OFFER, **GZIP)["Content-Encoding"] == "gzip"
        assert client.get(OFFER, HTTP_ACCEPT_ENCODING="gzip, br")["Content-Encoding"] == "br"
        assert "Content-Encoding" not in client.get(OFFER)
    assert client.get(OFFER, HTTP_HOST="boese.example").status_code == 400


def test_who_has_the_page_is_told_so_in_a_few_bytes(client: Client) -> None:
    offer()
    for _ in range(3):
        page = client.get(OFFER, **GZIP)
        assert page["Cache-Control"] == "no-cache"
        again = client.get(OFFER, **GZIP, HTTP_IF_NONE_MATCH=page["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert "Content-Security-Policy" in again
    Offer.objects.update(title="Spielzeugkiste")
    assert client.get(OFFER, **GZIP, HTTP_IF_NONE_MATCH=page["ETag"]).status_code == 200


def test_no_form_no_personal_page_and_nothing_of_the_desk_is_kept(client: Client, beate: Client) -> None:
    offer()
    personal = personal_paths(asked("ayse@example.org"))
    forms = ["/mitmachen/", "/meine-daten/", "/barrierefreiheit/melden/", f"{OFFER}hinweis/"]
    for path in [*personal, *forms, "/verwaltung/", "/gibt-es-nicht/"]:
        for _ in range(2):
            assert "ETag" not in beate.get(path), path


def test_the_answer_to_a_question_is_not_kept(client: Client) -> None:
    offer()
    index.refresh(timezone.now())
    warm(client, "/wegweiser/", "/wegweiser/?q=kleidung")
    assert "Kleiderkiste" in seen(client, "/wegweiser/?q=kleidung")
    assert queries(client, "/wegweiser/?q=kleidung") > 1

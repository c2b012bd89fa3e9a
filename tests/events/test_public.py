"""What anybody sees of events: everything about the meeting, nothing about people or secrets."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events import answers, changes
from events.models import Event
from tests.events.meetings import berlin, invite, meeting, party

pytestmark = pytest.mark.django_db

TELLING = re.compile("alleinerzieh|trennung|scheidung|gewalt|unterhalt|sorgerecht", re.IGNORECASE)


@pytest.fixture
def event() -> Event:
    return meeting(
        seats=10,
        care=5,
        slug="2026-12-05-advent",
        begins_at=berlin("2026-12-05 15:00"),
        title="Trennung & Unterhalt <gut> geklärt",
        summary="Kurz und klar.",
        text="**Kuchen** gibt es auch.\n\n<script>alert(1)</script>",
        host="Frau Beispiel",
        online_link="https://video.example/raum-7",
        childcare_bands=[1, 2],
    )


def test_the_list_says_what_comes_and_what_was(client: Client, event: Event) -> None:
    old = meeting(begins_at=timezone.now() - timedelta(days=400), title="Waldspaziergang")
    meeting(state=Event.State.DRAFT, title="Noch geheim")
    page = client.get("/termine/").content.decode()
    assert "Trennung &amp; Unterhalt &lt;gut&gt; geklärt" in page
    assert "mit Kinderbetreuung" in page
    assert f"/termine/{old.slug}/" in page
    assert "Noch geheim" not in page
    assert not client.cookies


def test_an_event_has_a_page_with_all_that_anybody_may_know(client: Client, event: Event) -> None:
    page = client.get(f"/termine/{event.slug}/").content.decode()
    assert "Samstag, 5. Dezember 2026, 15 Uhr bis 17 Uhr" in page
    assert "Bürgertreff am Park, Parkweg 3, Siegen; auch online, den Link bekommen Sie mit Ihrer Zusage" in page
    assert "Für Ihre Kinder gibt es eine Betreuung für Kinder von 3 bis 9 Jahren." in page
    assert "<strong>Kuchen</strong>" in page
    assert "<script>alert" not in page
    assert "video.example" not in page
    assert f'href="/termine/{event.slug}/anmelden/"' in page
    assert not client.cookies


def test_structured_data_says_the_same_and_cannot_break_out(client: Client, event: Event) -> None:
    page = client.get(f"/termine/{event.slug}/").content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    facts = json.loads(found)
    assert facts["@type"] == "Event"
    assert facts["name"] == "Trennung & Unterhalt <gut> geklärt"
    assert facts["startDate"] == "2026-12-05T15:00+01:00"
    assert facts["location"] == {"@type": "Place", "name": "Bürgertreff am Park", "address": "Parkweg 3, Siegen"}
    assert "<" not in found


def test_nothing_says_who_or_how_many_come(client: Client, event: Event) -> None:
    paths = ["/termine/", f"/termine/{event.slug}/", "/termine/feed/", f"/termine/{event.slug}/termin.ics"]
    before = [client.get(path).content for path in paths]
    for reply in invite(event, *(f"p{number}@example.org" for number in range(6)), name="Nadja Geheim"):
        answers.accept(reply, party(1, 4, care=1) if reply.pk % 2 else party(1))
    after = [client.get(path).content for path in paths]
    assert after == before


def test_a_hidden_place_is_nowhere_in_public(client: Client) -> None:
    event = meeting(hide_place=True)
    for path in (f"/termine/{event.slug}/", f"/termine/{event.slug}/termin.ics", "/termine/", "/termine/kalender.ics"):
        page = client.get(path).content.decode().replace("\r\n ", "")
        assert "Bürgertreff" not in page, path
        assert "Parkweg" not in page, path


def test_a_draft_is_not_there(client: Client, event: Event) -> None:
    Event.objects.update(state=Event.State.DRAFT)
    for path in ("", "termin.ics", "anmelden/"):
        assert client.get(f"/termine/{event.slug}/{path}").status_code == 404
    assert event.slug not in client.get("/termine/kalender.ics").content.decode()


def test_what_is_called_off_says_so_everywhere(client: Client, event: Event) -> None:
    changes.cancel(event)
    assert "Dieser Termin fällt leider aus." in client.get(f"/termine/{event.slug}/").content.decode()
    assert "abgesagt" in client.get("/termine/").content.decode()
    assert "Abgesagt: Trennung" in client.get("/termine/feed/").content.decode()
    calendar = Calendar.from_ical(client.get("/termine/kalender.ics").content)
    assert [entry["status"] for entry in calendar.events] == ["CANCELLED"]
    assert client.get(f"/termine/{event.slug}/anmelden/").status_code == 302


def test_after_the_event_the_page_stays_without_a_way_to_sign_up(client: Client, event: Event) -> None:
    with time_machine.travel(event.ends_at + timedelta(days=1)):
        page = client.get(f"/termine/{event.slug}/").content.decode()
        assert "Dieser Termin ist vorbei." in page
        assert "anmelden/" not in page


def test_calendars_are_neutral_from_the_address_to_the_last_line(client: Client, event: Event) -> None:
    """P-25"""
    for path in (f"/termine/{event.slug}/termin.ics", "/termine/kalender.ics"):
        answer = client.get(path)
        assert not TELLING.search(path + answer.content.decode().replace("\r\n ", "") + str(answer.headers))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert 'filename="termin.ics"' in answer["Content-Disposition"]
        assert not answer.cookies


def test_calendars_are_sent_again_only_after_a_change(client: Client, event: Event) -> None:
    for path in (f"/termine/{event.slug}/termin.ics", "/termine/kalender.ics"):
        since = client.get(path)["Last-Modified"]
        assert client.get(path, HTTP_IF_MODIFIED_SINCE=since).status_code == 304


def test_the_feed_is_atom_and_keeps_its_ids(client: Client, event: Event) -> None:
    feed = ElementTree.fromstring(client.get("/termine/feed/").content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}id") == f"urn:uuid:{event.uid}"
    assert entry.findtext(f"{atom}title") == "Trennung & Unterhalt <gut> geklärt"


def test_the_start_page_names_what_comes_next(client: Client, event: Event) -> None:
    assert f"/termine/{event.slug}/" in client.get("/").content.decode()
    Event.objects.update(state=Event.State.DRAFT)
    assert "Gerade steht kein Termin fest." in client.get("/").content.decode()


def test_lists_cost_the_same_queries_for_many(client: Client, event: Event, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        client.get("/termine/")
    for _ in range(10):
        meeting()
    with django_assert_num_queries(2):
        client.get("/termine/")

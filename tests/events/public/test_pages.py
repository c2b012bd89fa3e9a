"""The public pages of events: everything about the meeting, nothing about people or secrets."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events import lifecycle, programme
from events.answering import answers
from events.answering.answers import Details
from events.models import Capacity, Event
from mailings.desk import neutral_subject
from tests.events.meetings import berlin, invite, meeting, party

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return meeting(
        seats=10,
        care=5,
        slug="2037-12-05-advent",
        begins_at=berlin("2037-12-05 15:00"),
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
    assert "15 bis 17 Uhr" in page
    assert "Samstag, 5. Dezember 2037" in page
    assert "Bürgertreff am Park, Parkweg 3, Siegen; auch online, den Link bekommen Sie mit Ihrer Zusage" in page
    assert "Kinder von 3 bis 9 Jahren werden betreut." in page
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
    assert facts["startDate"] == "2037-12-05T15:00+01:00"
    assert facts["endDate"] == "2037-12-05T17:00+01:00"
    assert facts["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert facts["location"] == [
        {"@type": "VirtualLocation", "url": f"http://127.0.0.1:8000/termine/{event.slug}/"},
        {"@type": "Place", "name": "Bürgertreff am Park", "address": "Parkweg 3, Siegen"},
    ]
    assert not set("<>&") & set(found)


def test_nothing_says_who_or_how_many_come(client: Client, event: Event) -> None:
    paths = ["/termine/", f"/termine/{event.slug}/", "/termine/feed/", f"/termine/{event.slug}/termin.ics"]
    before = [client.get(path).content for path in paths]
    for reply in invite(event, *(f"p{number}@example.org" for number in range(6)), name="Nadja Geheim"):
        answers.accept(reply, party(1, 4, care=1) if reply.pk % 2 else party(1))
    after = [client.get(path).content for path in paths]
    assert after == before


def test_who_walks_through_everything_meets_nobody(client: Client, event: Event) -> None:
    """P-24: no name, no address, no remark and no number, neither of those who come nor of those who came."""
    Capacity.objects.filter(event=event).update(total=4713, seat_limit=4713)
    for name in ("Nadja", "Kim", "Ute"):
        (reply,) = invite(event, f"{name}@geheim.example".lower(), name=f"{name} Verborgen")
        answers.accept(
            reply, party(1, 4), Details(remark="Bitte leise", name=f"{name} Verborgen", phone="030 23125-417")
        )
    over = meeting(days=-20, came_adults=4711, came_children=4712)
    paths = [
        "/", "/termine/", "/termine/feed/", "/termine/kalender.ics",
        *(f"/termine/{one.slug}/{rest}" for one in (event, over) for rest in ("", "termin.ics")),
        f"/termine/{event.slug}/anmelden/", f"/termine/{event.slug}/anmelden/unterwegs/",
    ]  # fmt: skip
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        page = answer.content.decode()
        for told in ("Verborgen", "geheim.example", "Bitte leise", "23125-417", "23125417", "4711", "4712", "4713"):
            assert told not in page, path


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
    lifecycle.cancel(event)
    assert "Dieser Termin fällt leider aus." in client.get(f"/termine/{event.slug}/").content.decode()
    assert "abgesagt" in client.get("/termine/").content.decode()
    assert "Abgesagt: Treffen am Samstag, 5. Dezember 2037" in client.get("/termine/feed/").content.decode()
    calendar = Calendar.from_ical(client.get("/termine/kalender.ics").content)
    assert [(entry["status"], entry["summary"]) for entry in calendar.events] == [("CANCELLED", "Abgesagt: Termin")]
    (alone,) = Calendar.from_ical(client.get(f"/termine/{event.slug}/termin.ics").content).events
    assert (alone["sequence"], alone["transp"]) == (1, "TRANSPARENT")
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
        assert neutral_subject.finds(path + answer.content.decode().replace("\r\n ", "") + str(answer.headers)) == []
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert 'filename="termin.ics"' in answer["Content-Disposition"]
        assert not answer.cookies


@pytest.mark.parametrize("path", ["/termine/{}/termin.ics", "/termine/kalender.ics", "/termine/feed/"])
def test_programs_are_sent_the_whole_again_only_after_a_change(client: Client, event: Event, path: str) -> None:
    path = path.format(event.slug)
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=900"
    for seen in ({"HTTP_IF_NONE_MATCH": first["ETag"]}, {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}):
        assert client.get(path, **seen).status_code == 304
    lifecycle.tell(event)
    assert client.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_the_feed_is_atom_with_neutral_titles_and_addresses_of_the_portal(client: Client, event: Event) -> None:
    feed = ElementTree.fromstring(client.get("/termine/feed/", HTTP_HOST="localhost").content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}id") == f"urn:uuid:{event.uid}"
    assert entry.findtext(f"{atom}title") == "Treffen am Samstag, 5. Dezember 2037"
    assert entry.findtext(f"{atom}summary") == (
        "Trennung &amp; Unterhalt &lt;gut&gt; geklärt – Kurz und klar. – Samstag, 5. Dezember 2037, 15 bis 17 Uhr,"
        " Bürgertreff am Park und online"
    )
    links = [link.attrib["href"] for link in feed.iter(f"{atom}link")]
    assert links == [
        "http://127.0.0.1:8000/termine/",
        "http://127.0.0.1:8000/termine/feed/",
        f"http://127.0.0.1:8000/termine/{event.slug}/",
    ]


def test_what_is_long_over_leaves_subscribed_calendars_but_not_the_list(client: Client) -> None:
    old = meeting(begins_at=timezone.now() - timedelta(days=120))
    new = meeting(begins_at=timezone.now() - timedelta(days=60), calendar_title="Treffpunkt")
    calendar = Calendar.from_ical(client.get("/termine/kalender.ics").content)
    assert [entry["summary"] for entry in calendar.events] == ["Treffpunkt"]
    assert calendar.events[0]["url"] == f"http://127.0.0.1:8000/termine/{new.slug}/"
    page = client.get("/termine/").content.decode()
    assert f"/termine/{old.slug}/" in page
    assert f"/termine/{new.slug}/" in page


def test_the_tab_and_the_history_do_not_show_the_topic(client: Client, event: Event) -> None:
    page = client.get(f"/termine/{event.slug}/").content.decode()
    (title,) = re.findall(r"<title>(.*?)</title>", page)
    assert title == "Treffen am Samstag, 5. Dezember 2037 – Netzwerk Siegen-Wittgenstein"


def test_a_page_says_in_words_whether_there_is_room(client: Client) -> None:
    event = meeting(seats=2, care=1)
    path = f"/termine/{event.slug}/"
    assert "Es gibt noch Plätze." in client.get(path).content.decode()
    (reply,) = invite(event, "kim@example.org")
    answers.accept(reply, party(1, 4, care=1))
    assert "Zurzeit sind alle Plätze vergeben." in client.get(path).content.decode()
    assert ">Auf die Warteliste</a>" in client.get(path).content.decode()
    assert ">Anmelden</a>" not in client.get(path).content.decode()
    assert "ausgebucht, Warteliste offen" in client.get("/termine/").content.decode()
    Capacity.objects.update(total=9, seat_limit=9)
    page = client.get(path).content.decode()
    assert "Die Kinderbetreuung ist zurzeit voll" in page
    assert not re.search(r"\b\d+ (freie )?Pl[aä]tze", page)


def test_without_a_limit_it_says_nothing_of_room(client: Client) -> None:
    page = client.get(f"/termine/{meeting().slug}/").content.decode()
    assert "Plätze" not in page
    assert "Anmelden" in page


def test_after_the_day_for_answers_it_says_whom_to_call(client: Client, settings) -> None:
    settings.CONTACT_PHONE = "030 23125-100"
    event = meeting(answer_by=timezone.now() - timedelta(hours=1), contact="Frau Beispiel, montags bis 16 Uhr")
    page = client.get(f"/termine/{event.slug}/").content.decode()
    assert "Anmelden geht jetzt nur noch am Telefon" in page
    assert "Frau Beispiel, montags bis 16 Uhr" in page
    assert 'href="tel:+493023125100"' in page
    assert "anmelden/" not in page


def test_a_meeting_about_it_asks_for_offers(client: Client) -> None:
    event = meeting(asks_for_offers=True)

    def text() -> str:
        """The text of the page, without its foot, which leads there from everywhere."""
        return client.get(f"/termine/{event.slug}/").content.decode().partition("<footer")[0]

    assert 'href="/wegweiser/angebot-melden/"' in text()
    Event.objects.update(asks_for_offers=False)
    assert "Angebot melden" not in text()


def test_headings_of_the_text_stand_below_the_title_and_pictures_are_left_out(client: Client) -> None:
    event = meeting(
        text="# Programm\n\nZeile eins\nZeile zwei\n\n![x](https://evil.example/x.png)\n\n[hier](javascript:x)"
    )
    page = client.get(f"/termine/{event.slug}/").content.decode()
    assert "<h2>Programm</h2>" in page
    assert page.count("<h1>") == 1
    assert "Zeile eins<br" in page
    assert "<img" not in page
    assert 'href="javascript:' not in page


def test_old_events_are_turned_over_in_pages(client: Client) -> None:
    for days in range(25):
        meeting(begins_at=timezone.now() - timedelta(days=days + 10))
    first, second = client.get("/termine/"), client.get("/termine/?seite=2")
    assert first.content.decode().count('class="hit"') == 20
    assert "Ältere Termine" in first.content.decode()
    assert second.content.decode().count('class="hit"') == 5
    assert "Neuere Termine" in second.content.decode()
    assert "Das kommt" not in second.content.decode()
    assert client.get("/termine/?seite=x").status_code == 200


def test_the_list_of_all_pages_knows_every_public_event(event: Event) -> None:
    meeting(state=Event.State.DRAFT)
    off = meeting(state=Event.State.CANCELLED, days=5000)
    assert programme.public_urls() == [
        f"http://127.0.0.1:8000/termine/{off.slug}/", f"http://127.0.0.1:8000/termine/{event.slug}/",
    ]  # fmt: skip


def test_the_start_page_names_what_comes_next(client: Client, event: Event) -> None:
    assert f"/termine/{event.slug}/" in client.get("/").content.decode()
    Event.objects.update(state=Event.State.DRAFT)
    assert "Der nächste Termin steht noch nicht fest." in client.get("/").content.decode()


def test_lists_cost_the_same_queries_for_many(client: Client, event: Event, django_assert_num_queries) -> None:
    meeting(begins_at=timezone.now() - timedelta(days=10))
    with django_assert_num_queries(3):
        client.get("/termine/")
    for _ in range(10):
        meeting()
        meeting(begins_at=timezone.now() - timedelta(days=10))
    with django_assert_num_queries(3):
        client.get("/termine/")

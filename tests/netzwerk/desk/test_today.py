"""The page "Heute": greeting, who calls, the next events, figures, doors (R-01).

Beate and Rita are invented officers, Mika helps at the door.
"""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.answering import answers
from events.desk import next_events
from events.models import Event
from kit.tallies import What
from netzwerk.accounts import roles
from netzwerk.models import Heartbeat, PublishedReport, Tally
from tests.desk import page
from tests.events.meetings import invite, meeting, party
from tests.members.people import active
from tests.netzwerk.accounts.officers import desk_of, officer, rita, said
from tests.pressing import form_of
from tests.wegweiser.offers import checked, offer

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
    shown = said(page(beate, HEUTE).partition("Neues Treffen")[2].partition("So steht es")[0])
    assert shown == (
        "Dienstag 24. November Vortrag morgen, Bürgertreff am Park noch ein Entwurf "
        "Samstag 5. Dezember Frühstück in 12 Tagen, Bürgertreff am Park 1 hat noch nicht geantwortet "
        "Plätze 2 von 3 Kinderbetreuung 1 von 2 1 Familie wartet "
        "Samstag 2. Januar Waldtag in 40 Tagen, Bürgertreff am Park"
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
    assert "Liste für die Tür" in shown
    for part in ("Wer ruft an?", "So steht es", "Wohin möchten Sie?", "Neues Treffen", "Rundmail"):
        assert part not in shown


def test_one_query_for_the_events_however_many_families(django_assert_num_queries) -> None:
    for number in range(5):
        invite(meeting(seats=9), *(f"p{number}-{person}@example.org" for person in range(6)))
    with django_assert_num_queries(1):
        found = next_events.coming(Event.objects.select_related("capacity"), timezone.now())
    assert [each.unanswered for each in found] == [6, 12, 18]


def lead(client: Client) -> str:
    return said(page(client, HEUTE)).partition(" Wer ruft an?")[0]


@pytest.mark.usefixtures("texts_are_complete")
def test_the_greeting_says_the_day_and_how_much_waits(settings, time_machine) -> None:
    settings.DEMO = True
    client = desk_of(rita())
    time_machine.move_to("2026-11-23T08:15:00+01:00", tick=False)
    assert lead(client).endswith("Guten Morgen, Rita Sommer Montag, 23. November.")
    quiet = page(client, HEUTE)
    assert "Nichts wartet auf Sie" in quiet
    assert "Zuletzt nachgesehen: heute um 8.15 Uhr." in quiet
    meeting(days=11, title="Frühstück")
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    assert lead(client).endswith("Guten Tag, Rita Sommer Montag, 23. November. Eine Sache wartet auf Sie.")
    meeting(days=2, title="Waldtag", place="", address="")
    time_machine.move_to("2026-11-23T19:00:00+01:00", tick=False)
    Heartbeat.objects.update(at=timezone.now())
    said_then = "Guten Abend, Rita Sommer Montag, 23. November. Zwei Sachen warten auf Sie, eine davon eilt."
    assert lead(client).endswith(said_then)
    rows = said(page(client, HEUTE)).partition("Das wartet auf Sie")[2].partition("Nächste Treffen")[0].strip()
    assert rows == (
        "Eilt 1 Treffen hat noch keinen Ort „Waldtag“ ist in 2 Tagen. Tragen Sie Ort oder Link ein. Eintragen "
        "Diese Woche 1 Treffen ist noch ohne Einladungen „Frühstück“ ist in 11 Tagen. "
        "Niemand auf der Liste weiß davon. Einladen"
    )


@pytest.mark.usefixtures("texts_are_complete")
def test_when_nothing_waits_it_says_when_the_next_meeting_is(settings, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    settings.DEMO = True
    invite(meeting(days=11), "anna@example.org")
    assert lead(desk_of(rita())).endswith("Montag, 23. November. Das nächste Treffen ist in elf Tagen.")


@pytest.mark.usefixtures("texts_are_complete")
def test_a_meeting_that_has_begun_today_is_no_next_one(settings, time_machine) -> None:
    """It is only online: nobody is waited for at a door."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    settings.DEMO = True
    meeting(days=-1 / 24, place="", address="", online_link="https://video.example/raum")
    assert lead(desk_of(rita())).endswith("Montag, 23. November. Ein Treffen läuft gerade.")


def test_figures_with_their_plots(beate: Client, time_machine) -> None:
    """Two joined in October and one in November, who has left again; two meetings; one of two offers is checked."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    joined, left = What.JOINED, What.LEFT
    for what, on in ((joined, "2026-10-01"), (joined, "2026-10-31"), (joined, "2026-11-02"), (left, "2026-11-03")):
        Tally.objects.create(what=what, on=on)
    Tally.objects.create(what=joined, on="2025-11-30")  # more than twelve months ago
    for days, came in ((-160, (17, 22)), (-20, (20, 26)), (-2, (None, None))):
        meeting(days=days, came_adults=came[0], came_children=came[1])
    offer("eins")
    checked(date(2020, 1, 1), "zwei")
    shown = page(beate, HEUTE)
    assert "0 Menschen stehen auf der Liste. In zwölf Monaten: 3 neu dabei, 1 gegangen. Neue je Monat:" in said(shown)
    assert "46 kamen zum letzten Treffen: 20 Erwachsene und 26 Kinder. Kinder stehen oben." in said(shown)
    assert "50 % der Angebote sind in den letzten zwölf Monaten geprüft." in said(shown)
    titles = re.findall(r"<title>(.*?)</title>", shown.partition("<main")[2])
    assert [title.partition(": ")[2] for title in titles] == [
        "Dezember 2025 0, Januar 2026 0, Februar 2026 0, März 2026 0, April 2026 0, Mai 2026 0, Juni 2026 0, "
        "Juli 2026 0, August 2026 0, September 2026 0, Oktober 2026 2, November 2026 1",
        "16. Juni 2026 17 Erwachsene und 22 Kinder, 3. November 2026 20 Erwachsene und 26 Kinder",
        "50 Prozent",
    ]


DOORS = ["Menschen", "Treffen", "Wegweiser", "Post"]


@pytest.mark.parametrize(
    ("role", "doors", "figures"),
    [
        (roles.COORDINATION, DOORS, 2),
        (roles.EVENTS, DOORS[:2], 1),
        (roles.GUIDE, DOORS[2:3], 1),
        (roles.REPORT, ["Zwischenbilanz"], 0),
        (roles.DOOR, [], 0),
    ],
)
def test_each_role_finds_its_own_doors(role: str, doors: list[str], figures: int, settings) -> None:
    """Behind each is a page, and the head of that page says where one stands. "Alles" shows what the role has."""
    settings.DEMO = True
    offer()
    client = desk_of(officer("Kim Wald", role))
    context = client.get(HEUTE).context
    assert [door.name for door in context["doors"]] == doors
    assert len(context["figures"]) == figures
    for door in context["doors"]:
        assert re.search(rf'href="{door.url}"\s+aria-current="true">{door.name}<', page(client, door.url))
    assert 'aria-current="page">Alles<' in page(client, "/verwaltung/alles/")


def test_what_the_doors_say(beate: Client) -> None:
    active("kim@example.org")
    meeting(days=3)
    meeting(days=9, state="draft")
    offer()
    assert {door.name: door.has for door in beate.get(HEUTE).context["doors"]} == {
        "Menschen": "1 auf der Liste",
        "Treffen": "1 steht bevor, 1 Entwurf",
        "Wegweiser": "1 Angebot, 100\xa0% geprüft",
        "Post": "Alles angekommen",
    }


def test_the_door_of_the_report_says_which_is_the_latest(settings) -> None:
    settings.DEMO = True
    ayla = desk_of(officer("Ayla Kurt", roles.REPORT))

    def said() -> list[str]:
        return [door.has for door in ayla.get(HEUTE).context["doors"]]

    assert said() == ["Noch nichts veröffentlicht"]
    for begin, end in ((date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 6, 30))):
        PublishedReport.objects.create(begins_on=begin, ends_on=end, figures={})
    assert said() == ["Die neueste: 1. Halbjahr 2026"]
    assert len(desk_of(officer("Kim Wald", roles.COORDINATION)).get(HEUTE).context["doors"]) == 4


def test_the_same_queries_however_much_there_is(beate: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert beate.get(HEUTE).status_code == 200
        return len(queries)

    invite(meeting(days=9, seats=1, care=1), "anna@example.org")
    few = asked()
    for number in range(6):
        invite(meeting(days=3 + number, seats=9), *(f"p{number}-{person}@example.org" for person in range(4)))
        meeting(days=-number - 1, came_adults=1, came_children=2)
        offer(f"angebot-{number}")
    assert asked() == few <= 34

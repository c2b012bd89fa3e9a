"""Officers see who answered what, enter answers from the telephone, move the line on (P-24). Beate is invented."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import counting
from events.answering import answers, phone_answers
from events.answering.answers import Details
from events.models import BANDS, Event, Reply
from tests.desk import logged, page
from tests.events.desk.test_event_forms import at, told
from tests.events.meetings import household, invite, meeting, party, reply_of, taken
from tests.members.newsletters.test_pages import figures
from tests.members.people import active
from tests.post import Post
from tests.pressing import press

pytestmark = pytest.mark.django_db


def said(adults: int = 1, *ages: int, care: int = 0, **fields: object) -> dict[str, object]:
    """What the form sends for so many adults with children of these ages."""
    who = party(adults, *ages, care=care)
    data: dict[str, object] = {"antwort": "ja", "adults": adults, "name": "", "phone": "", "remark": ""}
    for index in range(len(BANDS)):
        data[f"children_{index}"], data[f"childcare_{index}"] = who.children[index], who.childcare[index]
    return data | fields


@pytest.fixture
def mika(settings) -> Client:
    """Somebody who sees events, answers and the door, and no more."""
    settings.DEMO = True
    helper = User.objects.create_user("mika", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "view_reply", "keep_door"]))
    client = Client()
    client.force_login(helper)
    return client


# the list ----------------------------------------------------------------------------------------------------------


def test_the_list_is_chosen_by_answer_and_searched_by_name(beate: Client) -> None:
    event = meeting(seats=3)
    anna, ben, cem, _dua = invite(event, *(f"{name}@example.org" for name in ("anna", "ben", "cem", "dua")))
    answers.accept(anna, party(1, 7), Details("Wir kommen später.", "Anna Sommer", "030 23125-001"))
    answers.accept(ben, party(2), Details("", "Ben", ""))
    answers.decline(cem)
    Reply.objects.create(event=event, address=active("only-asked@example.org").address)
    shown = page(beate, at(event, "antworten"))
    assert re.findall(r"(\w[\w ]*) \((\d)\)", shown) == [
        ("alle", "4"), ("kommen", "1"), ("warten", "1"), ("können nicht", "1"), ("abgesagt", "0"), ("offen", "1"),
    ]  # fmt: skip
    assert "Wir kommen später." in shown
    assert "only-asked@example.org" not in shown
    assert figures(shown) == {
        "eingeladen": 4, "kommt": 1, "kann nicht": 1, "wartet": 1, "haben abgesagt": 0, "noch offen": 1,
    }  # fmt: skip
    shown = page(beate, at(event, "antworten") + "?stand=waiting")
    assert "ben@example.org" in shown
    assert "wartet auf: 2 Erwachsene" in shown
    assert "anna@example.org" not in shown
    assert "anna@example.org" in page(beate, at(event, "antworten") + "?suche=sommer+anna")
    assert "anna@example.org" in page(beate, at(event, "antworten") + "?suche=23125-001&stand=yes")
    assert "Niemand heißt so: „Zoe“." in page(beate, at(event, "antworten") + "?suche=Zoe&seite=9&stand=quatsch")


def test_a_long_list_needs_the_same_few_queries(beate: Client, django_assert_max_num_queries) -> None:
    event = meeting()
    for reply in invite(event, *(f"p{number}@example.org" for number in range(60))):
        answers.decline(reply)
    with django_assert_max_num_queries(12):
        shown = page(beate, at(event, "antworten"))
    assert "Seite 1 von 2" in shown
    with django_assert_max_num_queries(12):
        assert shown.count("kann nicht</span>") == 50


def test_the_list_of_events_needs_the_same_few_queries(beate: Client, django_assert_max_num_queries) -> None:
    for _ in range(12):
        event = meeting(seats=10, care=4)
    (anna,) = invite(event, "anna@example.org")
    answers.accept(anna, party(1, 3, care=1))
    answers.accept(household(event, "Gerd"), party(1), by="amt")
    with django_assert_max_num_queries(8):
        shown = page(beate, "/verwaltung/events/event/")
    assert "<b>1 eingeladen:</b> 1\u00a0kommt." in shown
    assert "Dazu ohne Einladung: 1 kommt." in shown
    assert "3 von 10" in shown
    assert "1 von 4" in shown


def test_remarks_are_for_those_who_may_read_them(mika: Client, beate: Client) -> None:
    """P-24"""
    event = meeting()
    (anna,) = invite(event, "anna@example.org")
    anna = answers.accept(anna, party(1), Details("Allergie gegen Nüsse", "Anna", "030 23125-001"))
    tomorrow = timezone.now() + timedelta(days=1)
    Event.objects.update(begins_at=tomorrow, ends_at=tomorrow + timedelta(hours=2), answer_by=tomorrow)
    assert "Allergie" in page(beate, at(event, "antworten"))
    assert "Allergie" in page(beate, at(event, f"antworten/{anna.pk}"))
    for action in ("ueberblick", "antworten", "warteliste", "tuer"):
        shown = page(mika, at(event, action))
        assert "Allergie" not in shown
        assert "Bemerkung" not in shown
    assert "030 23125001" in page(mika, at(event, "tuer"))
    for action in (
        "eintragen",
        "eintragen/neu",
        f"antworten/{anna.pk}",
        "einladen",
        "absagen",
        "mitteilen",
        "loeschen",
    ):
        assert mika.get(at(event, action)).status_code == 403, action
    assert mika.get("/verwaltung/events/event/add/").status_code == 403
    assert mika.get(at(event, "change"))["Location"].endswith("/ueberblick/")


def test_who_may_enter_but_not_read_leaves_the_remark_as_it_is(mika: Client) -> None:
    event = meeting()
    (anna,) = invite(event, "anna@example.org")
    anna = answers.accept(anna, party(1), Details("Allergie gegen Nüsse", "Anna", ""))
    User.objects.get(username="mika").user_permissions.add(Permission.objects.get(codename="change_reply"))
    assert "Allergie" not in page(mika, at(event, f"antworten/{anna.pk}"))
    mika.post(at(event, f"antworten/{anna.pk}"), said(2, remark="Weg damit", name="Anna"))
    anna.refresh_from_db()
    assert (anna.adults, anna.remark) == (2, "Allergie gegen Nüsse")


# the telephone -----------------------------------------------------------------------------------------------------


def test_a_member_is_found_and_the_answer_entered(beate: Client, post: Post) -> None:
    event = meeting(seats=10, care=2)
    anna = active("anna@example.org", name="Anna Sommer", children_years=[event.begins_at.year - 4])
    active("ben@example.org", name="Ben")
    shown = page(beate, at(event, "eintragen") + "?suche=sommer")
    assert "nicht eingeladen" in shown
    assert "ben@example.org" not in shown
    form = at(event, f"eintragen/mitglied/{anna.pk}")
    assert "Anna Sommer, anna@example.org" in page(beate, form)
    answer = beate.post(form, said(1, 4, care=1, name="Anna Sommer", remark="Kommt mit dem Bus"), follow=True)
    assert "kommt, 1 erwachsene Person und 1 Kind" in told(answer)
    assert "Die Familie bekommt eine Mail." in told(answer)
    reply = reply_of(event, "anna@example.org")
    assert (reply.state, reply.entered_by, reply.invited_at, reply.seats) == ("yes", "beate", None, 2)
    assert [mail["To"] for mail in post.deliver()] == ["anna@example.org"]
    assert "Bisher: kommt, 1 erwachsene Person und 1 Kind" in page(beate, form)
    beate.post(form, {"antwort": "nein", "name": "Anna Sommer", "phone": "", "remark": ""})
    assert reply_of(event, "anna@example.org").state == "cancelled"
    assert taken(event) == (0, 0)
    assert f"geändert: Veranstaltung {event.pk}: Antwort eingetragen: hat abgesagt." in logged()
    assert not any("Anna" in line for line in logged())


def test_a_name_with_a_telephone_number_and_no_address(beate: Client, post: Post) -> None:
    event = meeting(seats=3)
    shown = page(beate, at(event, "eintragen/neu"))
    key = re.search(r'name="key" value="([0-9a-f]{64})"', shown)
    assert key is not None
    data = said(1, 7, name="Gerd Lang", phone="030 23125-007", key=key[1])
    for _ in range(2):  # a double click
        answer = beate.post(at(event, "eintragen/neu"), data, follow=True)
    assert "Sagen Sie es der Familie am Telefon." in told(answer)
    gerd = Reply.objects.get()
    assert (gerd.name, gerd.phone, gerd.address, gerd.state, gerd.seats) == (
        "Gerd Lang", "030 23125-007", None, "yes", 2,
    )  # fmt: skip
    assert post.deliver() == []
    beate.post(at(event, "eintragen/neu"), data | {"key": phone_answers.new_key(), "name": "Gerd Klein"})
    assert Reply.objects.get(name="Gerd Klein").state == "waiting"
    shown = page(beate, at(event, "eintragen") + "?suche=gerd")
    assert "030 23125007" in shown
    numbers = counting.numbers(event)
    assert (numbers.unasked.yes, numbers.unasked.waiting, numbers.invited.total) == (1, 1, 0)
    beate.post(at(event, f"antworten/{gerd.pk}"), said(1, antwort="nein", name="Gerd Lang"))
    assert [reply.state for reply in Reply.objects.order_by("pk")] == ["cancelled", "yes"]


def test_two_of_the_same_name_are_asked_about(beate: Client) -> None:
    """Oma Erna rings twice: one family or two, the officer says which."""
    event = meeting()
    new = at(event, "eintragen/neu")
    erna = {"name": "Oma Erna", "phone": "030 23125-7"}
    beate.post(new, said(1, key=phone_answers.new_key(), **erna))
    again = said(2, key=phone_answers.new_key(), **erna | {"name": "oma erna"})
    asked = beate.post(new, again)
    assert "Unter diesem Namen gibt es schon eine Antwort." in told(asked)
    assert "kommt, 030 231257: diese Antwort ändern" in told(asked)
    assert f'href="{at(event, "antworten")}{Reply.objects.get().pk}/"' in asked.content.decode()
    press(beate, asked.content.decode(), "Nein, eine andere Familie", new)
    assert sorted(Reply.objects.values_list("name", "adults")) == [("Oma Erna", 1), ("oma erna", 2)]


def test_full_means_waiting_and_the_officer_reads_so(beate: Client) -> None:
    event = meeting(seats=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    assert "Alle Plätze sind vergeben." in page(beate, at(event, f"antworten/{ben.pk}"))
    answer = beate.post(at(event, f"antworten/{ben.pk}"), said(1, name="Ben"), follow=True)
    assert "Ben wartet auf einen Platz. Davor in der Warteliste: niemand. Die Familie bekommt eine Mail." in told(
        answer
    )
    assert answers.read(ben.pk).state == "waiting"


def test_where_only_the_childcare_is_full_the_officer_asks(beate: Client) -> None:
    event = meeting(seats=10, care=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1, 3, care=1))
    form, wish = at(event, f"antworten/{ben.pk}"), said(1, 3, care=1, name="Ben")
    answer = beate.post(form, wish)
    assert "Plätze gibt es, nur die Betreuung ist voll." in told(answer)
    assert "Ben" in told(answer)
    assert answers.read(ben.pk).state == "open"
    beate.post(form, wish | {"wahl": "warten"})
    assert answers.read(ben.pk).state == "waiting"
    beate.post(form, wish | {"wahl": "ohne"})
    ben.refresh_from_db()
    assert (ben.state, ben.seats, ben.childcare_seats) == ("yes", 2, 0)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Schreiben Sie einen Namen. Ein Vorname genügt."),
        ({"adults": "0"}, "Bitte eine Zahl von 1 bis 6."),
        ({"adults": "x"}, "Bitte eine Zahl von 1 bis 6."),
        ({"childcare_1": "2"}, "können wir nicht 2 betreuen"),
        ({"remark": "x" * 301}, "höchstens 300 Zeichen"),
        ({"name": "x\0"}, "ein Zeichen, das es nicht gibt"),
    ],
)
def test_what_cannot_be_is_named(beate: Client, fields: dict[str, object], sentence: str) -> None:
    event = meeting(seats=5, care=5)
    answer = beate.post(at(event, "eintragen/neu"), said(name="Gerd", phone="030 23125-7") | fields)
    assert answer.status_code == 200
    assert sentence in told(answer)
    assert "030 23125-7" in told(answer)
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "draft"}, "Veröffentlichen Sie das Treffen zuerst."),
        ({"state": "cancelled"}, "Dieses Treffen ist abgesagt."),
        ({"days": -1}, "Dieses Treffen ist vorbei."),
    ],
)
def test_nothing_is_entered_where_nobody_can_come(beate: Client, fields: dict, sentence: str) -> None:
    event = meeting(**fields)
    assert sentence in told(beate.get(at(event, "eintragen"), follow=True))
    assert sentence in told(beate.post(at(event, "eintragen/neu"), said(1, name="Gerd"), follow=True))
    assert not Reply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_enter_a_name_once(settings) -> None:
    settings.DEMO = True
    event = meeting(seats=10)
    officer = User.objects.create_superuser("beate")
    data = said(1, name="Gerd Lang", phone="030 23125-7", key=phone_answers.new_key())
    windows = [Client() for _ in range(10)]
    for window in windows:
        window.force_login(officer)

    def click(window: Client) -> int:
        try:
            return window.post(at(event, "eintragen/neu"), data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(click, windows)) == [302] * 10
    assert Reply.objects.count() == 1
    assert taken(event) == (1, 0)


# the line ----------------------------------------------------------------------------------------------------------


def waiting_event() -> tuple[Event, list[Reply]]:
    """Two places; Anna has both, Ben waits with three, Cem with one, Dua by telephone with one."""
    event = meeting(seats=2)
    anna, ben, cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    for reply, seats in ((anna, 2), (ben, 3), (cem, 1)):
        answers.accept(reply, party(seats))
    dua = answers.accept(household(event, "Dua"), party(1), Details("", "Dua", "030 23125-8"), by="amt")
    return event, [anna, ben, cem, dua]

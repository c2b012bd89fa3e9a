"""Lists of the desk as files: filtered as on the page, logged, for those who may, with no more than is needed."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from events.answering import answers
from events.answering.answers import Details
from events.models import Event
from kit.desk import audit, downloads
from kit.desk.audit import Action
from mailings.models import Address
from members.models import Member
from netzwerk.models import AuditEntry
from tests import FULL
from tests.desk import logged, page
from tests.events.meetings import household, invite, meeting, party
from tests.members.people import active
from tests.pressing import press
from tests.wegweiser.offers import offer

pytestmark = pytest.mark.django_db

MEMBERS = "/verwaltung/members/member/"
LOG = "/verwaltung/netzwerk/auditentry/"


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells(content: bytes) -> list[list[str]]:
    return [[cell.value or "" for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]  # type: ignore[union-attr,misc]


def file_of(client: Client, path: str) -> bytes:
    answer = client.post(path)
    assert answer.status_code == 200, path
    return answer.getvalue()


@pytest.fixture
def mika(settings) -> Callable[..., Client]:
    """Signs in Mika, who may do what is named and nothing else."""
    settings.DEMO = True

    def signed_in(*rights: str) -> Client:
        user = User.objects.create_user("mika", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        assert user.user_permissions.count() == len(rights)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def test_the_members_as_they_are_filtered_with_those_marked_whose_mailbox_is_read(beate: Client) -> None:
    kim = active("kim@example.org", name="=Kim", municipality="siegen")
    active("ben@example.org", name="Ben", municipality="siegen", children_years=[2019])
    active("cem@example.org", municipality="kreuztal")
    Address.objects.filter(pk=kim.address_id).update(discreet=True)
    Member.objects.update(joined_at="2026-11-02T10:00+01:00", note="sucht Arbeit")
    shown = page(beate, f"{MEMBERS}?wohnort=siegen&p=1")
    assert 'action="/verwaltung/members/member/herunterladen/csv/?wohnort=siegen"' in shown
    answer = beate.post(f"{MEMBERS}herunterladen/csv/?wohnort=siegen")
    assert answer["Content-Disposition"] == 'attachment; filename="mitglieder.csv"'
    assert "no-store" in answer["Cache-Control"]
    header, *rows = table(answer.getvalue())
    assert header == [
        "Anrede", "E-Mail-Adresse", "Telefon", "Stand", "Wohnort", "dabei seit", "nur neutral anschreiben"
    ]  # fmt: skip
    assert rows == [
        ["Ben", "ben@example.org", "", "dabei", "Siegen", "02.11.2026", ""],
        ["'=Kim", "kim@example.org", "", "dabei", "Siegen", "02.11.2026", "ja"],
    ]
    [_, *same] = cells(file_of(beate, f"{MEMBERS}herunterladen/xlsx/?wohnort=siegen"))
    assert same == [rows[0], ["=Kim", *rows[1][1:]]]
    assert logged() == [
        "heruntergeladen: Mitglieder, gefiltert: 2 als CSV-Datei.",
        "heruntergeladen: Mitglieder, gefiltert: 2 als Excel-Tabelle.",
    ]


def test_the_answers_to_one_event_with_what_those_who_wait_wait_for(beate: Client) -> None:
    event = meeting(seats=3)
    (anna, cem) = invite(event, "anna@example.org", "cem@example.org")
    answers.accept(anna, party(1, 4), Details("Allergie", "Anna Sommer", "+49 30 23125-001"))
    answers.accept(cem, party(2), Details("Allergie", "Cem Winter", "+ privat"))
    answers.accept(household(event, "Gerd Lang"), party(1), Details("", "Gerd Lang", "030 23125-003"), by="amt")
    path = f"/verwaltung/events/event/{event.pk}/antworten/"
    answer = beate.post(f"{path}liste.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{event.slug}-antworten.csv"'
    header, *rows = table(answer.getvalue())
    assert header[:6] == ["Familie", "E-Mail-Adresse", "Telefon", "Antwort", "Erwachsene", "Kinder 0–2 Jahre"]
    assert {row[0]: (row[2], row[3], row[4]) for row in rows} == {
        "Anna Sommer": ("030 23125001", "kommt", "1"),
        "Cem Winter": ("'+ privat", "wartet", "2"),
        "Gerd Lang": ("030 23125003", "kommt", "1"),
    }
    assert "Allergie" not in str(rows)
    assert "liste.xlsx?stand=waiting&amp;suche=cem" in page(beate, f"{path}?stand=waiting&suche=cem")
    [_, row] = cells(file_of(beate, f"{path}liste.xlsx?stand=waiting&suche=cem"))
    assert row[:2] == ["Cem Winter", "cem@example.org"]
    assert [line.partition(": ")[2] for line in logged()] == [
        f"Antworten zu Veranstaltung {event.pk}: 3 als CSV-Datei.",
        f"Antworten zu Veranstaltung {event.pk}, gefiltert: 1 als Excel-Tabelle.",
    ]


def test_the_log_can_be_taken_out_and_says_so(beate: Client) -> None:
    audit.record(User.objects.get(), Action.SENT, "Rundmail 7: An 118 Personen.")
    rows = table(file_of(beate, f"{LOG}herunterladen/csv/"))
    assert [row[1:] for row in rows[1:]] == [
        ["beate", "verschickt", "Rundmail 7: An 118 Personen."],
        ["beate", "angemeldet", "nur mit Passwort"],
    ]
    assert logged()[-1] == "heruntergeladen: Protokoll: 2 als CSV-Datei."


def test_a_press_on_the_button_brings_the_file(beate: Client) -> None:
    offer()
    for words, begins in [("Als CSV-Datei", b"\xef\xbb\xbf"), ("Als Excel-Tabelle", b"PK")]:
        with pytest.MonkeyPatch.context() as patch:
            sent: list[bytes] = []
            post = beate.post

            def kept(*args: object, sent=sent, post=post, **kwargs: object) -> object:
                answer = post(*args, **kwargs)
                sent.append(answer.getvalue())
                return beate.get("/verwaltung/")

            patch.setattr(beate, "post", kept)
            press(beate, page(beate, "/verwaltung/wegweiser/offer/"), words)
        assert sent[0].startswith(begins)


@pytest.mark.parametrize(
    ("path", "rights", "missing"),
    [
        (f"{MEMBERS}herunterladen/", ["view_member"], "export_member"),
        ("/verwaltung/wegweiser/offer/herunterladen/", ["view_offer"], "export_offer"),
        (f"{LOG}herunterladen/", ["view_auditentry"], "export_auditentry"),
    ],
)
def test_who_may_look_may_not_take_away(
    mika: Callable[..., Client], path: str, rights: list[str], missing: str
) -> None:
    client = mika(*rights)
    assert "Herunterladen" not in page(client, path.removesuffix("herunterladen/"))
    assert [client.post(f"{path}{kind}/").status_code for kind in ("csv", "xlsx")] == [403, 403]
    User.objects.get(username="mika").user_permissions.add(Permission.objects.get(codename=missing))
    assert "Herunterladen" in page(client, path.removesuffix("herunterladen/"))
    assert client.post(f"{path}csv/").status_code == 200
    User.objects.get(username="mika").user_permissions.remove(*Permission.objects.filter(codename__in=rights))
    assert client.post(f"{path}csv/").status_code == 403


def test_who_sees_answers_may_not_take_them_away(mika: Callable[..., Client]) -> None:
    event = meeting()
    invite(event, "anna@example.org")
    tomorrow = timezone.now() + timedelta(days=1)
    Event.objects.update(begins_at=tomorrow, ends_at=tomorrow + timedelta(hours=2), answer_by=tomorrow)
    client = mika("view_event", "view_reply", "keep_door")
    for place, file in (("antworten/", "antworten/liste.csv"), ("tuer/", "tuer/liste.csv")):
        assert "Herunterladen" not in page(client, f"/verwaltung/events/event/{event.pk}/{place}")
        assert client.post(f"/verwaltung/events/event/{event.pk}/{file}").status_code == 403
    assert logged() == []


@pytest.mark.parametrize("query", ["e=1", "state__exact=x", "wohnort=%00", "q=%00", "p=x", "wohnort=" + "x" * 10_000])
def test_no_filter_breaks_it(beate: Client, query: str) -> None:
    active("kim@example.org")
    assert beate.post(f"{MEMBERS}herunterladen/csv/?{query}").status_code in {200, 302, 400}
    assert beate.get(f"{MEMBERS}herunterladen/csv/").status_code == 405
    assert beate.post(f"{MEMBERS}herunterladen/exe/").status_code == 404


@pytest.mark.parametrize("query", ["wohnort=%00", "state=%00", "origin__exact=%00"])
def test_a_character_that_no_text_can_hold_is_refused(beate: Client, query: str) -> None:
    assert [
        beate.get(f"{MEMBERS}?{query}").status_code,
        beate.post(f"{MEMBERS}herunterladen/csv/?{query}").status_code,
    ] == [400, 400]
    assert beate.get("/verwaltung/autocomplete/?term=%00").status_code == 400


def test_a_long_file_is_sent_from_the_disk_and_is_the_same(beate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    active("kim@example.org", name="Kim")
    short = file_of(beate, f"{MEMBERS}herunterladen/csv/")
    monkeypatch.setattr(downloads, "IN_MEMORY", 10)
    assert file_of(beate, f"{MEMBERS}herunterladen/csv/") == short


def test_as_many_queries_for_ten_thousand_as_for_three(beate: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            rows = table(file_of(beate, f"{MEMBERS}herunterladen/csv/"))
        assert len(rows) == Member.objects.count() + 1
        return len(captured)

    for name in ("anna", "ben", "cem"):
        active(f"{name}@example.org")
    before = queries()
    number = downloads.PIECE - 3 if FULL else 60
    addresses = Address.objects.bulk_create(Address(email=f"p{n}@example.org") for n in range(number))
    Member.objects.bulk_create(Member(address=address) for address in addresses)
    assert queries() == before
    assert AuditEntry.objects.filter(action=Action.EXPORTED).count() == 2

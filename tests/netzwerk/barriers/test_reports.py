"""Somebody cannot use a page, says so without an account, and is answered in time (P-20)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from mailings import proof_of_work
from mailings.models import Address
from netzwerk import alerts, upkeep
from netzwerk.barriers import personal_data, reports
from netzwerk.models import BarrierReport, Heartbeat
from tests.desk import page
from tests.members.people import asked
from tests.netzwerk.test_addresses import personal_paths
from tests.pressing import press
from tests.proofs import challenge_in, solve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]

PATH = "/barrierefreiheit/melden/"
START = "2026-11-02T10:00:00+01:00"
LIST = "/verwaltung/netzwerk/barrierreport/"


@pytest.fixture(autouse=True)
def _nobody_types_here(settings, monkeypatch) -> None:
    settings.FORM_SECONDS = 0
    monkeypatch.setattr(proof_of_work, "BITS", 1)


def filled(client: Client, before: str = "", **typed: str) -> dict[str, str]:
    """What the form sends that stands on the page, with what somebody types into it."""
    html = client.get(PATH, headers={"Referer": before} if before else {}).content.decode()
    fields = dict.fromkeys(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', html), "")
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields[name[1]] = unescape(value[1])
    assert typed.keys() <= fields.keys()
    return fields | typed


def send(client: Client, text: str, **more: str) -> str:
    data = filled(client, text=text, **more)
    answer = client.post(PATH, data, follow=True)
    if challenge := challenge_in(answer):
        answer = client.post(PATH, data | {"proof": solve(challenge)}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_ayse_says_what_does_not_work_on_the_page_from_which_she_came(client: Client) -> None:
    assert f'href="{PATH}"' in page(client, "/termine/")
    data = filled(client, "http://testserver/termine/?x=1", text="Der Knopf sagt nichts.", email="ayse@example.org")
    assert data["page"] == "/termine/"
    answer = client.post(PATH, data)
    assert (answer.status_code, answer["Location"]) == (302, f"{PATH}danke/")
    thanks = page(client, f"{PATH}danke/")
    assert "Danke, das hilft" in thanks
    assert "ayse" not in thanks
    [report] = BarrierReport.objects.all()
    assert (report.text, report.page, report.email, report.is_open) == (
        "Der Knopf sagt nichts.",
        "/termine/",
        "ayse@example.org",
        True,
    )
    assert not Address.objects.exists()


def test_nothing_but_the_barrier_need_be_said(client: Client) -> None:
    assert "Danke, das hilft" in send(client, "Zu blass.")
    assert list(BarrierReport.objects.values_list("text", "page", "email")) == [("Zu blass.", "", "")]


@pytest.mark.parametrize(
    "before",
    [
        "http://testserver/barrierefreiheit/",
        "http://testserver/barrierefreiheit/melden/",
        "http://testserver/verwaltung/members/member/",
        "http://testserver/gibt-es-nicht/",
        "https://anderswo.example/termine/",
        "http://[kaputt/",
    ],
)
def test_no_page_is_named_that_is_not_a_public_one_of_ours(before: str, client: Client) -> None:
    assert filled(client, before)["page"] == ""


def test_no_personal_link_gets_into_a_report(client: Client) -> None:
    for path in personal_paths(asked("ayse@example.org")):
        assert filled(client, f"http://testserver{path}")["page"] == "", path


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": " "}, "Schreiben Sie kurz, was nicht klappt."),
        ({"text": "x" * 10_000}, "2000"),
        ({"text": "Zu\x00blass"}, "Zu"),
        ({"text": "Zu blass", "page": "x" * 301}, "300"),
        ({"text": "Zu blass", "email": "ayse@"}, "ayse@"),
        ({"text": "Zu blass", "email": "ayse@gmial.com"}, "Meinen Sie ayse@gmail.com?"),
        ({"text": "Zu blass", "homepage": "https://spam.example"}, "Dieses Feld muss leer bleiben."),
        ({"text": "Zu blass", "seen": ""}, "Diese Seite war lange offen."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed: dict[str, str], sentence: str, client: Client) -> None:
    answer = client.post(PATH, filled(client) | typed)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert sentence in html
    assert 'class="alert alert-danger"' in html
    assert typed["text"][:2].strip() in html
    assert not BarrierReport.objects.exists()


def test_one_network_needs_a_proof_after_three_and_stops_at_nine(client: Client) -> None:
    for number in range(12):
        send(client, f"Unsinn {number}")
    assert BarrierReport.objects.count() == 9
    answer = client.post(PATH, filled(client, text="Zu blass."), REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 302


def test_a_flood_ends_and_says_where_to_call(client: Client) -> None:
    BarrierReport.objects.bulk_create(BarrierReport(text="Unsinn") for _ in range(reports.MOST_OPEN))
    html = send(client, "Zu blass.")
    assert "Bitte rufen Sie uns an: 030 23125100." in html.replace("-", "")
    assert "Zu blass." in html
    assert BarrierReport.objects.count() == reports.MOST_OPEN


def todos() -> list[tuple[str, str, bool]]:
    Heartbeat.objects.filter(name="daily").update(at=timezone.now())
    Heartbeat.objects.filter(name="installed").update(at=timezone.now())
    return [(str(found), found.more, found.urgent) for found in alerts.now()]


ONE = ("1 Barriere ist gemeldet", "Antworten Sie bis 16.11.2026.", False)
LATE = (
    "1 gemeldete Barriere wartet länger als zwei Wochen",
    "Antworten Sie, oder schreiben Sie, dass es noch dauert.",
    True,
)
TOO_LATE = (
    "1 gemeldete Barriere wartet länger als sechs Wochen",
    "Die Frist ist vorbei. Antworten Sie bitte heute.",
    True,
)


def test_heute_tells_until_when_and_becomes_urgent_to_the_second(time_machine) -> None:
    time_machine.move_to(START, tick=False)
    start = timezone.now()
    report = BarrierReport.objects.create(text="Zu blass.")
    second = timedelta(seconds=1)
    for after, expected in [
        (timedelta(0), ONE),
        (timedelta(days=14) - second, ONE),
        (timedelta(days=14), LATE),
        (timedelta(days=42) - second, LATE),
        (timedelta(days=42), TOO_LATE),
    ]:
        time_machine.move_to(start + after, tick=False)
        assert todos() == [expected], after
    assert reports.answer(report, "beate")
    assert todos() == []


def test_an_interim_reply_moves_the_date_to_six_weeks_and_no_further(time_machine) -> None:
    time_machine.move_to(START, tick=False)
    start = timezone.now()
    report = BarrierReport.objects.create(text="Zu blass.")
    assert reports.note_interim_reply(report)
    assert todos() == [(ONE[0], "Antworten Sie bis 14.12.2026.", False)]
    time_machine.move_to(start + timedelta(days=42), tick=False)
    assert todos() == [TOO_LATE]
    assert not reports.note_interim_reply(report)


def test_every_number_equals_the_list_behind_it(beate: Client, time_machine) -> None:
    time_machine.move_to(START, tick=False)
    now = timezone.now()
    for days, interim, answered in [
        (1, None, None),
        (20, now, None),
        (14, None, None),
        (41, None, None),
        (42, now, None),
        (50, None, now),
    ]:
        BarrierReport.objects.create(
            text="Zu blass.", at=now - timedelta(days=days), interim_at=interim, answered_at=answered
        )
    found = {str(alert): beate.get(alert.url).context["cl"].result_count for alert in alerts.now()}
    assert found == {
        TOO_LATE[0]: 1,
        "2 gemeldete Barrieren warten länger als zwei Wochen": 2,
        "2 Barrieren sind gemeldet": 2,
    }


def test_beate_answers_and_says_so(beate: Client) -> None:
    report = BarrierReport.objects.create(text="Zu <b>blass</b>.", page="/termine/", email="ayse@example.org")
    at = f"{LIST}{report.pk}/change/"
    html = page(beate, at)
    assert 'href="mailto:ayse@example.org?subject=Ihre%20Nachricht%20an%20uns"' in html
    assert "Zu &lt;b&gt;blass" in html
    assert "Zwischenbescheid. Das ist festgehalten." in press(beate, html, "Zwischenbescheid gegeben")
    assert "Zwischenbescheid gegeben" not in page(beate, at)
    assert "beantwortet von beate" in press(beate, page(beate, at), "Beantwortet")
    report.refresh_from_db()
    assert (report.is_open, report.answered_by) == (False, "beate")
    assert "Das war schon festgehalten." in press(beate, html, "Beantwortet")
    assert "Was möchten Sie tun?" not in page(beate, at)


@pytest.mark.parametrize("step", ["zwischenbescheid", "beantwortet"])
def test_who_only_reads_answers_nothing(step: str, client: Client, settings) -> None:
    settings.DEMO = True
    mika = User.objects.create_user("mika", is_staff=True)
    mika.user_permissions.set(Permission.objects.filter(codename="view_barrierreport"))
    client.force_login(mika)
    report = BarrierReport.objects.create(text="Zu blass.")
    assert "Was möchten Sie tun?" not in page(client, f"{LIST}{report.pk}/change/")
    assert client.post(f"{LIST}{report.pk}/{step}/").status_code == 403
    assert client.get(f"{LIST}{report.pk}/{step}/").status_code == 405
    report.refresh_from_db()
    assert (report.is_open, report.interim_at) == (True, None)


def test_an_answered_report_goes_after_90_days_and_any_after_a_year(time_machine) -> None:
    time_machine.move_to(START, tick=False)
    start = timezone.now()
    BarrierReport.objects.create(text="beantwortet", answered_at=start)
    BarrierReport.objects.create(text="offen")
    for after, left in [
        (timedelta(days=90), {"beantwortet", "offen"}),
        (timedelta(days=90, seconds=1), {"offen"}),
        (timedelta(days=365), {"offen"}),
        (timedelta(days=365, seconds=1), set()),
    ]:
        time_machine.move_to(start + after, tick=False)
        upkeep.forget(timezone.now())
        assert set(BarrierReport.objects.values_list("text", flat=True)) == left


def test_the_report_is_among_what_a_person_sees_and_has_erased() -> None:
    ayse, kim = asked("ayse@example.org").address, asked("kim@example.org").address
    BarrierReport.objects.create(text="Zu blass.", email="ayse@example.org")
    [row] = personal_data.export(ayse)["Gemeldete Barrieren"]
    assert row["Text"] == "Zu blass."
    assert personal_data.export(kim) == {}
    personal_data.erase(kim)
    assert BarrierReport.objects.count() == 1
    personal_data.erase(ayse)
    assert BarrierReport.objects.count() == 0

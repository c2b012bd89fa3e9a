"""The form of /mitmachen/: clear sentences, nothing typed is lost, bots stay out, people get in."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailings import antispam
from members.details import Details
from members.forms import DetailsForm, JoinForm
from members.models import Member
from tests import FULL
from tests.members.people import form, request_of

pytestmark = pytest.mark.django_db

BOTS = 1000 if FULL else 50
TYPED = {"name": "Kim", "municipality": "siegen", "children_years": "2017, 2021", "discreet": "on"}


def answer(client: Client, **fields: object) -> str:
    page = client.post("/mitmachen/", form("kim@example.org", **TYPED) | fields)
    assert page.status_code == 200
    assert Member.objects.count() == 0
    return page.content.decode()


def test_only_the_address_is_required_and_no_box_is_ticked(client: Client) -> None:
    shown = client.get("/mitmachen/").content.decode()
    assert "checked" not in shown
    assert [
        name for name in ("email", "consent", "name", "municipality", "children_years") if _required(shown, name)
    ] == [
        "email",
        "consent",
    ]


def test_every_detail_is_asked_for_and_empty_at_first() -> None:
    nobody = Member()
    assert {name: getattr(nobody, name) for name in Details.FIELDS} == Details.FIELDS
    assert list(DetailsForm.base_fields) == [*Details.FIELDS, "discreet"]


def _required(page: str, name: str) -> bool:
    tag = page[page.index(f'name="{name}"') :].partition(">")[0]
    return " required" in tag


def test_a_browser_that_fills_the_hidden_field_is_no_dead_end(client: Client) -> None:
    shown = answer(client, homepage="https://kim.example")
    assert 'class="extra"' not in shown
    assert "Dieses Feld bitte leer lassen" in shown
    assert "https://kim.example" not in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": ""}, "Schreiben Sie hier Ihre E-Mail-Adresse hinein."),
        ({"email": "sommer.k@postfach"}, "Hier fehlt das Ende, zum Beispiel „.de“."),
        ({"email": "kim(at)example.org"}, "Das @ fehlt: Statt „(at)“ muss das Zeichen @ dastehen."),
        ({"email": "a@example.org, b@example.org"}, "Hier stehen zwei Adressen."),
        ({"email": "x" * 300 + "@example.org"}, "254"),
        ({"consent": ""}, "Setzen Sie hier ein Häkchen. Ohne Ihr Ja dürfen wir Ihnen nicht schreiben."),
        ({"municipality": "köln"}, "köln"),
        ({"children_years": "zwei"}, "Schreiben Sie nur die Jahre, zum Beispiel „2017, 2021“."),
        ({"children_years": "1950"}, "Bitte nur Jahre von"),
        ({"children_years": ", ".join(["2017"] * 16)}, "Bitte höchstens 15 Jahre."),
        ({"name": "n" * 41}, "höchstens 40 Zeichen"),
        ({"homepage": "https://spam.example"}, "Dieses Feld muss leer bleiben."),
        ({"seen": ""}, "Diese Seite war lange offen."),
        ({"seen": "gefälscht"}, "Diese Seite war lange offen."),
        ({"email": "kim\x00@example.org"}, "Im Text steht ein Zeichen, das es nicht gibt."),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(fields: dict[str, str], sentence: str, client: Client) -> None:
    shown = answer(client, **fields)
    assert sentence in shown
    if "email" not in fields:
        assert 'value="kim@example.org"' in shown
    if "children_years" not in fields:
        assert 'value="2017, 2021"' in shown
    if "municipality" not in fields:
        assert '<option value="siegen" selected>' in shown


@pytest.mark.parametrize(("age", "accepted"), [(0, False), (2.9, False), (3, True), (86_399, True), (86_401, False)])
def test_between_three_seconds_and_a_day(age: float, accepted: bool, client: Client, time_machine) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    page = client.post("/mitmachen/", form("kim@example.org", seen=antispam.stamp(JoinForm, age)))
    assert (page.status_code == 302) == accepted


def test_somebody_quick_who_forgot_something_is_told_what_and_nothing_else(client: Client) -> None:
    quick = antispam.stamp(JoinForm, 1)
    assert "Das ging sehr schnell." not in answer(client, seen=quick, email="")
    assert "Das ging sehr schnell." in answer(client, seen=quick)


def test_who_was_too_quick_or_too_slow_just_sends_it_again(client: Client, time_machine) -> None:
    """A person is never told that it worked while nothing happened, nor kept out."""
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    for wait in (timedelta(seconds=1), timedelta(hours=25)):
        shown = client.get("/mitmachen/").context["form"]["seen"].value()
        time_machine.move_to(timezone.now() + wait, tick=False)
        email = f"kim{wait.seconds}@example.org"
        again = client.post("/mitmachen/", form(email, seen=shown)).context["form"]["seen"].value()
        time_machine.move_to(timezone.now() + timedelta(seconds=4), tick=False)
        assert client.post("/mitmachen/", form(email, seen=again)).status_code == 302


@pytest.mark.slow
def test_naive_bots_are_refused_and_people_are_not(client: Client) -> None:
    """S-14: 1,000 posts that fill every field at once (50 in the short run), 50 that behave like people."""
    refused = 0
    for number in range(BOTS):
        bot = dict.fromkeys(("name", "homepage", "children_years"), "https://spam.example")
        page = client.post(
            "/mitmachen/",
            {"email": f"b{number}@example.org", "consent": "on", **bot, "seen": antispam.stamp(JoinForm, 0)},
        )
        refused += page.status_code == 200
    assert refused == BOTS
    assert Member.objects.count() == 0
    for number in range(50):
        place = f"10.9.0.{number}"
        page = client.post("/mitmachen/", form(f"p{number}@example.org", **TYPED), REMOTE_ADDR=place)
        assert page.status_code == 302
    assert Member.objects.count() == 50


@pytest.mark.parametrize(
    "years", ["2017, 2021", "2021 2017", "2017;2021", "2017 und 2021", "2017/2021", " 2017,2021, "]
)
def test_years_are_read_as_people_write_them(years: str, client: Client) -> None:
    client.post("/mitmachen/", form("kim@example.org", children_years=years))
    assert request_of("kim@example.org").details["children_years"] == [2017, 2021]


def test_a_name_cannot_hide_anything(client: Client) -> None:
    client.post("/mitmachen/", form("kim@example.org", name="Kim\u202e\r\nSommer\u2028"))
    assert request_of("kim@example.org").details["name"] == "Kim Sommer"


def test_a_slip_in_the_domain_is_asked_about_once(client: Client) -> None:
    shown = answer(client, email="kim@gmial.com")
    assert "Meinen Sie kim@gmail.com?" in shown
    assert 'value="kim@gmial.com"' in shown
    assert not Member.objects.exists()
    (sure,) = re.findall(r'name="sure" value="([^"]*)"', shown)
    assert client.post("/mitmachen/", form("kim@gmial.com", sure=sure)).status_code == 302
    assert Member.objects.get().address.email == "kim@gmial.com"
    other = client.post("/mitmachen/", form("nora@gnx.de", sure=sure)).content.decode()
    assert "Meinen Sie nora@gmx.de?" in other

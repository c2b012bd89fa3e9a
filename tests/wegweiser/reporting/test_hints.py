"""Hints that something is wrong: anyone may send one, and nobody learns who it was."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from mailings import antispam
from mailings.models import RateHit
from tests.netzwerk.privacy.test_my_data import dump
from tests.wegweiser.offers import hint_form, offer
from wegweiser.models import Hint
from wegweiser.reporting.forms import HintForm

pytestmark = pytest.mark.django_db

PATH = "/wegweiser/kleiderkiste/hinweis/"


def test_a_reader_says_what_is_wrong_and_nothing_tells_who(client: Client) -> None:
    kiste = offer()
    answer = client.post(PATH, hint_form(), REMOTE_ADDR="203.0.113.77")
    assert (answer.status_code, answer["Location"]) == (302, f"{PATH}danke/")
    assert "Danke für den Hinweis" in client.get(answer["Location"]).content.decode()
    [hint] = Hint.objects.all()
    assert (hint.offer, hint.text, hint.is_open, hint.by_provider) == (
        kiste,
        "Die Nummer gibt es nicht mehr.",
        True,
        False,
    )
    assert "203.0.113.77" not in dump(None)


def test_the_second_hint_within_ten_minutes_is_told_so_and_not_lost_in_silence(client: Client) -> None:
    offer()
    client.post(PATH, hint_form())
    answer = client.post(PATH, hint_form("Noch etwas."))
    assert answer.status_code == 200
    assert "In zehn Minuten geht der nächste." in answer.content.decode()
    assert "Noch etwas." in answer.content.decode()
    assert Hint.objects.count() == 1
    assert RateHit.objects.count() == 5, "three counts and a used stamp"


def test_nobody_floods_one_offer(client: Client) -> None:
    offer()
    for number in range(25):
        client.post(PATH, hint_form(f"Hinweis {number}"), REMOTE_ADDR=f"198.51.100.{number}")
    assert Hint.objects.count() == 20


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Schreiben Sie kurz, was nicht stimmt."),
        ({"text": "x" * 501}, "500"),
        ({"homepage": "https://spam.example"}, "Dieses Feld muss leer bleiben."),
        ({"seen": ""}, "Diese Seite war lange offen."),
    ],
)
def test_what_is_wrong_with_a_hint_is_said(fields: dict[str, str], sentence: str, client: Client) -> None:
    offer()
    answer = client.post(PATH, hint_form() | fields)
    assert sentence in answer.content.decode()
    assert not Hint.objects.exists()


def test_a_bot_that_is_too_quick_leaves_nothing(client: Client) -> None:
    """S-14"""
    offer()
    assert (
        "Das ging sehr schnell."
        in client.post(PATH, hint_form() | {"seen": antispam.stamp(HintForm, 1)}).content.decode()
    )
    assert not Hint.objects.exists()


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_what_nobody_can_read_takes_no_hints(state: str, client: Client) -> None:
    offer(state=state)
    for answer in (client.get(PATH), client.post(PATH, hint_form()), client.get(f"{PATH}danke/")):
        assert answer.status_code == 404
    assert client.get("/wegweiser/angebot-melden/?angebot=kleiderkiste").status_code == 404


def test_looking_at_the_form_writes_nothing(client: Client) -> None:
    offer()
    before = dump(None)
    for _ in range(10):
        client.get(PATH)
        client.head(PATH)
    assert dump(None) == before


@pytest.mark.parametrize(("rights", "done_by"), [(["view_hint"], ""), (["view_hint", "change_hint"], "mika")])
def test_who_only_reads_hints_ticks_none_off(rights: list[str], done_by: str, client: Client, settings) -> None:
    settings.DEMO = True
    reader = User.objects.create_user("mika", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(reader)
    hint = Hint.objects.create(offer=offer(), text="Die Nummer gibt es nicht mehr.")
    client.post("/verwaltung/wegweiser/hint/", {"action": "done", "_selected_action": [hint.pk]})
    hint.refresh_from_db()
    assert hint.done_by == done_by

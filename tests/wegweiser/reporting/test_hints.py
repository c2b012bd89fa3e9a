"""Hints that something is wrong: anyone may send one, and nobody learns who it was."""

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from mailings import antispam, proof_of_work
from mailings.models import RateHit
from tests.members.people import form
from tests.netzwerk.privacy.test_my_data import dump
from tests.proofs import challenge_in, solve
from tests.wegweiser.offers import hint_form, offer
from wegweiser.models import Hint
from wegweiser.reporting.forms import HintForm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_easy")]

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


@pytest.fixture
def _easy(monkeypatch) -> None:
    monkeypatch.setattr(proof_of_work, "BITS", 1)


def send(client: Client, text: str = "Stimmt nicht.", ip: str = "198.51.100.7") -> HttpResponse:
    """Sends a hint; if the form comes back for a proof of work, computes and sends it again."""
    answer = client.post(PATH, hint_form(text), REMOTE_ADDR=ip)
    if challenge := challenge_in(answer):
        answer = client.post(PATH, hint_form(text) | {"proof": solve(challenge)}, REMOTE_ADDR=ip)
    return answer


def test_the_fourth_hint_of_a_day_from_one_network_takes_a_proof_and_nobody_is_told_what_is_not_true(
    client: Client,
) -> None:
    offer()
    for number in range(3):
        assert client.post(PATH, hint_form(f"Hinweis {number}")).status_code == 302
    answer = client.post(PATH, hint_form("Noch etwas."))
    page = answer.content.decode()
    assert "Aus Ihrem Netz kommen gerade sehr viele Anfragen." in page
    assert "von Ihnen" not in page
    assert "Noch etwas." in page
    assert Hint.objects.count() == 3
    client.post(PATH, hint_form("Noch etwas.") | {"proof": solve(challenge_in(answer))})
    assert Hint.objects.count() == 4


def test_hints_do_not_use_up_what_other_forms_and_other_offers_have(client: Client) -> None:
    """P-26: the last free sign-up of a network tells nothing, because hints have counts of their own."""
    offer()
    offer("tafel")
    for number in range(4):
        client.post(PATH, hint_form(f"Hinweis {number}"))
    assert client.post(PATH.replace("kleiderkiste", "tafel"), hint_form()).status_code == 302
    of_hints = set(RateHit.objects.values_list("key", flat=True))
    RateHit.objects.all().delete()
    client.post("/mitmachen/", form("kim@example.org"))
    assert not of_hints & set(RateHit.objects.values_list("key", flat=True))


def test_one_network_cannot_close_an_offer_for_others(client: Client) -> None:
    """The old way: twenty hints from anywhere, and everybody else was refused."""
    offer()
    for number in range(12):
        send(client, f"Unsinn {number}")
    assert Hint.objects.count() == 9  # three, and with proofs three times as many
    assert client.post(PATH, hint_form(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_many_networks_are_held_up_and_then_everybody_hears_the_truth(client: Client) -> None:
    kiste = offer()
    Hint.objects.bulk_create(Hint(offer=kiste, text="Unsinn") for _ in range(20))
    assert challenge_in(client.post(PATH, hint_form()))
    assert send(client, "Die Nummer ist falsch.").status_code == 302
    Hint.objects.bulk_create(Hint(offer=kiste, text="Unsinn") for _ in range(39))
    answer = send(client, "Auch die Straße.")
    assert answer.status_code == 200
    assert "Zu diesem Angebot haben wir schon viele Hinweise und sehen es uns an." in answer.content.decode()
    assert "Auch die Straße." in answer.content.decode()
    assert Hint.objects.count() == 60


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

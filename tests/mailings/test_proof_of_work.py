"""The proof of work that a crowded form asks for (S-22): bound, short-lived, used once; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from mailings import limits, proof_of_work
from mailings.antispam import PublicEmailForm
from mailings.models import RateHit
from members.models import Member
from tests.members.people import form, request_of
from tests.proofs import challenge_in, solve
from tests.wegweiser.offers import form as offer_form
from wegweiser.models import Submission

pytestmark = pytest.mark.django_db

JOIN, DATA, REPORT = "/mitmachen/", "/meine-daten/", "/wegweiser/angebot-melden/"
TYPED = {"name": "Kim", "municipality": "siegen", "children_years": "2017, 2021", "discreet": "on"}
HOME = "2001:db8:1:1::7"


@pytest.fixture(autouse=True)
def _crowded(monkeypatch) -> None:
    """The queue of each kind is full; a proof takes few tries."""
    monkeypatch.setattr(proof_of_work, "BITS", 2)
    until = timezone.now() + timedelta(days=1)
    full = [f"lane {kind}" for kind in ("join", "my-data", "offer-report") for _ in range(limits.PER_KIND_HOUR)]
    RateHit.objects.bulk_create(RateHit(key=key, at=until) for key in full)


def send(client: Client, proof: str = "", email: str = "kim@example.org", ip: str = HOME) -> HttpResponse:
    return client.post(JOIN, form(email, **TYPED) | {"proof": proof}, REMOTE_ADDR=ip)


def challenge(client: Client, ip: str = HOME) -> str:
    return challenge_in(send(client, ip=ip))


def test_the_form_comes_back_as_it_was_typed_and_goes_with_a_proof(client: Client) -> None:
    answer = send(client)
    page = answer.content.decode()
    assert "Gerade kommen sehr viele Anfragen. Deshalb muss Ihr Gerät kurz rechnen." in page
    for typed in ('value="kim@example.org"', 'value="Kim"', '<option value="siegen" selected>', 'value="2017, 2021"'):
        assert typed in page
    assert page.count(" checked") == 2
    assert not Member.objects.exists()
    assert send(client, solve(challenge_in(answer))).status_code == 302
    assert request_of("kim@example.org").details["name"] == "Kim"


def test_the_page_that_comes_back_can_be_sent_at_once(client: Client) -> None:
    """It keeps its stamp: people have filled it in already."""
    form_of = send(client).context["form"]
    again = form("kim@example.org") | {"seen": form_of["seen"].value(), "proof": solve(form_of.challenge)}
    assert client.post(JOIN, again, REMOTE_ADDR=HOME).status_code == 302


def test_fields_with_several_values_keep_them_all(client: Client) -> None:
    topics = ["treffpunkte-und-selbsthilfe", "wohnen"]
    page = client.post(REPORT, offer_form(topics=topics, municipalities=["kreuztal", "siegen"]))
    assert page.context["form"]["topics"].value() == topics
    assert page.context["form"]["municipalities"].value() == ["kreuztal", "siegen"]
    sent = offer_form(topics=topics) | {"proof": solve(challenge_in(page))}
    assert client.post(REPORT, sent).status_code == 302
    assert Submission.objects.get().fields["topics"] == sorted(topics)


def test_without_javascript_the_page_says_how_to_join_by_telephone(client: Client) -> None:
    without = send(client).content.decode().partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Ohne JavaScript geht es gerade nur am Telefon." in without
    assert settings.CONTACT_PHONE in without
    assert challenge_in(send(client)), "pressing again is no way round"


def test_a_page_that_needs_none_shows_none(client: Client) -> None:
    RateHit.objects.all().delete()
    assert "proof" not in client.get(JOIN).content.decode()


def test_a_proof_counts_once(client: Client) -> None:
    proof = solve(challenge(client))
    assert send(client, proof).status_code == 302
    assert challenge_in(send(client, proof, "olena@example.org"))
    assert Member.objects.count() == 1


def test_a_proof_is_for_one_form(client: Client) -> None:
    proof = solve(challenge(client))
    answer = client.post(DATA, form("kim@example.org", PublicEmailForm) | {"proof": proof}, REMOTE_ADDR=HOME)
    assert challenge_in(answer)


@pytest.mark.parametrize(
    ("ip", "taken"), [("2001:db8:1:1::8", True), ("2001:db8:1:ffff::8", True), ("2001:db8:2::7", False)]
)
def test_a_proof_is_for_one_network_and_a_telephone_that_changes_its_address_in_it_is_not_asked_twice(
    client: Client, ip: str, taken: bool
) -> None:
    assert (send(client, solve(challenge(client)), ip=ip).status_code == 302) == taken


@pytest.mark.parametrize(("seconds", "taken"), [(1800, True), (1802, False)])
def test_a_proof_is_good_for_half_an_hour(client: Client, seconds: int, taken: bool, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    proof = solve(challenge(client))
    time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
    assert (send(client, proof).status_code == 302) == taken


@pytest.mark.parametrize(
    "forge",
    [
        lambda task: "",
        lambda task: task,
        lambda task: f"{task}~",
        lambda task: f"{task}~" + ".".join(["0"] * 16),
        lambda task: solve(task).rpartition(".")[0],
        lambda task: solve(task) + ".0",
        lambda task: solve(f"AAAA{task[4:]}"),
        lambda task: solve(task).replace("~", "~ "),
        lambda task: solve(task) + "\0",
        lambda task: solve(task) + "²",
        lambda task: "ä" * 1000,
        lambda task: "9" * 100_000,
    ],
)
def test_what_is_no_proof_is_asked_again_and_never_an_error(client: Client, forge) -> None:
    task = challenge(client)
    # sixteen zeros may by chance be right once in 4 ** 16
    answer = send(client, forge(task))
    assert answer.status_code == 200
    assert challenge_in(answer) not in ("", task)
    assert not Member.objects.exists()

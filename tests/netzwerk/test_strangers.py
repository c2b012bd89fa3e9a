"""What strangers cannot learn by the public forms, and whom they cannot hold up (P-04, P-26, S-22).

Each attack is also run on the limits as they were (`old_strangers`), where it succeeds.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.answering.form import LinkForm
from mailings import limits, suppression
from mailings.antispam import PublicEmailForm
from mailings.limits import NotNow, Request
from mailings.models import Address, Delivery, RateHit
from members import leaving
from members.forms import JoinForm
from tests import FULL
from tests.events.meetings import invite, meeting, party, reply_of
from tests.members.people import active, asked, form
from tests.netzwerk import old_strangers
from tests.proofs import challenge_in, shrink, solve
from tests.statements import recorded, undone
from tests.wegweiser.offers import HOUSE, hint_form, offer, provider
from tests.wegweiser.offers import form as offer_form

pytestmark = pytest.mark.django_db

# The short run asks for a fifth of everything; the full one repeats each guess 35 times, as the attacker did.
SCALE, GUESSES = (1, 35) if FULL else (5, 1)
HOUR, PLACE = limits.PER_KIND_HOUR // SCALE, limits.MAIL_NETWORKS[64] // SCALE
JOIN, MY_DATA, REPORT, HINT = (
    "/mitmachen/",
    "/meine-daten/",
    "/wegweiser/angebot-melden/",
    "/wegweiser/kleiderkiste/hinweis/",
)
SIGN_UP = "/termine/2026-12-05-treffen/anmelden/"
FORMS = {JOIN: JoinForm, MY_DATA: PublicEmailForm, SIGN_UP: LinkForm}
KINDS = {"my_data": "my-data", "sign_up": "event"}
WHO = ["member", "leaver", "unknown", "suppressed"]
OWN = {r'name="csrfmiddlewaretoken" value="[^"]*"', r'name="seen" value="[^"]*"', r'data-challenge="[^"]*"'}


@pytest.fixture(autouse=True)
def _small_figures(monkeypatch) -> None:
    shrink(monkeypatch, SCALE)
    monkeypatch.setattr(old_strangers, "PER_PLACE_DAY", PLACE)
    monkeypatch.setattr(old_strangers, "ALTOGETHER_HOUR", HOUR)


def put(who: str, email: str) -> None:
    if who in {"member", "leaver"}:
        member = active(email)
        if who == "leaver":
            leaving.leave(member.address, "Test")
    elif who == "suppressed":
        suppression.suppress(email, "objection")


def page(answer: Any) -> tuple[int, str, str]:
    """What an answer tells, without what differs between any two answers."""
    text = answer.content.decode()
    for own in OWN:
        text = re.sub(own, "", text)
    return answer.status_code, answer.headers.get("Location", ""), text


Target = Callable[[Client, str, str], Any]
Count = Callable[[str, str, str], object]


def count(kind: str, mailbox: str, ip: str) -> object:
    """A request of the attacker's own, as the forms count it."""
    return limits.take_turn(Request(kind, ip, mailbox=mailbox))


def attack(who: str, target: Target, guess: int, count: Count) -> list[Any]:
    """All but one of a network's requests are the attacker's own, the last is for X; then the attacker looks what is
    left: by a hint, by each of the forms once more, and in the number of counts.
    """
    client, email, ip = Client(), f"x{guess}@example.org", f"203.0.113.{guess}"
    put(who, email)
    for number in range(PLACE - 1):
        count(KINDS[target.__name__], f"own{number}@example.org", ip)
    seen = [page(target(client, email, ip)), page(client.post(HINT, hint_form(), REMOTE_ADDR=ip))]
    for path, of in FORMS.items():
        seen.append(page(client.post(path, form(f"{of.__name__}@example.org", of), REMOTE_ADDR=ip)))
    seen.append(page(client.post(REPORT, offer_form(), REMOTE_ADDR=ip)))
    return [*seen, RateHit.objects.count()]


def my_data(client: Client, email: str, ip: str) -> Any:
    return client.post(MY_DATA, form(email, PublicEmailForm), REMOTE_ADDR=ip)


def sign_up(client: Client, email: str, ip: str) -> Any:
    return client.post(SIGN_UP, form(email, LinkForm), REMOTE_ADDR=ip)


def looks(target: Target, count: Count) -> dict[str, list[Any]]:
    """What each guess looks like, for each sort of address; nothing stays between them."""
    offer()
    meeting(slug="2026-12-05-treffen")
    found: dict[str, list[Any]] = {who: [] for who in WHO}
    for guess in range(GUESSES):
        for who in WHO:
            with undone():
                found[who].append(attack(who, target, guess, count))
    return found


@pytest.mark.parametrize("target", [my_data, sign_up])
def test_members_leavers_unknown_and_suppressed_addresses_cannot_be_told_apart(target, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    found = looks(target, count)
    statuses = [looked[0] for looked in found["unknown"][0][:-1]]
    asked_to_compute = [302, 302, 302, 200, 302, 302] if target is my_data else [302, 302, 302, 302, 200, 302]
    assert statuses == asked_to_compute, "the next of the same kind"
    for who in WHO:
        assert found[who] == found["unknown"], who


@pytest.mark.slow
@pytest.mark.parametrize(("target", "told"), [(my_data, {"member", "leaver"}), (sign_up, set(WHO) - {"suppressed"})])
def test_the_old_limits_told_them_apart_by_one_hint(target, told: set[str], time_machine, monkeypatch) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    old_strangers.install(monkeypatch)
    refused = {
        who: [looked[1][0] == 200 for looked in guesses] for who, guesses in looks(target, old_strangers.allow).items()
    }
    assert refused == {who: [who in told] * GUESSES for who in WHO}


def flood(kind: str, networks: int, each: int, pattern: str) -> None:
    """Requests with addresses of the attacker's own, without proofs."""
    for network in range(networks):
        for number in range(each):
            try:
                limits.take_turn(Request(kind, pattern.format(network), mailbox=f"a{network}-{number}@example.org"))
            except NotNow:
                break


def waits(email: str, kind: str = "") -> timedelta:
    """From now until the newest mail to this address is due."""
    due: Any = Delivery.objects.filter(address__email=email).latest("pk").due_at
    return due - timezone.now()


ONE_PROVIDER, BOTNET = "2001:db8:7:1{:02x}::1", "2001:db8:{:x}::1"


@pytest.mark.parametrize(("pattern", "proof"), [(ONE_PROVIDER, False), (BOTNET, True)])
def test_eight_hundred_requests_from_forty_networks_hold_up_nobody_we_know(
    client: Client, pattern: str, proof: bool, time_machine
) -> None:
    """From forty /64 of one /56, and from forty networks that share nothing: then the queue is full."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    active("kim@example.org")
    for kind in ("join", "my-data"):
        flood(kind, 40, 20 // SCALE, pattern)
    for email, path in {"kim@example.org": MY_DATA, "new@example.org": JOIN}.items():
        typed = form(email, FORMS[path])
        answer = client.post(path, typed, REMOTE_ADDR="198.51.100.7")
        assert bool(challenge_in(answer)) == proof
        if proof:
            typed["proof"] = solve(challenge_in(answer))
            assert client.post(path, typed, REMOTE_ADDR="198.51.100.7").status_code == 302
    assert waits("kim@example.org") <= timedelta(minutes=2)
    assert waits("new@example.org") <= timedelta(hours=2)
    if proof:
        assert waits("new@example.org") == timedelta()


def test_the_old_limits_let_everybody_wait_for_eight_hours(client: Client, time_machine, monkeypatch) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    old_strangers.install(monkeypatch)
    active("kim@example.org")
    for network in range(40):
        for number in range(PLACE):
            assert old_strangers.allow("join", f"a{network}-{number}@example.org", ONE_PROVIDER.format(network)).allowed
    client.post(MY_DATA, form("kim@example.org", PublicEmailForm))
    assert waits("kim@example.org") == timedelta(hours=8)


def test_mail_to_everybody_whom_we_know_is_due_at_once_and_to_others_in_its_turn(client: Client, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    event = meeting(slug="2026-12-05-treffen")
    put("member", "member@example.org")
    put("leaver", "leaver@example.org")
    invite(event, "invited@example.org")
    provider(email=HOUSE)
    sign_up(client, "answered@example.org", "192.0.2.1")
    answers.accept(reply_of(event, "answered@example.org"), party(1))
    sign_up(client, "open@example.org", "192.0.2.2")
    asked("pending@example.org")
    client.post(REPORT, offer_form("unconfirmed@example.org"))
    flood("my-data", 2 * HOUR, 1, BOTNET)
    found = {}
    for number, email in enumerate(Address.objects.order_by("email").values_list("email", flat=True)):
        with undone():
            RateHit.objects.exclude(key__startswith="lane").delete()
            my_data(client, email, f"198.51.100.{number}")
            found[email] = waits(email)
    now, later = timedelta(), timedelta(hours=2)
    assert found == {
        "answered@example.org": now, "invited@example.org": now, "leaver@example.org": now, "member@example.org": now,
        HOUSE: now, "open@example.org": later, "pending@example.org": later, "unconfirmed@example.org": later,
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("crowd", ["held", "proof", "overrun"])
@pytest.mark.parametrize("path", [JOIN, MY_DATA])
def test_in_a_crowd_too_all_addresses_look_the_same(crowd: str, path: str, time_machine) -> None:
    """P-04: page, statements and counts, while strangers' mail is held, asked to compute, or not taken at all."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    kind, now = {JOIN: "join", MY_DATA: "my-data"}[path], timezone.now()
    lanes = {"held": [("", 1)], "proof": [("", 3)], "overrun": [("", 3), (" proven", 3)]}[crowd]
    for lane, hours in lanes:
        until = [now + timedelta(hours=hour) for hour in range(hours)]
        RateHit.objects.bulk_create(RateHit(key=f"lane {kind}{lane}", at=at) for at in until * HOUR)
    found = {}
    for who in WHO:
        with undone():
            client = Client()
            put(who, "x@example.org")
            before = RateHit.objects.count()
            with recorded() as statements:
                typed = form("x@example.org", FORMS[path])
                looked = [client.post(path, typed)]
                if challenge := challenge_in(looked[0]):
                    looked.append(client.post(path, typed | {"proof": solve(challenge)}))
            found[who] = [page(answer) for answer in looked], statements, RateHit.objects.count() - before
            if crowd == "overrun":
                mails = Delivery.objects.filter(address__email="x@example.org", state="queued")
                assert mails.exists() == (who in {"member", "leaver"}), "those whom we know get theirs"
                assert settings.CONTACT_PHONE in found[who][0][-1][2]
    for who in WHO:
        assert found[who] == found["unknown"], who
    statuses = [status for status, _, _ in found["unknown"][0]]
    assert statuses == {"held": [302], "proof": [200, 302], "overrun": [200, 200]}[crowd]


def test_one_mailbox_gets_three_mails_a_day_by_all_forms_together(client: Client, time_machine) -> None:
    """P-05: the old limits sent four at once and twelve a day."""
    start = timezone.now()
    meeting(slug="2026-12-05-treffen", days=30)
    active("kim@example.org")
    for number in range(20 // SCALE):
        time_machine.move_to(start + timedelta(hours=number), tick=False)
        ip = f"198.51.100.{number}"
        sign_up(client, "kim@example.org", ip)
        my_data(client, "Kim@Example.org", ip)
        client.post(JOIN, form("kim+liste@example.org"), REMOTE_ADDR=ip)
        client.post(REPORT, offer_form("kim@example.org"), REMOTE_ADDR=ip)
    assert Delivery.objects.count() == 3


def test_the_members_link_comes_at_once_even_after_a_sign_up(client: Client, time_machine) -> None:
    """Ten minutes lie between the mails to a stranger's mailbox; a member is not made to wait for her own link."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    meeting(slug="2026-12-05-treffen")
    active("kim@example.org")
    for email in ("kim@example.org", "new@example.org"):
        sign_up(client, email, "198.51.100.7")
        client.post(JOIN, form(email), REMOTE_ADDR="198.51.100.8")
    assert (waits("kim@example.org"), waits("new@example.org")) == (timedelta(), timedelta(minutes=10))

"""Passkeys are a second factor: of this account, for this site, once for each question. All officers are invented."""

import json
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential, WebAuthnUserHandle

from netzwerk.models import SpentChallenge
from netzwerk.signing_in.challenges import MINUTES
from tests import FULL
from tests.desk import page
from tests.netzwerk.signing_in.authenticator import PRESENT, VERIFIED, Authenticator, b64, unb64
from tests.netzwerk.signing_in.people import LOGIN, PASSWORD, on_the_desk, with_app
from tests.netzwerk.signing_in.test_form import WRONG, tried

pytestmark = pytest.mark.django_db

ADD = "/verwaltung/meine-anmeldung/passkey/"


def questions(client: Client, path: str = "/verwaltung/login/passkey/") -> dict[str, Any]:
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    return dict(answer.json())


def with_passkey(name: str, **options: Any) -> Authenticator:
    """An officer who has added a passkey on the desk."""
    owner = User.objects.create_superuser(name, password=PASSWORD)
    app = with_app(owner)
    client = on_the_desk(app)
    key = Authenticator(**options)
    answer = client.post(ADD, {"passkey": key.create(questions(client, f"{ADD}aufgabe/")), "name": "Diensthandy"})
    assert answer.status_code == 302
    app.delete()
    return key


def sign_in(answer: str, name: str = "beate", password: str = PASSWORD, client: Client | None = None) -> bool:
    """Whether it opens the desk; the refusal is always the same."""
    AccessAttempt.objects.all().delete()  # five failures are another matter: test_limits.py
    client = client or Client()
    told = client.post(LOGIN, {"username": name, "password": password, "otp_token": "", "passkey": answer})
    assert told.status_code == 302 or WRONG in told.content.decode()
    return told.status_code == 302 and client.get("/verwaltung/").status_code == 200


def test_beate_adds_a_passkey_and_signs_in_with_it() -> None:
    key = with_passkey("beate")
    kept = WebAuthnCredential.objects.get()
    assert (kept.name, kept.last_used_at) == ("Diensthandy", None)
    assert sign_in(key.get(questions(Client())))
    kept.refresh_from_db()
    assert kept.last_used_at is not None


def test_nothing_is_kept_that_a_passkey_does_not_need() -> None:
    """Neither the make of the device nor a handle; and asking stores nothing."""
    with_passkey("beate")
    before = SpentChallenge.objects.count()
    for _ in range(3):
        questions(Client())
    assert SpentChallenge.objects.count() == before == 1
    assert not WebAuthnAttestation.objects.exists()
    assert not WebAuthnUserHandle.objects.exists()


def test_the_question_names_nobody_and_wants_the_device_unlocked() -> None:
    with_passkey("beate")
    asked = questions(Client())
    assert asked["rpId"] == "localhost"
    assert asked["userVerification"] == "required"
    assert asked.get("allowCredentials", []) == []


def test_without_the_password_a_passkey_opens_nothing() -> None:
    key = with_passkey("beate")
    assert not sign_in(key.get(questions(Client())), password="falsch")
    assert not sign_in(key.get(questions(Client())), name="gibt-es-nicht")


def test_another_officers_passkey_opens_nothing() -> None:
    with_passkey("beate")
    annas = with_passkey("anna")
    assert not sign_in(annas.get(questions(Client())))
    assert sign_in(annas.get(questions(Client())), name="anna")


@pytest.mark.parametrize("counts", [True, False])
def test_an_answer_works_once(counts: bool) -> None:
    """Passkeys in a cloud do not count, so the counter alone would let a replay in."""
    key = with_passkey("beate", counts=counts)
    answer = key.get(questions(Client()))
    assert sign_in(answer)
    assert not sign_in(answer)


def test_control_without_spending_challenges_a_replay_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netzwerk.signing_in.challenges.spend", lambda challenge: True)
    key = with_passkey("beate")
    answer = key.get(questions(Client()))
    assert sign_in(answer)
    assert sign_in(answer)


def test_a_challenge_lasts_five_minutes(time_machine) -> None:
    key = with_passkey("beate")
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    early, late = key.get(questions(Client())), key.get(questions(Client()))
    time_machine.move_to(start + timedelta(minutes=MINUTES), tick=False)
    assert sign_in(early)
    time_machine.move_to(start + timedelta(minutes=MINUTES, seconds=1), tick=False)
    assert not sign_in(late)


def test_what_is_not_an_answer_to_our_question_opens_nothing() -> None:
    key = with_passkey("beate")
    asked = questions(Client())
    invented = {**asked, "challenge": b64(b"sign in selbst ausgedacht")}
    changed = {**asked, "challenge": b64(unb64(asked["challenge"]) + b"x")}
    assert not sign_in(key.get(invented))
    assert not sign_in(key.get(changed))
    assert not sign_in(key.get(asked, origin="https://netzwerk.example.evil.example"))
    assert not sign_in(key.get(asked, type="webauthn.create"))
    assert not sign_in(key.get({**asked, "rpId": "evil.example"}))
    assert sign_in(key.get(asked)), "the control: nothing of this has spent the challenge"


@pytest.mark.parametrize("flags", [PRESENT, VERIFIED, 0])
def test_a_device_that_was_not_unlocked_opens_nothing(flags: int) -> None:
    key = with_passkey("beate")
    assert not sign_in(key.get(questions(Client()), flags=flags))


def test_a_question_for_adding_cannot_be_answered_by_signing_in_nor_for_somebody_else() -> None:
    key = with_passkey("beate")
    client = on_the_desk(with_app(User.objects.create_superuser("anna", password=PASSWORD)))
    for_anna = questions(client, f"{ADD}aufgabe/")
    assert not sign_in(key.get({**questions(Client()), "challenge": for_anna["challenge"]}))
    stolen = Authenticator().create({**for_anna, "challenge": questions(Client())["challenge"]})
    shown = client.post(ADD, {"passkey": stolen, "name": ""}).content.decode()
    assert "Das hat zu lange gedauert" in shown
    assert WebAuthnCredential.objects.count() == 1


def test_the_same_passkey_twice_is_one() -> None:
    """A double click, and the same key under another question."""
    client = on_the_desk(with_app(User.objects.create_superuser("anna", password=PASSWORD)))
    key = Authenticator()
    answer = key.create(questions(client, f"{ADD}aufgabe/"))
    assert client.post(ADD, {"passkey": answer, "name": "x"}).status_code == 302
    assert "schon eingerichtet" in client.post(ADD, {"passkey": answer}).content.decode()
    again = key.create(questions(client, f"{ADD}aufgabe/"))
    assert "schon eingerichtet" in client.post(ADD, {"passkey": again}).content.decode()
    assert WebAuthnCredential.objects.get().name == "x"


HOSTILE = [
    "",
    "x",
    "[]",
    "{}",
    "[" * 100_000,
    "\0",
    "ü" * 10_000,
    '{"id": 1}',
    '{"response": {"id": "e30"}}',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_no_browser_sends_is_refused_in_words(text: str) -> None:
    with_passkey("beate")
    assert not sign_in(text)
    answer = on_the_desk(with_app(User.objects.get())).post(ADD, {"passkey": text, "name": "x"})
    assert answer.status_code == 200
    assert "hat keinen Passkey geschickt" in answer.content.decode()


def test_fields_of_any_type_in_a_real_answer_are_refused_in_words() -> None:
    key = with_passkey("beate")
    real = json.loads(key.get(questions(Client())))
    for wrong in (None, [], {}, "x", "-" * 300, 7) if FULL else (7, "x"):
        for field in ("id", "rawId", "type", "response"):
            assert not sign_in(json.dumps({**real, field: wrong})), (field, wrong)
        for field in real["response"]:
            assert not sign_in(json.dumps({**real, "response": {**real["response"], field: wrong}})), (field, wrong)


def test_a_right_password_with_a_wrong_passkey_is_told_by_nothing() -> None:
    """S-04: whichever of the two is right, page and statements are the same."""
    key, other = with_passkey("beate"), with_passkey("anna")

    def ask(key: Authenticator) -> str:
        return key.get(questions(Client()))

    for answer in (lambda: ask(other), lambda: ask(Authenticator()), lambda: "x"):
        assert tried("192.0.2.1", "falsch", "", passkey=answer()) == tried("192.0.2.2", PASSWORD, "", passkey=answer())
    right = tried("192.0.2.3", "falsch", "", passkey=ask(key))
    assert WRONG in right[1]
    assert WebAuthnCredential.objects.get(user__username="beate").last_used_at is None


def test_the_sign_in_page_asks_a_browser_that_can() -> None:
    shown = page(Client(), LOGIN)
    assert 'data-host="localhost"' in shown
    assert "Mit Passkey anmelden" in shown
    policy = Client().get(LOGIN)["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in policy
    assert "publickey-credentials-create=(self)" in policy

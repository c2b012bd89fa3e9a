"""What is kept of second factors opens nothing by itself, and works once. All officers are invented."""

import hashlib
import io
import re
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine as travel
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kit import sealing
from kit.desk.audit import Action
from netzwerk import upkeep
from netzwerk.models import AuthenticatorApp, CodeSheet, PrintedCode, SpentChallenge
from netzwerk.models.factors import LETTERS, code_digests, keys
from netzwerk.signing_in import challenges, factors
from tests.database import limited
from tests.events.answering.test_seats_races import at_once
from tests.netzwerk.privacy.test_my_data import dump
from tests.netzwerk.signing_in.people import PASSWORD, SEED, on_the_desk, shown, sign_in, with_app, with_codes
from tests.netzwerk.signing_in.test_passkeys import with_passkey
from tests.post import Post, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db

OTHER_KEY = "0123456789-ein-anderer-langer-schluessel-abcdefghijkl"


@pytest.fixture
def beate() -> User:
    return User.objects.create_superuser("beate", email="beate@example.org", password=PASSWORD)


def test_a_dump_holds_no_seed_and_no_code(beate: User) -> None:
    """As people would look for them: hex, base32, with and without the dash, in any case."""
    client = on_the_desk(with_app(beate))
    shown_codes = press(client, client.get("/verwaltung/meine-anmeldung/codes/").content.decode(), "Codes zeigen")
    codes = re.findall(r"<li>(\w{4})-(\w{4})</li>", shown_codes)
    assert len(codes) == 10
    held = dump(None).lower()
    assert "beate" in held
    assert SEED not in held
    assert "gezdgnbvgy3tqojqgezdgnbvgy3tqojq" not in held  # the seed in base32
    assert [code for first, second in codes for code in (first + second, f"{first}-{second}") if code in held] == []
    assert {letter for first, second in codes for letter in first + second} <= set(LETTERS)


@pytest.mark.logs_errors
def test_without_the_key_outside_the_database_nothing_of_it_can_be_read(beate: User, settings) -> None:
    """An officer who signs in then hears what everybody hears; the log says why."""
    app, sheet = with_app(beate), with_codes(beate, "abcd2345")
    settings.FACTOR_KEY = OTHER_KEY
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(app.sealed_seed, keys())
    assert not sheet.verify_token("abcd2345")
    assert "stimmt nicht" in sign_in(Client(), "beate", PASSWORD, shown())


def test_a_key_can_be_changed_while_everybody_goes_on_signing_in(beate: User, settings) -> None:
    """What is used is sealed anew; after that the old key is needed no more for the app."""
    app, sheet = with_app(beate), with_codes(beate, "abcd2345", "efgh6723")
    settings.FACTOR_KEY, settings.FACTOR_KEY_FALLBACKS = OTHER_KEY, [settings.FACTOR_KEY]
    assert app.verify_token(shown())
    assert sheet.verify_token("abcd2345")
    settings.FACTOR_KEY_FALLBACKS = []
    assert sealing.unseal(AuthenticatorApp.objects.get().sealed_seed, keys()) == SEED
    assert not sheet.verify_token("efgh6723")


def test_a_code_of_the_app_works_once_and_so_does_the_one_before_it(beate: User) -> None:
    with_app(beate)
    with travel.travel("2026-11-30T09:00:10+01:00", tick=False) as clock:
        now, before = shown(), shown(steps=-1)
        assert factors.accept(beate, f"{now[:3]} {now[3:]}", really=True)
        for old in (now, before):
            assert factors.accept(beate, old, really=True) is None
            clock.shift(20)
        clock.shift(60)
        assert factors.accept(beate, shown(), really=True)


def test_a_used_printed_code_is_refused(beate: User) -> None:
    with_codes(beate, "abcd2345")
    assert factors.accept(beate, "ABCD-2345 ", really=True)
    assert factors.accept(beate, "abcd2345", really=True) is None
    assert factors.codes_left(beate) == 0
    assert factors.has_any(beate), "or a password alone would be enough again"


def test_a_printed_code_of_another_account_is_none(beate: User) -> None:
    anna = User.objects.create_superuser("anna")
    with_codes(beate, "abcd2345")
    with_codes(anna, "efgh6723")
    assert factors.accept(beate, "efgh6723", really=True) is None


def test_has_any_and_end_all_know_every_kind(beate: User) -> None:
    anna = User.objects.create_superuser("anna")
    with_app(anna)
    for make in (with_app, with_codes):
        assert not factors.has_any(beate)
        make(beate)
        assert factors.has_any(beate)
        assert factors.end_all(beate) == 1
    with_passkey("olga")
    olga = User.objects.get(username="olga")
    assert factors.has_any(olga)
    assert factors.end_all(olga) == 1
    assert (factors.has_any(olga), factors.has_any(beate), factors.has_any(anna)) == (False, False, True)
    assert not PrintedCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_printed_code_used_ten_times_at_once_works_once(beate: User) -> None:
    with_codes(beate, "abcd2345")
    with limited(lock_timeout=60_000):
        results = at_once([lambda: factors.accept(beate, "abcd2345", really=True) is not None] * 10)
    assert sorted(map(str, results)) == ["False"] * 9 + ["True"]


@pytest.mark.django_db(transaction=True)
def test_control_looking_first_and_deleting_then_lets_several_in(beate: User) -> None:
    """Without the lock, and with a check before the DELETE, as django-otp's own codes have it."""
    sheet = with_codes(beate, "abcd2345")

    def look_then_delete() -> bool:
        found = CodeSheet.objects.get(pk=sheet.pk).codes.filter(digest__in=code_digests(beate.pk, "abcd2345")).first()
        seen.wait()
        if found:
            found.delete()
        return found is not None

    seen = Barrier(10)
    assert at_once([look_then_delete] * 10).count(True) > 1


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_the_last_two_at_once_leave_one(beate: User) -> None:
    with_app(beate)
    with_app(beate, "30" * 20)
    found = factors.of(beate)

    def remove(factor: factors.Factor) -> str:
        try:
            factors.end(beate, factor)
        except factors.LastFactor:
            return "must stay"
        return "removed"

    with limited(lock_timeout=60_000):
        results = at_once([lambda factor=factor: remove(factor) for factor in found])
    assert sorted(map(str, results)) == ["must stay", "removed"]
    assert AuthenticatorApp.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_challenge_answered_ten_times_at_once_counts_once() -> None:
    challenge = challenges.ask("sign in")
    assert sorted(map(str, at_once([lambda: challenges.spend(challenge)] * 10))) == ["False"] * 9 + ["True"]


def test_spent_challenges_are_forgotten_after_a_day() -> None:
    """They are valid for five minutes, set-ups for an hour."""
    challenges.spend(b"gestern")
    challenges.spend(b"heute")
    now = timezone.now()
    SpentChallenge.objects.filter(key=challenges_key(b"gestern")).update(at=now - timedelta(days=1, seconds=1))
    upkeep.clear_sign_ins(now)
    assert [spent.key for spent in SpentChallenge.objects.all()] == [challenges_key(b"heute")]


def challenges_key(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def test_a_technician_lets_the_only_officer_in_again(
    beate: User, monkeypatch: pytest.MonkeyPatch, heard: list[object], post: Post
) -> None:
    client = on_the_desk(with_app(beate))
    with_codes(beate)
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "ja")
    said = io.StringIO()
    call_command("end_factors", "beate", stdout=said)
    assert asked == ["Alle zweiten Schritte von „beate“ beenden? Dann tippen Sie ja: "]
    assert "Beendet: 2." in said.getvalue()
    assert heard == [("None", Action.FACTOR_ENDED, "alle von beate, mit manage.py end_factors")]
    post.deliver()
    assert "Alle zweiten Schritte sind entfernt worden." in text_of(post.to("beate@example.org"))
    assert client.get("/verwaltung/").status_code == 302, "who was signed in is no longer"
    assert "richten Sie einen zweiten Schritt ein" in sign_in(Client(), "beate", PASSWORD)


@pytest.mark.parametrize(("name", "typed"), [("beate", "nein"), ("beate", ""), ("gibt-es-nicht", "ja")])
def test_a_technician_who_hesitates_or_mistypes_ends_nothing(
    name: str, typed: str, beate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(beate)
    monkeypatch.setattr("builtins.input", lambda _: typed)
    with pytest.raises(CommandError):
        call_command("end_factors", name, stdout=io.StringIO())
    assert factors.has_any(beate)

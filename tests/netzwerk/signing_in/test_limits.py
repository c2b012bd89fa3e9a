"""Guessing at the desk's door is stopped; no officer is kept out by somebody else's guesses (S-04)."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from threading import Barrier

import pytest
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from netzwerk.signing_in import limits
from tests import FULL
from tests.database import limited
from tests.events.answering.test_seats_races import at_once
from tests.netzwerk.signing_in.people import shown
from tests.netzwerk.signing_in.test_form import PASSWORD, officer, sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

SAME_NETWORK = [("beate", f"2001:db8:0:7::{number:x}") for number in range(1, 61 if FULL else 8)]
SAME_ADDRESS = [(f"amt{number}", "198.51.100.7") for number in range(40 if FULL else 23)]
# Five from each of 200 networks; in small figures only the last ones are made, the others are entered.
ELSEWHERE = [("beate", f"198.51.100.{number // 5}") for number in range(1000)]
MADE = 1000 if FULL else 15


@pytest.fixture
def former_limits(settings, monkeypatch) -> None:
    """axes as it was set up before: by name and single address only."""
    monkeypatch.setattr(AxesProxyHandler, "implementation", AxesDatabaseHandler())
    settings.AXES_CLIENT_IP_CALLABLE = None


def tries(guesses: list[tuple[str, str]]) -> int:
    """How many of the guesses (name, address) were looked at."""
    looked = 0
    for name, address in guesses:
        answer = sign_in(Client(REMOTE_ADDR=address), "falsch", "000000", username=name)
        assert answer.status_code in {200, 429}
        looked += answer.status_code == 200
    return looked


def said(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def entered(guesses: list[tuple[str, str]]) -> None:
    now = timezone.now()
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=name, ip_address=address, failures_since_start=number, attempt_time=now)
        for (name, address), number in Counter(guesses).items()
    )


def test_sixty_guesses_from_one_network_are_four_and_then_none(officer: User) -> None:  # noqa: F811 - a fixture
    assert tries(SAME_NETWORK) == 4  # the fifth failure is told that it was the last
    assert {attempt.ip_address for attempt in AccessAttempt.objects.all()} == {"2001:db8:0:7::"}


def test_forty_names_from_one_address_are_nineteen_and_then_none() -> None:
    assert tries(SAME_ADDRESS) == 19


@pytest.mark.slow
@pytest.mark.usefixtures("former_limits")
def test_before_they_were_all_looked_at(officer: User) -> None:  # noqa: F811 - a fixture
    assert tries(SAME_NETWORK) == len(SAME_NETWORK)
    assert tries(SAME_ADDRESS) == len(SAME_ADDRESS)


def test_after_five_failures_the_right_password_waits_a_quarter_of_an_hour(officer: User, time_machine) -> None:  # noqa: F811 - a fixture
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    for _ in range(5):
        sign_in(Client(), "falsch", "000000")
    refused = sign_in(Client(), PASSWORD, shown())
    assert refused.status_code == 429
    assert f"Spätestens um {timezone.localtime(start + timedelta(minutes=15, seconds=59)):%H:%M} Uhr" in said(refused)
    assert refused["Retry-After"] == "900"
    # Trying meanwhile prolongs nothing.
    time_machine.move_to(start + timedelta(minutes=14), tick=False)
    assert sign_in(Client(), "falsch", "000000").status_code == 429
    time_machine.move_to(start + timedelta(minutes=15, seconds=1), tick=False)
    assert sign_in(Client(), PASSWORD, shown()).status_code == 302


@pytest.mark.parametrize("token", ["000000", ""])
def test_wrong_codes_count_as_wrong_passwords_do(token: str, client: Client, officer: User) -> None:  # noqa: F811 - a fixture
    assert [sign_in(client, PASSWORD, token).status_code for _ in range(6)] == [200, 200, 200, 200, 429, 429]


def test_a_refusal_tells_nothing_about_the_password(client: Client, officer: User) -> None:  # noqa: F811 - a fixture
    for _ in range(5):
        sign_in(client, "falsch", "000000")
    right, wrong = sign_in(client, PASSWORD, shown()), sign_in(client, "falsch", "000000")
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)


def test_a_thousand_guesses_from_elsewhere_do_not_keep_beate_out(officer: User) -> None:  # noqa: F811 - a fixture
    """Her own network has no failure behind it; those of the storm have two tries each instead of five."""
    entered(ELSEWHERE[:-MADE])
    looked = tries(ELSEWHERE[-MADE:])
    assert looked == (10 * 4 + 190 * 1 if FULL else 3)
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), "falsch", "000000").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), PASSWORD, shown()).status_code == 302


def test_a_lock_by_name_alone_would_keep_her_out(officer: User, settings, monkeypatch) -> None:  # noqa: F811 - a fixture
    """What the promise is worth: the usual setting against guesses from many networks fails it."""
    monkeypatch.setattr(AxesProxyHandler, "implementation", AxesDatabaseHandler())
    settings.AXES_LOCKOUT_PARAMETERS = [["username"]]
    entered(ELSEWHERE)
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), PASSWORD, shown()).status_code == 429


def test_only_name_and_network_are_kept_of_a_failure(client: Client, officer: User) -> None:  # noqa: F811 - a fixture
    """Not the code, nor the address of a page about somebody that was to come next."""
    for _ in range(2):
        sign_in(client, "falsch", "123456", next="/verwaltung/members/member/?q=kim@example.org")
        client.get("/verwaltung/login/?next=/verwaltung/members/member/?q=kim@example.org")
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.failures_since_start) == ("beate", 2)
    assert (attempt.get_data, attempt.post_data) == ("", "")


GUESSES = 12


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names whose passwords were looked at."""
    names: list[str] = []
    really = ModelBackend.authenticate

    def note(self: ModelBackend, request: HttpRequest, **credentials: str) -> User | None:
        names.append(credentials["username"])
        return really(self, request, **credentials)

    monkeypatch.setattr(ModelBackend, "authenticate", note)
    return names


def guess_at_once() -> list[object]:
    with limited(lock_timeout=60_000):
        return at_once([lambda: sign_in(Client(), "falsch", "000000").status_code] * GUESSES)


@pytest.mark.django_db(transaction=True)
def test_twelve_guesses_at_once_are_five_too(officer: User, checked: list[str]) -> None:  # noqa: F811 - a fixture
    assert Counter(guess_at_once()) == {200: 4, 429: 8}
    assert checked == ["beate"] * 5


@pytest.mark.django_db(transaction=True)
def test_control_without_waiting_for_each_other_all_twelve_are_looked_at(
    officer: User,  # noqa: F811 - a fixture
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None of their failures is counted before all of them are checked."""
    together = Barrier(GUESSES)
    really = AxesStandaloneBackend.authenticate

    def wait(self: AxesStandaloneBackend, request: HttpRequest, **credentials: str) -> None:
        really(self, request, **credentials)
        together.wait()

    monkeypatch.setattr(limits, "one_at_a_time", lambda request: nullcontext())
    monkeypatch.setattr(AxesStandaloneBackend, "authenticate", wait)
    guess_at_once()
    assert checked == ["beate"] * GUESSES


def test_the_two_spellings_of_one_account_count_together(client: Client, officer: User) -> None:  # noqa: F811 - a fixture
    names = ["beate", "beate@example.org", "BEATE@example.org", "Beate@Example.org", "beate"]
    assert [sign_in(client, "falsch", "000000", username=name).status_code for name in names] == [200] * 4 + [429]


def test_the_page_after_too_many_tries_has_the_frame_and_says_how_to_go_on(client: Client) -> None:
    for _ in range(5):
        answer = sign_in(client, "falsch", "000000", username="amt")
    text = said(answer)
    assert 'id="inhalt"' in text
    assert "Weitere Versuche ändern daran nichts." in text
    assert "Jemand aus der Koordination kann Ihnen helfen, oder Ihre IT." in text
    assert 'href="/verwaltung/login/"' in text

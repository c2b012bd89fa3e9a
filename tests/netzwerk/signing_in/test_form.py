"""Access to the desk: officers with a second factor, and nobody else. Beate is an invented officer."""

import re
from collections import Counter

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client

from netzwerk.models import AuthenticatorApp, CodeSheet
from netzwerk.signing_in.form import PasswordForm
from tests.desk import page
from tests.netzwerk.signing_in.people import LOGIN, PASSWORD, shown, with_app, with_codes

pytestmark = pytest.mark.django_db

WRONG = (
    "Name, Passwort oder zweiter Schritt stimmt nicht. Achten Sie beim Passwort auf große und kleine Buchstaben. Jeder "
    "Code gilt nur einmal. Nach fünf Versuchen müssen Sie eine Viertelstunde warten."
)


@pytest.fixture
def officer() -> User:
    """Beate has an app on her phone and one printed code."""
    beate = User.objects.create_superuser("beate", email="Beate@example.org", password=PASSWORD)
    with_app(beate)
    with_codes(beate, "abcd2345")
    return beate


def sign_in(client: Client, password: str, token: str, **more: str) -> HttpResponse:
    form = {"username": "beate", "password": password, "otp_token": token, "next": "/verwaltung/", **more}
    return client.post(LOGIN, form)


def test_outside_the_demo_a_password_alone_opens_nothing(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("amt"))
    for path in ("/verwaltung/", "/verwaltung/members/member/", "/verwaltung/mailings/delivery/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, LOGIN)


def test_the_page_asks_for_all_three_at_once_in_german(client: Client) -> None:
    shown = page(client, LOGIN)
    for name in ("username", "password", "otp_token"):
        assert f'name="{name}"' in shown
    for word in ("Anmelden", "Name oder E-Mail-Adresse", "Passwort", "Code", "Sechs Ziffern aus der App"):
        assert word in shown, word
    for word in ("Log in", "OTP", "Device", "Token"):
        assert word not in shown, word


def test_name_password_and_the_phones_code_open_the_desk_in_one_go(client: Client, officer: User) -> None:
    answer = sign_in(client, PASSWORD, shown())
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/")
    assert client.get("/verwaltung/").status_code == 200


@pytest.mark.parametrize("typed", ["BEATE", "Beate ", " Beate@Amt.Example", "beate@amt.example "])
def test_capital_letters_and_blanks_in_the_name_make_no_difference(typed: str, client: Client, officer: User) -> None:
    """A telephone writes the first letter large, and a blank behind a completed word."""
    User.objects.update(email="beate@amt.example")
    assert sign_in(client, PASSWORD, shown(), username=typed).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_five_spellings_of_a_name_are_five_tries_for_one(client: Client, officer: User) -> None:
    for typed in ("beate", "Beate", "BEATE", "bEATE", "beate "):
        sign_in(client, "falsch", "000000", username=typed)
    assert AccessAttempt.objects.get().failures_since_start == 5
    assert sign_in(client, PASSWORD, shown(), username="BeAtE").status_code == 429


def test_two_accounts_never_differ_by_capital_letters_alone(officer: User) -> None:
    with pytest.raises(IntegrityError, match="one_account_for_each_name"):
        User.objects.create_user("Beate")


def test_a_printed_code_opens_it_once(client: Client, officer: User) -> None:
    assert sign_in(client, PASSWORD, "abcd2345").status_code == 302
    assert client.get("/verwaltung/").status_code == 200
    assert WRONG in sign_in(Client(), PASSWORD, "abcd2345").content.decode()


def test_one_device_is_not_slowed_down_by_the_other_ones_codes(officer: User) -> None:
    """Each sign-in by phone would otherwise count against the printed codes, until they do not work when needed."""
    for _ in range(10):
        phone = AuthenticatorApp.objects.get()
        assert sign_in(Client(), PASSWORD, shown()).status_code == 302
        phone.save()  # as if half a minute had gone by
    assert CodeSheet.objects.get().throttling_failure_count == 0
    assert sign_in(Client(), PASSWORD, "abcd2345").status_code == 302
    assert AuthenticatorApp.objects.get().throttling_failure_count == 0


def test_a_wrong_code_slows_down_every_device_it_was_tried_on(client: Client, officer: User) -> None:
    sign_in(client, PASSWORD, "000000")
    assert AuthenticatorApp.objects.get().throttling_failure_count == 1
    assert CodeSheet.objects.get().throttling_failure_count == 1


def test_without_the_password_nobody_can_slow_down_a_device(client: Client, officer: User) -> None:
    sign_in(client, "falsch", "000000")
    sign_in(client, "falsch", shown())
    assert AuthenticatorApp.objects.get().throttling_failure_count == 0
    assert sign_in(client, PASSWORD, shown()).status_code == 302


def test_another_officers_code_opens_nothing(client: Client, officer: User) -> None:
    anna = User.objects.create_superuser("anna", password="noch ein Passwort")
    with_codes(anna, "efgh6723")
    assert WRONG in sign_in(client, PASSWORD, "efgh6723").content.decode()
    assert client.get("/verwaltung/").status_code == 302


@pytest.mark.parametrize("case", ["no staff", "inactive"])
def test_an_account_that_may_not_come_in_hears_the_same(case: str, client: Client, officer: User) -> None:
    User.objects.update(is_staff=case != "no staff", is_active=case != "inactive")
    assert WRONG in sign_in(client, PASSWORD, shown()).content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 1


def tried(place: str, password: str, token: str, **more: str) -> tuple[int, str, Counter[str]]:
    """Status, page and statements of a failed try from an address that has not tried before."""
    statements: Counter[str] = Counter()
    Site.objects.get_current()  # is read once and kept

    def note(execute, sql, params, many, context):
        statements[re.sub(r'"s\d+_x\d+"', "", sql).replace("= NULL", "= %s")] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = sign_in(Client(REMOTE_ADDR=place), password, token, **more)
    return answer.status_code, re.sub(r'value="\w{64}"', "", answer.content.decode()), statements


@pytest.mark.parametrize("token", ["000000", "", "abcd9999"])
def test_a_right_password_with_a_wrong_code_is_told_by_nothing(token: str, officer: User) -> None:
    """S-04: the same page, and the same work behind it."""
    wrong, guessed = tried("192.0.2.1", "falsch", token), tried("192.0.2.2", PASSWORD, token)
    assert WRONG in guessed[1]
    assert PASSWORD not in guessed[1]
    assert guessed == wrong


def test_a_right_code_with_a_wrong_password_is_told_by_nothing_either(officer: User) -> None:
    assert tried("192.0.2.1", "falsch", shown()) == tried("192.0.2.2", "falsch", "000000")


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("b" * 255, "So lang ist kein Name. Bitte prüfen Sie die Eingabe."),
        ("b" * 256, "So lang ist kein Name. Bitte prüfen Sie die Eingabe."),
        ("ﷺ" * 20, "So lang ist kein Name. Bitte prüfen Sie die Eingabe."),
        ("be\0ate", "Der Name enthält ein Zeichen, das es nicht gibt. Bitte tippen Sie ihn neu."),
    ],
)
def test_a_name_that_no_account_can_have_is_refused_in_the_form(
    name: str, said: str, demo: bool, client: Client, monkeypatch
) -> None:
    if demo:
        monkeypatch.setattr("netzwerk.desk.Desk.login_form", PasswordForm)
    answer = client.post(LOGIN, {"username": name, "password": "falsch", "otp_token": "000000"})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not AccessAttempt.objects.exists()


def test_nobody_without_an_account_sees_anything(client: Client) -> None:
    get_user_model().objects.create_user("kim", password=PASSWORD)
    client.force_login(get_user_model().objects.get())
    assert client.get("/verwaltung/members/member/").status_code == 302


def test_the_mail_address_is_a_name_too_in_any_case(officer: User) -> None:
    client = Client()
    assert sign_in(client, PASSWORD, shown(), username="beate@EXAMPLE.org").status_code == 302
    assert client.get("/verwaltung/").status_code == 200


def test_a_mail_address_of_two_accounts_is_none_of_their_names(officer: User) -> None:
    User.objects.create_superuser("anna", email="beate@example.org", password="noch ein Passwort")
    assert WRONG in sign_in(Client(), PASSWORD, shown(), username="beate@example.org").content.decode()


def test_an_account_that_is_called_like_anothers_mail_address_stays_itself(officer: User) -> None:
    """A name comes before a mail address."""
    ben = User.objects.create_superuser("beate@example.org", password="noch ein Passwort")
    with_codes(ben, "efgh6723")
    client = Client()
    assert sign_in(client, "noch ein Passwort", "efgh6723", username="beate@example.org").status_code == 302
    assert client.get("/verwaltung/").context["user"] == ben
    assert WRONG in sign_in(Client(), PASSWORD, "abcd2345", username="beate@example.org").content.decode()


def test_a_page_that_was_open_for_too_long_says_so_and_leads_on(officer: User) -> None:
    """A cookie that is gone, another tab: the form stands there again, with the way to where one wanted to go."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"username": "beate", "next": "/verwaltung/members/member/"}, follow=True)
    text = " ".join(answer.content.decode().split())
    assert "Bitte melden Sie sich noch einmal an. Die Seite war zu lange offen" in text
    assert 'name="next" value="/verwaltung/members/member/"' in text


def test_in_a_second_tab_one_hears_who_is_signed_in_already(officer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(LOGIN)
    token = client.cookies["csrftoken"].value
    old = {"username": "beate", "password": PASSWORD, "otp_token": shown(), "csrfmiddlewaretoken": token}
    assert client.post(LOGIN, old).status_code == 302
    second = client.post(LOGIN, old, follow=True).content.decode()
    assert "Sie sind schon angemeldet, als beate." in second


@pytest.mark.parametrize("text", ["\0", "x" * 10_000, "ﷺ" * 3_000, "{}", "'; DROP TABLE"], ids=range(5))
def test_nothing_that_is_typed_is_a_mistake_of_the_server(text: str, client: Client, officer: User) -> None:
    for field in ("username", "password", "otp_token", "passkey", "next"):
        AccessAttempt.objects.all().delete()
        form = {"username": "beate", "password": "falsch", "otp_token": "000000", "next": "/verwaltung/", field: text}
        assert client.post(LOGIN, form).status_code == 200, field

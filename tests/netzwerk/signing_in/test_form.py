"""Access to the desk: officers with a second factor, and nobody else. Beate is an invented officer."""

import re
import time
from collections import Counter

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from netzwerk.signing_in.form import PasswordForm
from tests.desk import page

pytestmark = pytest.mark.django_db

LOGIN = "/verwaltung/login/"
PASSWORD = "ein langes Passwort"
WRONG = (
    "Name, Passwort oder Code stimmt nicht. Groß und klein zählt. "
    "Nach fünf Versuchen geht es erst eine Viertelstunde später weiter."
)


@pytest.fixture
def officer() -> User:
    """Beate has a phone and one recovery code."""
    beate = User.objects.create_superuser("beate", password=PASSWORD)
    TOTPDevice.objects.create(user=beate, name="Handy")
    StaticDevice.objects.create(user=beate, name="Notfallcodes").token_set.create(token="abcd2345")
    return beate


def code(owner: User, steps: int = 0) -> str:
    """What Beate's phone shows, now or some half-minutes later."""
    device = TOTPDevice.objects.get(user=owner)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


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
    for word in ("Anmelden", "Name:", "Passwort:", "Code:", "Sechs Ziffern aus der App"):
        assert word in shown, word
    for word in ("Log in", "OTP", "Device", "Token:"):
        assert word not in shown, word


def test_name_password_and_the_phones_code_open_the_desk_in_one_go(client: Client, officer: User) -> None:
    answer = sign_in(client, PASSWORD, code(officer))
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/")
    assert client.get("/verwaltung/").status_code == 200


def test_a_recovery_code_opens_it_once(client: Client, officer: User) -> None:
    assert sign_in(client, PASSWORD, "abcd2345").status_code == 302
    assert client.get("/verwaltung/").status_code == 200
    assert WRONG in sign_in(Client(), PASSWORD, "abcd2345").content.decode()


def test_one_device_is_not_slowed_down_by_the_other_ones_codes(officer: User) -> None:
    """Each sign-in by phone would otherwise count against the recovery codes, until they do not work when needed."""
    for _ in range(10):
        phone = TOTPDevice.objects.get()
        assert sign_in(Client(), PASSWORD, code(officer)).status_code == 302
        phone.save()  # as if half a minute had gone by
    assert StaticDevice.objects.get().throttling_failure_count == 0
    assert sign_in(Client(), PASSWORD, "abcd2345").status_code == 302
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_a_wrong_code_slows_down_every_device_it_was_tried_on(client: Client, officer: User) -> None:
    sign_in(client, PASSWORD, "000000")
    assert TOTPDevice.objects.get().throttling_failure_count == 1
    assert StaticDevice.objects.get().throttling_failure_count == 1


def test_without_the_password_nobody_can_slow_down_a_device(client: Client, officer: User) -> None:
    sign_in(client, "falsch", "000000")
    sign_in(client, "falsch", code(officer))
    assert TOTPDevice.objects.get().throttling_failure_count == 0
    assert sign_in(client, PASSWORD, code(officer)).status_code == 302


def test_another_officers_code_opens_nothing(client: Client, officer: User) -> None:
    anna = User.objects.create_superuser("anna", password="noch ein Passwort")
    StaticDevice.objects.create(user=anna, name="Notfallcodes").token_set.create(token="efgh6723")
    assert WRONG in sign_in(client, PASSWORD, "efgh6723").content.decode()
    assert client.get("/verwaltung/").status_code == 302


@pytest.mark.parametrize("case", ["no staff", "inactive", "no device"])
def test_an_account_that_may_not_come_in_hears_the_same(case: str, client: Client, officer: User) -> None:
    if case == "no device":
        TOTPDevice.objects.all().delete()
        StaticDevice.objects.all().delete()
    token = code(officer) if case != "no device" else "123456"
    User.objects.update(is_staff=case != "no staff", is_active=case != "inactive")
    assert WRONG in sign_in(client, PASSWORD, token).content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 1


def tried(place: str, password: str, token: str) -> tuple[int, str, Counter[str]]:
    """Status, page and statements of a failed try from an address that has not tried before."""
    statements: Counter[str] = Counter()
    Site.objects.get_current()  # is read once and kept

    def note(execute, sql, params, many, context):
        statements[re.sub(r'"s\d+_x\d+"', "", sql).replace("= NULL", "= %s")] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = sign_in(Client(REMOTE_ADDR=place), password, token)
    return answer.status_code, re.sub(r'value="\w{64}"', "", answer.content.decode()), statements


@pytest.mark.parametrize("token", ["000000", "", "abcd9999"])
def test_a_right_password_with_a_wrong_code_is_told_by_nothing(token: str, officer: User) -> None:
    """S-04: the same page, and the same work behind it."""
    wrong, guessed = tried("192.0.2.1", "falsch", token), tried("192.0.2.2", PASSWORD, token)
    assert WRONG in guessed[1]
    assert PASSWORD not in guessed[1]
    assert guessed == wrong


def test_a_right_code_with_a_wrong_password_is_told_by_nothing_either(officer: User) -> None:
    assert tried("192.0.2.1", "falsch", code(officer)) == tried("192.0.2.2", "falsch", "000000")


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("b" * 151, "So lang ist kein Name. Bitte prüfen Sie die Eingabe."),
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
        monkeypatch.setattr("netzwerk.desk.Desk.login_template", None)
    answer = client.post(LOGIN, {"username": name, "password": "falsch", "otp_token": "000000"})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not AccessAttempt.objects.exists()


def test_nobody_without_an_account_sees_anything(client: Client) -> None:
    get_user_model().objects.create_user("kim", password=PASSWORD)
    client.force_login(get_user_model().objects.get())
    assert client.get("/verwaltung/members/member/").status_code == 302

"""Access to the desk: officers with a second factor, and nobody else."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice

pytestmark = pytest.mark.django_db


def test_outside_the_demo_a_password_alone_opens_nothing(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("amt"))
    for path in ("/verwaltung/", "/verwaltung/members/member/", "/verwaltung/mailings/delivery/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/verwaltung/login/")


def test_a_password_and_a_recovery_code_open_the_desk(client: Client) -> None:
    officer = get_user_model().objects.create_superuser("amt", password="ein langes Passwort")
    device = StaticDevice.objects.create(user=officer, name="Notfall")
    device.token_set.create(token="abcd2345")
    form = {"username": "amt", "password": "ein langes Passwort"}
    assert "otp_device" in client.post("/verwaltung/login/", form).content.decode()
    form |= {"otp_token": "abcd2345", "otp_device": device.persistent_id}
    answer = client.post("/verwaltung/login/?next=/verwaltung/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/")
    assert client.get("/verwaltung/").status_code == 200


def test_the_sixth_wrong_password_is_refused_for_a_while(client: Client) -> None:
    get_user_model().objects.create_superuser("amt", password="ein langes Passwort")
    for _ in range(5):
        client.post("/verwaltung/login/", {"username": "amt", "password": "falsch", "otp_token": ""})
    right = {"username": "amt", "password": "ein langes Passwort", "otp_token": ""}
    assert client.post("/verwaltung/login/", right).status_code == 429


def test_nobody_without_an_account_sees_anything(client: Client) -> None:
    get_user_model().objects.create_user("kim", password="ein langes Passwort")
    client.force_login(get_user_model().objects.get())
    assert client.get("/verwaltung/members/member/").status_code == 302

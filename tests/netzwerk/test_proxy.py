"""Whose request it is, behind a proxy (S-16)."""

import logging

import pytest
from axes.models import AccessAttempt
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from netzwerk import alerts, urls
from netzwerk.models import Heartbeat

ALERT = "Der Proxy sagt nicht, von wem eine Anfrage kommt"
PROXY = "192.0.2.250"
UNREADABLE = ["unknown", "", "198.51.100.7, unknown", "not an address", "198.51.100.7:port", "[2001:db8::1"]


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["REMOTE_ADDR"])


urlpatterns = [path("who/", who), *urls.urlpatterns]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.usefixtures("texts_are_complete"),
]


@pytest.fixture
def client(settings) -> Client:
    settings.PROXY_COUNT = 1
    return Client(REMOTE_ADDR=PROXY)


def seen(client: Client, forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client.get("/who/", **headers).content.decode()


@pytest.mark.parametrize(
    ("forwarded", "visitor"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:5678", "198.51.100.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("203.0.113.1, 198.51.100.7", "198.51.100.7"),  # the first is the visitor's invention
        ("unknown, 198.51.100.7", "198.51.100.7"),
    ],
)
def test_the_proxy_says_who_asks(forwarded: str, visitor: str, client: Client) -> None:
    assert seen(client, forwarded) == visitor
    assert ALERT not in [alert.what for alert in alerts.now()]


def test_the_outermost_of_two_proxies_knows(client: Client, settings) -> None:
    settings.PROXY_COUNT = 2
    assert seen(client, "203.0.113.1, 198.51.100.7:5678, 192.0.2.249") == "198.51.100.7"
    assert seen(client, "198.51.100.7") == PROXY


@pytest.mark.parametrize("forwarded", [None, *UNREADABLE])
def test_what_cannot_be_read_leaves_the_proxy_and_tells_once(
    forwarded: str | None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "netzwerk.middleware"):
        assert [seen(client, forwarded) for _ in range(5)] == [PROXY] * 5
    assert [record.getMessage() for record in caplog.records if record.name == "netzwerk.middleware"] == [
        "X-Forwarded-For is missing or unreadable. Is PROXY_COUNT (1) right?"
    ]
    assert [alert.what for alert in alerts.now()] == [ALERT]


@pytest.mark.parametrize("forwarded", ["198.51.100.7:5678", *UNREADABLE])
def test_a_failed_sign_in_is_answered_whatever_the_proxy_says(forwarded: str, client: Client) -> None:
    """Once it was 500: the column for addresses takes nothing else."""
    form = {"username": "beate", "password": "falsch", "otp_token": "000000"}
    assert client.post("/verwaltung/login/", form, HTTP_X_FORWARDED_FOR=forwarded).status_code == 200
    assert AccessAttempt.objects.get().ip_address == (PROXY if forwarded in UNREADABLE else "198.51.100.7")


def test_without_a_proxy_nobody_is_believed(client: Client, settings) -> None:
    settings.PROXY_COUNT = 0
    assert seen(client, "198.51.100.7") == PROXY
    assert seen(client, None) == PROXY
    assert not Heartbeat.objects.filter(name="proxy").exists()


def test_an_hour_later_it_is_told_again_and_a_day_after_the_last_time_forgotten(client: Client, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    seen(client, None)
    time_machine.move_to("2026-11-23T12:59:59+01:00", tick=False)
    seen(client, None)
    assert Heartbeat.objects.get(name="proxy").at.isoformat() == "2026-11-23T11:00:00+00:00"
    time_machine.move_to("2026-11-23T13:00:00+01:00", tick=False)
    seen(client, None)
    seen(Client(REMOTE_ADDR=PROXY), None)  # another process of the web server
    assert Heartbeat.objects.get(name="proxy").at.isoformat() == "2026-11-23T12:00:00+00:00"
    Heartbeat.objects.filter(name="installed").update(at="2026-11-24T12:00:00+01:00")
    time_machine.move_to("2026-11-24T13:00:00+01:00", tick=False)
    assert [alert.what for alert in alerts.now()] == [ALERT]
    time_machine.move_to("2026-11-24T13:00:01+01:00", tick=False)
    assert alerts.now() == []


def test_monitoring_may_ask_directly(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert not Heartbeat.objects.filter(name="proxy").exists()


def test_the_page_comes_although_the_alert_cannot_be_kept(client: Client, monkeypatch) -> None:
    def away(*args: object, **named: object) -> None:
        raise OperationalError

    monkeypatch.setattr("django.db.models.query.QuerySet.update_or_create", away)
    assert seen(client, None) == PROXY

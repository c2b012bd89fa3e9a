"""Logs tell nothing about people (P-13)."""

import logging
import sys

import pytest
from django.test import Client

from netzwerk.logs import Discreet, discreet
from tests.members.people import active
from tests.netzwerk.test_addresses import personal_paths


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("To kim.sommer+x@example.org failed", "To <address> failed"),
        ("Not Found: /abmelden/17-AbC_d-e/", "Not Found: /abmelden/<token>/"),
        ("/meine-daten/3-xyz/daten.json", "/meine-daten/<token>/daten.json"),
        ("from 198.51.100.7: refused", "from <ip>: refused"),
        ("from 2001:db8::1 refused", "from <ip> refused"),
        ("from ::ffff:198.51.100.7 refused", "from <ip> refused"),
        ("2026-11-23 06:49:06,210 INFO ok", "2026-11-23 06:49:06,210 INFO ok"),
        ("Django 5.2.19, Foo::Bar and 12:30", "Django 5.2.19, Foo::Bar and 12:30"),
    ],
)
def test_a_line(line: str, logged: str) -> None:
    assert discreet(line) == logged


def test_tracebacks_too() -> None:
    try:
        raise ValueError("kim@example.org from 198.51.100.7")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "broken", None, sys.exc_info())
    written = Discreet().format(record)
    assert "ValueError: <address> from <ip>" in written


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_errors_on_personal_pages_are_logged_without_the_token(client: Client, caplog, monkeypatch) -> None:
    paths = personal_paths(active("kim@example.org"))
    tokens = {part for path in paths for part in path.split("/") if len(part) > 20}
    monkeypatch.setattr("members.views.render", lambda *args, **named: 1 / 0)
    monkeypatch.setattr("netzwerk.privacy.views.render", lambda *args, **named: 1 / 0)
    client.raise_request_exception = False
    for path in paths:
        client.get(path)
        client.get(path + "kim@example.org/")
    written = "\n".join(Discreet().format(record) for record in caplog.records)
    assert "ZeroDivisionError" in written
    assert len(tokens) == 7
    for secret in (*tokens, "kim@example.org"):
        assert secret not in written

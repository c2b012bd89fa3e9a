"""The officers' desk in tests. Beate is an invented officer."""

import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from kit.desk.audit import Action
from netzwerk.models import AuditEntry


@pytest.fixture
def beate(client: Client, settings) -> Client:
    settings.DEMO = True  # no second factor
    client.force_login(User.objects.create_superuser("beate"))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def logged() -> list[str]:
    """What the officers' log holds besides sign-ins, oldest first: "verschickt: Rundmail 7: An 3 Personen." """
    others = AuditEntry.objects.exclude(action__in=[Action.SIGNED_IN, Action.SIGNED_OUT, Action.SIGN_IN_REFUSED])
    return [f"{entry.did}: {entry.what}" for entry in others.order_by("pk")]


def loaded(path: str, officer: str = "beate") -> str:
    """What the change form at this path sends along to say which version it has shown; "" if there is none."""
    client = Client()
    client.force_login(User.objects.get(username=officer))
    shown = client.get(path).content.decode()
    return _loaded(shown)


def change(client: Client, path: str, data: dict[str, object]) -> HttpResponse:
    """Sends these fields from the change form as it is now."""
    shown = client.get(path).content.decode()
    return client.post(path, {"loaded": _loaded(shown), **data})


def reading_forms(html: str) -> list[str]:
    """Where the forms lead that only look: their paths; "" for the address at which the page stands."""
    forms = re.findall(r'<form\b[^>]*method="get"[^>]*>', html)
    return ["".join(re.findall(r'action="([^"]*)"', form)) for form in forms]


def person_form(email: str, **fields: object) -> dict[str, object]:
    """The data that the form "Person eintragen" sends."""
    return {"email": email, "name": "", "municipality": "", "children_years": "", "note": "", "way": "ask", **fields}


def _loaded(shown: str) -> str:
    return "".join(re.findall(r'name="loaded" value="([^"]*)"', shown))

"""Error pages that help further."""

import html
import re

import pytest
from django.test import Client

from members.models import Member
from tests.members.people import form


@pytest.mark.django_db
def test_a_form_without_its_cookie_comes_back_with_what_was_typed() -> None:
    """Kim's browser has lost the cookie, for example after "Spuren löschen" in another tab."""
    client = Client(enforce_csrf_checks=True)
    typed = form("kim@example.org", name="Kim O'Hara", municipality="siegen")
    answer = client.post("/mitmachen/", typed)
    assert (answer.status_code, Member.objects.count()) == (403, 0)
    assert "no-store" in answer["Cache-Control"]
    shown = answer.content.decode()
    assert "Was Sie geschrieben haben, ist noch da." in shown
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown)
    sent = {name: html.unescape(value) for name, value in inputs}
    assert sent.keys() == {*typed, "csrfmiddlewaretoken"}
    assert client.post("/mitmachen/", sent).status_code == 302
    assert Member.objects.get().requests.get().details["name"] == "Kim O'Hara"


@pytest.mark.django_db
def test_what_another_site_typed_into_the_desk_does_not_come_back() -> None:
    typed = {"username": "MARKER", "password": "MARKER"}
    for path, status in (("/verwaltung/password_change/", 403), ("/verwaltung/login/", 200)):
        answer = Client(enforce_csrf_checks=True).post(path, typed, follow=True)
        assert answer.status_code == status
        assert "MARKER" not in answer.content.decode()

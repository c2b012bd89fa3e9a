"""Officers who sign in through the page, with a second factor. All are invented."""

import re

from django.contrib.auth.models import User
from django.test import Client

from tests.desk import page
from tests.netzwerk.signing_in.people import with_codes
from tests.pressing import form_of

PASSWORD = "ein langes Passwort"
CODES = [f"zettel{number:02}" for number in range(10)]
LOGIN = "/verwaltung/login/"


def officer(name: str, **fields: str) -> User:
    """Has a list of codes."""
    user = User.objects.create_superuser(name, password=PASSWORD, **fields)
    with_codes(user, *CODES)
    return user


def sign_in(name: str, code: str = CODES[0]) -> Client:
    """As in a browser: without its token a form is refused."""
    client = Client(enforce_csrf_checks=True)
    assert enter(client, page(client, LOGIN), name, code).status_code == 302
    return client


def enter(client: Client, html: str, name: str, code: str, password: str = PASSWORD, at: str = LOGIN):
    """Fills the sign-in form of this page and sends it."""
    path, data = form_of(html, "Anmelden", at, username=name, password=password, otp_token=code)
    return client.post(path, data)


def told(answer) -> str:
    """Its text alone."""
    return re.sub(r"\s+", " ", answer.content.decode())

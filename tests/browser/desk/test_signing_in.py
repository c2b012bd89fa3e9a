"""Signing in with a passkey, in a browser with a virtual authenticator. Beate is an invented officer.

At http://localhost: an IP address can have no passkeys.
"""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import CDPSession

from tests.browser.test_every_page import check
from tests.netzwerk.signing_in.people import PASSWORD, shown, with_app
from tests.netzwerk.signing_in.test_setup import codes_on, seed_on

pytestmark = pytest.mark.browser

OWN = "/verwaltung/meine-anmeldung/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def passkeys_here(site: str, settings) -> None:
    """The live server has a port of its own."""
    assert urlsplit(site).hostname == "localhost"
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [site]


def with_authenticator(window) -> tuple[CDPSession, str]:
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def fill_in(page, code: str = "") -> None:
    page.get_by_label("Name oder E-Mail-Adresse").fill("beate")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(code)


def look(page, what: str, width: int) -> list[str]:
    """What is wrong with the page; what it loads is looked at before axe puts its own style in."""
    assert page.evaluate("window.violations") == [], what
    return check(page, what, width)


def press(page, button: str, leads_to: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(leads_to)


def add_passkey(page, width: int) -> list[str]:
    """From the first sign-in to ten codes; what is wrong with the pages on the way."""
    found = look(page, "sign in", width)
    fill_in(page)
    press(page, "Anmelden", f"**{OWN}")
    found += look(page, "first time", width)
    page.get_by_role("link", name="Passkey einrichten").click()
    page.wait_for_url("**/passkey/")
    page.get_by_label("Welches Gerät ist es?").fill("Diensthandy")
    found += look(page, "adding", width)
    press(page, "Passkey einrichten", "**/codes/")
    page.get_by_role("button", name="Codes zeigen").click()
    page.get_by_role("heading", name="Zehn Codes zum Anmelden").wait_for()
    assert len(codes_on(page.content())) == 10
    found += look(page, "codes", width)
    page.goto(OWN)
    return found + look(page, "overview", width)


@pytest.mark.slow
@pytest.mark.usefixtures("passkeys_here")
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_beate_adds_a_passkey_signs_out_and_signs_in_with_it(visit, width: int) -> None:
    User.objects.create_superuser("beate", password=PASSWORD)
    window = visit(width=width, reduced_motion="reduce")
    session, key = with_authenticator(window)
    page = window.open("/verwaltung/login/")
    found = add_passkey(page, width)
    press(page, "Verwaltung verlassen", "**/logout/")
    window.open("/verwaltung/login/")
    fill_in(page)
    press(page, "Mit Passkey anmelden", "**/verwaltung/")
    assert WebAuthnCredential.objects.get().last_used_at is not None
    # Later, before something dangerous, the same passkey is enough.
    stale = Session.objects.get()
    stale.session_data = SessionStore().encode(stale.get_decoded() | {"password_at": 0})
    stale.save()
    window.open(f"{OWN}codes/")
    page.get_by_role("heading", name="Sind Sie es noch?").wait_for()
    found += look(page, "again", width)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    page.get_by_role("button", name="Codes zeigen").wait_for()
    # A finger that is not hers: the browser gives no answer, and the page says so.
    window.context.clear_cookies()
    window.open("/verwaltung/login/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    fill_in(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.get_by_text("Es wurde abgebrochen").wait_for()
    assert found + look(page, "stopped", width) == []


@pytest.mark.proof
@pytest.mark.usefixtures("passkeys_here")
def test_without_javascript_the_app_is_enough(visit) -> None:
    """The button of the passkey is not there; the page to add one says what to do instead."""
    User.objects.create_superuser("beate", password=PASSWORD)
    window = visit(java_script_enabled=False)
    page = window.open("/verwaltung/login/")
    assert not page.get_by_role("button", name="Mit Passkey anmelden").is_visible()
    fill_in(page)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.goto(f"{OWN}passkey/")
    assert page.get_by_text("Dieser Browser kann hier keinen Passkey anlegen").is_visible()
    page.get_by_role("link", name="Richten Sie stattdessen Ihr Handy ein").click()
    page.get_by_label("Welche sechs Ziffern zeigt die App?").fill(shown(seed_on(page.content())))
    page.get_by_role("button", name="Probe machen").click()
    page.get_by_role("button", name="Codes zeigen").click()
    codes = codes_on(page.content())
    page.get_by_role("link", name="Fertig").click()
    page.get_by_role("button", name="Verwaltung verlassen").click()
    page.goto("/verwaltung/login/")
    fill_in(page, codes[0])
    page.get_by_role("button", name="Anmelden", exact=True).click()
    assert page.get_by_role("heading", name="wartet auf Sie").is_visible()


@pytest.mark.proof
def test_a_double_click_sends_once(visit) -> None:
    """Sent twice, the second would find the code used up."""
    with_app(User.objects.create_superuser("beate", password=PASSWORD))
    window = visit()
    page = window.open("/verwaltung/login/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    fill_in(page, shown())
    page.get_by_role("button", name="Anmelden", exact=True).dblclick()
    page.get_by_role("heading", name="wartet auf Sie").wait_for()
    assert sent == ["POST"]

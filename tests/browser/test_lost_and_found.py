"""A long text, a session that ends, and a colleague who was quicker. Beate and Ruth are invented officers."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.browser.test_every_page import check
from tests.desk import page as shown
from tests.netzwerk.signing_in.officers import CODES, PASSWORD, officer, sign_in
from tests.pressing import send
from tests.wegweiser.offers import offer

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_nothing_is_lost_and_nothing_overwritten(width: int, visit) -> None:
    officer("beate")
    officer("ruth", first_name="Ruth", last_name="Demir")
    kiste = offer(hours="9 bis 12 Uhr")
    at = f"/verwaltung/wegweiser/offer/{kiste.pk}/change/"
    window = visit(width=width, reduced_motion="reduce")

    def sign_in_with(code: str) -> None:
        for name, value in (("username", "beate"), ("password", PASSWORD), ("otp_token", code)):
            page.fill(f"[name={name}]", value)
        page.locator("text=Anmelden >> nth=-1").click()

    page = window.open(f"/verwaltung/login/?next={at}")
    sign_in_with(CODES[0])
    page.wait_for_url(f"**{at}")
    text = "Montag bis Freitag <script>alert(1)</script>"
    page.fill("[name=hours]", text)
    Session.objects.all().delete()
    ruth: Client = sign_in("ruth")
    send(ruth, shown(ruth, at), "Speichern", at, hours="8 bis 12 Uhr", phones="030 23125-145")

    page.locator("[name=_save]").click()
    page.wait_for_selector("[name=password]")
    found = check(page, "Anmelden", width)
    sign_in_with(CODES[1])
    page.wait_for_selector("[name=hours]")
    assert page.input_value("[name=hours]") == text
    page.locator("[name=_save]").click()
    page.wait_for_selector(".versus")
    assert page.evaluate("window.violations") == []  # before axe puts its own style in
    found += check(page, "Zwei Fassungen", width)
    # Ruth's number is suggested; Beate takes her hours, too, by keyboard.
    page.focus("[name='keep:hours'][value=mine]")
    page.keyboard.press("ArrowRight")
    page.locator("text=So speichern, wie gewählt").click()
    page.wait_for_selector("#result_list")
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.phones) == ("8 bis 12 Uhr", ["030 23125-145"])
    assert not found, "\n".join(found)

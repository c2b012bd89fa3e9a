"""The proof of work in a real browser: the page stays a page, and the form goes with one more press (S-22)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from mailings import limits
from mailings.models import RateHit
from tests.browser.test_every_page import check
from tests.members.people import request_of

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _crowded(transactional_db: None) -> None:
    """The queue of those who want to join is full."""
    until = timezone.now() + timedelta(days=1)
    RateHit.objects.bulk_create(RateHit(key="lane join", at=until) for _ in range(limits.PER_KIND_HOUR))


def fill(page) -> None:
    page.get_by_label("Ihre E-Mail-Adresse").fill("kim@example.org")
    page.get_by_text("Mehr angeben (freiwillig)").click()
    page.get_by_label("Wie dürfen wir Sie ansprechen?").fill("Kim")
    page.get_by_label("Ja, das Netzwerk darf mir").check()
    page.get_by_role("button", name="Mitmachen").click()


def test_kims_phone_computes_and_the_form_goes(visit) -> None:
    window = visit(width=360, reduced_motion="reduce")
    page = window.open("/mitmachen/")
    fill(page)
    page.locator("[role=alert]:focus").wait_for()
    assert "Deshalb muss Ihr Gerät kurz rechnen." in page.locator("[role=alert]").inner_text()
    page.get_by_text("Fertig. Jetzt können Sie das Formular abschicken.").wait_for()
    assert page.evaluate("window.violations") == []  # before axe puts its own style in
    assert check(page, "/mitmachen/", 360) == []
    page.get_by_role("button", name="Mitmachen").click()
    page.wait_for_url("**/unterwegs/**")
    assert request_of("kim@example.org").details["name"] == "Kim"
    assert window.complaints == []


@pytest.mark.slow
def test_pressed_too_early_the_form_goes_by_itself(visit) -> None:
    window = visit(width=360)
    page = window.open("/mitmachen/")
    # Numbers come as slowly as the test wants: pieces of the work wait for `window.go`.
    window.context.add_init_script("const wait = setTimeout; setTimeout = (f) => { window.go = () => wait(f); };")
    fill(page)
    page.get_by_text("Ihr Gerät rechnet.").wait_for()
    page.get_by_role("button", name="Mitmachen").click()
    page.get_by_text("Das Formular geht gleich von selbst ab.").wait_for()
    page.evaluate("setInterval(() => window.go(), 1)")
    page.wait_for_url("**/unterwegs/**")
    assert request_of("kim@example.org").details["name"] == "Kim"
    assert window.complaints == []


@pytest.mark.slow
def test_without_javascript_the_page_says_whom_to_call(visit) -> None:
    page = visit(width=360, java_script_enabled=False).open("/mitmachen/")
    fill(page)
    page.locator("noscript .alert").wait_for()
    assert "Ohne JavaScript geht es gerade nur am Telefon." in page.locator("noscript").inner_text()
    assert page.locator("noscript a.tel").inner_text() == settings.CONTACT_PHONE
    assert page.get_by_label("Ihre E-Mail-Adresse").input_value() == "kim@example.org"
    assert not page.get_by_text("Ihr Gerät rechnet.").is_visible()

"""The Wegweiser: somebody tells that a number is wrong, and an offer is asked about on the phone."""

from datetime import date

from django.utils import timezone

from tests.browser.year.officer import Officer
from tests.wegweiser.offers import checked, offer, provider
from wegweiser.models import Hint, Offer

STALE = date(2025, 12, 1)


def fill() -> None:
    """One offer whose number is no longer right, and one of somebody who has no address to be asked at."""
    offer("kleiderkiste")
    checked(STALE, "naehcafe", title="Nähcafé", provider=provider("Nähcafé am Markt", email=""))


def a_hint(beate: Officer, somebody) -> None:
    """Somebody tells without naming herself; Beate corrects it and ticks it off."""
    page = somebody.open("/wegweiser/kleiderkiste/hinweis/")
    page.locator("textarea").fill("Die Nummer ist jetzt 030 23125-177.")
    with page.expect_navigation():
        page.get_by_role("button", name="Hinweis abschicken").click()
    page = beate.page
    beate.heute()
    beate.follow("1 Hinweis")
    beate.look("hints")
    beate.follow("Die Nummer ist jetzt")
    beate.look("a hint")
    beate.go("Zum Angebot")
    page.get_by_label("Telefon").fill("030 23125-177")
    beate.press("Speichern")
    beate.heute()
    beate.follow("1 Hinweis")
    beate.follow("Die Nummer ist jetzt")
    beate.press("Erledigt")
    assert "Doch noch offen" in page.content()
    assert Hint.objects.get().done_by == "beate"
    assert "030 23125177" in somebody.open("/wegweiser/kleiderkiste/").content()
    assert "Hinweis" not in beate.heute()


def a_check_by_phone(beate: Officer) -> None:
    """Nobody can write to the Nähcafé; Beate dials the number that stands there."""
    page = beate.page
    beate.follow("zu prüfen")
    assert page.locator('a[href="tel:+493023125101"]').is_visible()
    beate.look("offers to call")
    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("check_today")
    beate.press("Ausführen")
    assert "1 Angebot: Heute geprüft." in beate.told()
    beate.look("checked, and what takes it back")
    assert Offer.objects.get(slug="naehcafe").checked_on == timezone.localdate()
    assert "zu prüfen" not in beate.heute()

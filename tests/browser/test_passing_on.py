"""An offer leaves the screen: as a link that somebody passes on, and as one sheet of paper."""

import io

import pytest
from pypdf import PdfReader

from tests.browser.urls import PAGES
from tests.events.meetings import meeting
from tests.wegweiser.offers import offer
from wegweiser.models import Advice, Offer, Situation

pytestmark = pytest.mark.browser

ADDRESS = "/wegweiser/beratung/"


@pytest.fixture
def advice() -> None:
    found = offer(
        "beratung",
        title="Beratung bei Geldsorgen",
        description="Jemand hört zu. " * 40,
        phones=["030 23125-201", "030 23125-202"],
        street="Musterweg 12",
        postcode="57072",
        town="Siegen",
        website="https://www.beratung.example/hilfe/fuer/eltern?art=geld",
        hours="Montag 9 bis 12 Uhr",
        contact_person="Team Beratung",
        languages=["de", "uk"],
        audience="Mütter und Väter",
    )
    situation = Situation.objects.create(slug="umzug", title="Umzug", intro="Eins nach dem anderen.", published=True)
    Advice.objects.create(situation=situation, offer=found, sentence="Rufen Sie hier an.")
    meeting()


def sheets(page) -> list[str]:
    """The text of each sheet that the page is printed on."""
    printed = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    return [sheet.extract_text() for sheet in printed.pages]


@pytest.mark.usefixtures("advice")
def test_the_link_of_an_offer_is_copied_by_a_press(visit, site, settings) -> None:
    settings.SITE_URL = site
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open(ADDRESS)
    page.get_by_role("button", name="Link kopieren").click()
    page.get_by_text("Kopiert. Sie können den Link jetzt einfügen.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}{ADDRESS}"
    assert visitor.complaints == []


@pytest.mark.slow
@pytest.mark.usefixtures("advice")
def test_the_system_shares_the_link_under_a_title_that_does_not_tell(visit, site, settings) -> None:
    """Chromium without a desktop shares nothing: here it notes what it would hand over."""
    settings.SITE_URL = site
    Offer.objects.update(emergency=True)
    visitor = visit()
    assert not visitor.open(ADDRESS).get_by_role("button", name="Teilen").is_visible()
    visitor.context.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page = visitor.open(ADDRESS)
    page.get_by_role("button", name="Teilen").click()
    assert page.evaluate("window.shared") == {
        "title": "Wegweiser – Netzwerk Siegen-Wittgenstein",
        "url": f"{site}{ADDRESS}",
    }


@pytest.mark.usefixtures("advice")
def test_without_javascript_the_address_stands_there_to_be_copied(visit, site, settings) -> None:
    settings.SITE_URL = site
    page = visit(java_script_enabled=False).open(ADDRESS)
    assert page.locator(".address").inner_text() == f"{site}{ADDRESS}"
    assert not page.get_by_role("button", name="Link kopieren").is_visible()


@pytest.mark.usefixtures("advice")
def test_an_offer_is_one_sheet_with_all_that_one_needs_to_call(visit, site, settings) -> None:
    settings.SITE_URL = site
    [sheet] = sheets(visit().open(ADDRESS))
    words = " ".join(sheet.split())
    for said in (
        "Beratung bei Geldsorgen",
        "030 23125201",
        "Meine Notizen",
        "Musterweg 12, 57072 Siegen",
        f"{site}{ADDRESS}",
        "Polizei 110",
        "https://www.beratung.example/hilfe/fuer/eltern?art=geld",
    ):
        assert said.replace(" ", "") in words.replace(" ", ""), said
    for screen_only in ("Seite verlassen", "Barriere melden", "Link kopieren", "Passt auch dazu"):
        assert screen_only not in words


@pytest.mark.slow
@pytest.mark.usefixtures("advice")
def test_no_foot_begins_a_second_sheet(visit) -> None:
    visitor = visit()
    for path in ("/wegweiser/", "/wegweiser/lebenslage/umzug/", "/termine/2026-12-01-treffen/"):
        assert len(sheets(visitor.open(path))) == 1, path


@pytest.mark.proof
def test_no_sheet_of_any_page_is_blank_or_for_leftovers(visit) -> None:
    visitor = visit()
    for path in (path for path in PAGES if not path.startswith("/muster/")):
        found = sheets(visitor.open(path))
        assert all(len(sheet) > 30 for sheet in found), (path, [len(sheet) for sheet in found])

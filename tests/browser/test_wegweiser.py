"""From the start page to a phone number: on the smallest phone, by keyboard, without JavaScript."""

from io import BytesIO
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS
from pypdf import PdfReader

from tests.browser.conftest import EXIT
from tests.browser.test_every_page import load_axe, violations
from tests.wegweiser.brochure.papers import Paper
from tests.wegweiser.offers import offer
from wegweiser.migrations import data
from wegweiser.models import Situation, Synonym
from wegweiser.search import index

pytestmark = pytest.mark.browser


@pytest.fixture
def offers(site: str) -> None:
    offer(
        "unterhaltsvorschuss",
        title="Unterhaltsvorschuss",
        description="Zahlt der andere Elternteil nicht, springt das Jugendamt ein.",
        area="country",
        municipalities=[],
        phones=["030 23125-104"],
        topics=["trennung-und-scheidung", "finanzielle-unterstuetzung"],
        search_words=["Vater zahlt nicht"],
        languages=["de", "ar", "tr"],
    )
    for number in range(25):
        offer(f"treff-{number}", title=f"Treff {number}", topics=["bildung"], municipalities=["kreuztal"], example=True)
    Situation.objects.create(slug="geld", title="Das Geld reicht nicht", intro="…", published=True)
    data.create(Synonym)
    index.rebuild()


def test_ask_find_and_call_in_two_steps_by_keyboard_without_javascript(visit, offers) -> None:
    page = visit(360, 740, java_script_enabled=False).open("/")
    page.get_by_label("Wobei brauchen Sie Hilfe?").focus()
    page.keyboard.type("ex zahlt nicht")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wegweiser/?q=ex+zahlt+nicht")
    first = page.locator("#treffer > li").first
    assert first.get_by_role("heading").inner_text() == "Unterhaltsvorschuss"
    call = first.get_by_role("link", name="Unterhaltsvorschuss: 030 23125104")
    assert call.get_attribute("href") == "tel:+493023125104"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "tel:+493023125104":
            break
    else:
        pytest.fail("The phone cannot be reached by keyboard.")
    assert page.get_by_role("link", name="Polizei 110").count() == 0  # money: no emergency
    first.get_by_role("link", name="Unterhaltsvorschuss", exact=True).click()
    page.get_by_role("link", name="Zurück zu den Treffern").click()
    page.wait_for_url("**/wegweiser/?q=ex+zahlt+nicht#angebot-unterhaltsvorschuss")


@pytest.mark.slow
def test_an_offer_needs_one_sheet_of_paper(visit, offers) -> None:
    page = visit(1280, 900).open("/wegweiser/unterhaltsvorschuss/")
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) == 1
    text = sheets[0].extract_text()
    assert "Unterhaltsvorschuss" in text
    assert "030 23125104" in text
    assert "Keine Werbung" not in text, "the foot is for the screen"


@pytest.mark.slow
def test_as_one_types_help_is_offered_and_chosen_by_keyboard(visit, offers) -> None:
    visitor = visit(320, 740)
    page = visitor.open("/wegweiser/")
    field = page.get_by_role("combobox", name="Wobei brauchen Sie Hilfe?")
    field.focus()
    page.keyboard.type("unterha")
    option = page.get_by_role("option", name="Unterhaltsvorschuss")
    option.wait_for()
    assert page.locator(".search [role=status]").inner_text() == "Ein Vorschlag"
    load_axe(page)
    assert violations(page, DEFAULT_OPTIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Escape")
    assert (field.get_attribute("aria-expanded"), field.input_value()) == ("false", "unterha")
    page.keyboard.type("l")
    option.wait_for()
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None, "round, by way of the field"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wegweiser/unterhaltsvorschuss/")
    page.go_back()
    field.fill("unterha")
    option.click()
    page.wait_for_url("**/wegweiser/unterhaltsvorschuss/")
    assert visitor.complaints == visitor.foreign == []


@pytest.mark.slow
def test_back_after_leaving_an_offer_does_not_show_what_was_asked(visit, offers) -> None:
    visitor = visit()
    page = visitor.open("/wegweiser/?q=unterhalt")
    hit = page.get_by_role("link", name="Unterhaltsvorschuss", exact=True)
    hit.click()
    page.wait_for_url("**/unterhaltsvorschuss/")
    page.go_back()
    hit.click()  # among hits and offers Back works as ever
    page.wait_for_url("**/unterhaltsvorschuss/")
    with page.expect_request(EXIT) as left:
        page.locator(".exit").click()
    assert "referer" not in left.value.all_headers()
    page.wait_for_url(EXIT)
    page.go_back(wait_until="commit")
    page.wait_for_url(EXIT)


LISTS = [
    "/wegweiser/",
    "/wegweiser/?q=treff",
    "/wegweiser/?q=zahnarzt",
    "/wegweiser/thema/bildung/?ort=kreuztal",
    "/wegweiser/?q=geld+reicht+nicht",
    "/wegweiser/?q=treff&ort=burbach&kosten=paid",
]


@pytest.mark.slow
def test_lists_are_accessible_and_fit(visit, offers) -> None:
    for width, letters in ((320, 16), (1280, 16), (360, 32)):
        visitor = visit(width, 700)
        sizes = {"fontSizes": {"standard": letters, "fixed": letters}}
        visitor.context.new_cdp_session(visitor.page).send("Page.setFontSizes", sizes)
        for path in LISTS:
            page = visitor.open(path)
            load_axe(page)
            assert violations(page, DEFAULT_OPTIONS) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert visitor.complaints == visitor.foreign == []


@pytest.mark.slow
def test_what_is_shown_is_there_on_paper_too_and_can_be_read_aloud(visit, offers) -> None:
    """From the page of a topic and a town to the PDF of just these, text and tags read back (PDF/UA)."""
    window = visit(360, 740, java_script_enabled=False)
    page = window.open("/wegweiser/thema/bildung/?ort=kreuztal")
    link = page.get_by_role("link", name="Als Heft zum Drucken (PDF)").get_attribute("href")
    answer = window.context.request.get(urljoin(page.url, link))
    assert answer.headers["content-type"] == "application/pdf"
    paper = Paper(answer.body())
    assert "Unterhaltsvorschuss" not in paper.text
    for number in range(25):
        assert f"Treff {number} Haus Lindenweg" in paper.text
    assert paper.text.count("030 23125101") == 25
    root = paper.reader.trailer["/Root"]
    assert (bool(root["/MarkInfo"]["/Marked"]), str(root["/Lang"])) == (True, "de-DE")
    assert paper.tags().count("/Figure") == 25, "a QR code with words for each offer"

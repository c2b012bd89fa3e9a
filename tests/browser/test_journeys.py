"""Whole ways through the portal: at 360 px, by keyboard alone, without JavaScript."""

import pytest
from playwright.sync_api import Page

from members.models import Member
from tests.browser.test_every_page import check
from tests.members.people import active, asked
from tests.netzwerk.test_addresses import personal_paths
from tests.post import Post, leave_link_of, link_in

pytestmark = pytest.mark.browser


@pytest.fixture
def site(site: str, settings) -> str:
    """Links in mails lead to the server under test."""
    settings.SITE_URL = site
    return site


def tab_to(page: Page, selector: str) -> None:
    """Moves the focus there by the Tab key alone, as a person without a mouse would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def test_kim_joins_changes_pauses_and_leaves_without_javascript(visit, post: Post) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.open("/")
    page.get_by_role("link", name="Mitmachen").first.click()
    page.get_by_label("Ihre E-Mail-Adresse").fill("kim@example.org")
    page.get_by_text("Mehr angeben (freiwillig)").click()
    page.get_by_label("Wie dürfen wir Sie ansprechen?").fill("Kim")
    page.get_by_label("Wo wohnen Sie?").select_option("Hilchenbach")
    page.get_by_label("Wann sind Ihre Kinder geboren?").fill("2017, 2021")
    page.get_by_label("Ja, das Netzwerk darf mir").check()
    page.get_by_role("button", name="Mitmachen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Schauen Sie in Ihr Postfach"

    [asking] = post.deliver()
    window.open(link_in(asking, "/mitmachen/bestaetigen/"))
    page.get_by_role("button", name="Ja, ich mache mit").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Willkommen, Sie sind dabei"

    [welcome] = post.deliver()
    window.open(link_in(welcome, "/meine-daten/"))
    assert page.get_by_label("Wo wohnen Sie?").input_value() == "hilchenbach"
    page.get_by_label("Wie dürfen wir Sie ansprechen?").fill("Kim Sommer")
    page.get_by_role("button", name="Speichern").click()
    assert page.get_by_text("Gespeichert.").is_visible()
    page.get_by_role("button", name="3 Monate").click()
    assert page.get_by_role("button", name="Pause beenden").is_visible()
    member = Member.objects.select_related("address").get()
    assert (member.name, member.address.paused_until is not None) == ("Kim Sommer", True)

    window.open(leave_link_of(welcome))
    page.get_by_role("button", name="Abmelden").click()  # link and button: two taps (P-06)
    assert page.get_by_role("heading", level=1).inner_text() == "Sie sind abgemeldet"
    page.get_by_role("button", name="Das war ein Versehen").click()
    assert Member.objects.get().state == "active"
    assert window.complaints == []


@pytest.mark.slow
def test_olena_joins_by_keyboard_alone_and_mends_her_mistakes(visit, post: Post) -> None:
    window = visit(width=360, reduced_motion="reduce")
    page = window.open("/mitmachen/")
    tab_to(page, "#id_email")
    page.keyboard.type("olena@postfach")
    tab_to(page, "button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mitmachen/")
    page.locator("[role=alert]:focus").wait_for()
    assert "Hier fehlt das Ende, zum Beispiel „.de“." in page.content()
    assert check(page, "/mitmachen/", 360) == []

    tab_to(page, "a[href='#id_email']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_email"
    page.keyboard.press("End")
    page.keyboard.type(".example")
    tab_to(page, "#id_consent")
    page.keyboard.press("Space")
    tab_to(page, "button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unterwegs/**")

    [asking] = post.deliver()
    window.open(link_in(asking, "/mitmachen/bestaetigen/"))
    tab_to(page, "main button.btn-primary")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Willkommen, Sie sind dabei").wait_for()
    assert Member.objects.get().address.email == "olena@postfach.example"
    assert window.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.proof)])
def test_axe_finds_nothing_on_any_personal_page(width: int, visit) -> None:
    window = visit(width=width, reduced_motion="reduce")
    found: list[str] = []
    for member in (
        active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017], note="Anruf"),
        asked("olena@example.org", name="Olena"),
    ):
        for path in personal_paths(member):
            if path.startswith("/information/"):
                continue  # a PDF
            if path.endswith((".json", ".html", ".ics", "/pause/")) or ("meine-daten" in path and "abmelden" in path):
                continue  # downloads, and what only takes a POST
            found += check(window.open(path), path, width)
    assert not found, "\n".join(found)
    assert window.complaints == []

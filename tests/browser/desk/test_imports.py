"""An officer chooses which list of a file is read, with the keyboard, on a phone and on a screen."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.browser.test_every_page import check
from tests.kit.spreadsheets.books import HEADER, KIM, OLENA, TOM, workbook

pytestmark = pytest.mark.browser

HIDDEN = [["Name", "E-Mail", "Kinder (Jahrgang)", "Telefon privat"], [*OLENA, "zwei", "2713330"], TOM]


def hide(book) -> None:
    book["2018"].row_dimensions[3].hidden = True


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_beate_chooses_a_list_and_sees_what_of_it_is_read(width: int, visit, settings) -> None:
    settings.DEMO = True
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("beate"))
    window = visit(width=width, reduced_motion="reduce")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": window.site}])
    page = window.open("/verwaltung/members/member/einlesen/")
    book = workbook({"2018": HIDDEN, "2019": [HEADER, KIM], "Anleitung": [["So geht es"]]}, hide)
    page.locator("input[type=file]").set_input_files({"name": "l.xlsx", "mimeType": "", "buffer": book})
    page.get_by_label("Wo die Einwilligungen liegen").fill("Ordner 4")
    page.get_by_role("button", name="Liste ansehen").press("Enter")
    page.get_by_text("In dieser Datei steht mehr als eine Liste.").wait_for()
    found = check(page, "choose", width)
    page.get_by_role("radio", name="Blatt „2019“").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.get_by_text("Eine Zeile ist in der Tabelle ausgeblendet oder weggefiltert.").wait_for()
    assert page.get_by_text("„Telefon privat“").is_visible()
    assert page.evaluate("window.violations") == []  # before axe puts its own style in
    found += check(page, "preview", width)
    page.get_by_role("button", name="Andere Datei").press("Enter")
    page.get_by_text("Gut zu wissen").wait_for()
    assert page.get_by_label("Wo die Einwilligungen liegen").input_value() == "Ordner 4"
    assert not found, "\n".join(found)
    assert window.foreign == []

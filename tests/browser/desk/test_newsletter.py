"""The officers' Rundmail in a real browser: from the first word to the last copy, on a phone and on a desk."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from mailings.models import Delivery
from members.models import Newsletter
from tests import FULL
from tests.browser.test_every_page import check
from tests.members.people import active
from tests.post import Post

pytestmark = pytest.mark.browser

LIST = "/verwaltung/members/newsletter/"
# Steps that differ from another by a few words.
SEEN_ELSEWHERE = {"empty list", "warning", "on its way", "held"}


@pytest.fixture
def site(site: str, settings) -> str:
    """The demo's desk asks for no second factor."""
    settings.DEMO, settings.SITE_URL = True, site
    User.objects.create_superuser("beate", email="beate@amt.example")
    for number in range(4):
        active(f"p{number}@example.org", name=f"Person {number}", municipality="siegen")
    return site


class Desk:
    """An officer's window. `look` checks the page that is open."""

    def __init__(self, visitor, width: int) -> None:
        self.visitor, self.page, self.width = visitor, visitor.page, width
        self.found: list[str] = []
        self.sign_in()

    def sign_in(self) -> None:
        signed_in = Client()
        signed_in.force_login(User.objects.get())
        name = settings.SESSION_COOKIE_NAME
        self.visitor.context.add_cookies(
            [{"name": name, "value": signed_in.cookies[name].value, "url": self.visitor.site}]
        )

    def press(self, name: str) -> None:
        with self.page.expect_navigation():  # the page that we leave is loaded already: its load state says nothing
            self.page.get_by_role("button", name=name, exact=True).click()

    def go(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).click()

    def look(self, name: str) -> None:
        if name in SEEN_ELSEWHERE and not FULL:
            return
        self.found += [f"{name}: {violation}" for violation in self.page.evaluate("window.violations")]
        before = len(self.visitor.complaints)
        self.found += check(self.page, name, self.width)
        del self.visitor.complaints[before:]  # axe writes a style of its own, which our policy forbids
        self.page.emulate_media(color_scheme="light")

    def text(self) -> str:
        return self.page.locator("#content").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_from_the_first_word_to_the_last_copy(visit, post: Post, width: int) -> None:
    desk = Desk(visit(width, 800, reduced_motion="reduce"), width)
    write(desk)
    try_out(desk, post)
    send(desk)
    follow(desk, post)
    assert not desk.found, "\n".join(desk.found)
    assert desk.visitor.foreign == []
    assert desk.visitor.complaints == []


def write(desk: Desk) -> None:
    page = desk.visitor.open(LIST)
    desk.look("empty list")
    desk.go("Rundmail schreiben")
    desk.look("writing")
    page.get_by_label("Betreff").fill("Vortrag am Dienstag: Unterhalt")
    page.get_by_label("Text").fill("$anrede\n\nes gibt $name.")
    page.get_by_label("Siegen").check()
    desk.press("Speichern und ansehen")
    assert "Das kennt das Portal nicht: $name." in desk.text()
    assert "Im Betreff steht „Unterhalt“." in desk.text()
    desk.look("warning")
    page.get_by_label("Text").fill("$anrede\n\nes gibt **Tee**.\n\nMeine Daten ansehen:\n$meine_daten")
    page.get_by_label("„Vortrag am Dienstag“ (unser Vorschlag)").check()
    desk.press("Speichern und ansehen")


def try_out(desk: Desk, post: Post) -> None:
    page = desk.page
    assert page.get_by_role("heading", level=1).inner_text() == "Ansehen und ausprobieren"
    assert page.locator(".counts .first").inner_text().split() == ["bekommen", "sie", "4"]
    assert "Betreff Vortrag am Dienstag" in desk.text()
    desk.look("preview")
    page.get_by_label("Für").select_option(index=2)
    desk.press("Ansehen")
    assert "Guten Tag Person 2," in desk.text()
    desk.go("Mit Farben und Knöpfen ansehen")
    assert page.locator("strong", has_text="Tee").is_visible()
    assert page.locator(".m-btn", has_text="Meine Daten ansehen").is_visible()
    page.go_back()
    assert page.get_by_label("An", exact=True).input_value() == "beate@amt.example"
    desk.press("Testmail schicken")
    assert [mail["To"] for mail in post.deliver()] == ["beate@amt.example"]


def send(desk: Desk) -> None:
    desk.go("Zum Verschicken")
    desk.look("sending")
    desk.page.locator("summary", has_text="Ohne Wartezeit").click()
    desk.press("Jetzt sofort an 4 Personen verschicken")
    assert "0 von 4 verschickt" in desk.text()
    desk.look("on its way")


def follow(desk: Desk, post: Post) -> None:
    page = desk.page
    desk.press("Anhalten")
    assert page.locator(".badge", has_text="angehalten").is_visible()
    page.locator("summary", has_text="Stoppen").click()
    assert page.get_by_role("button", name="Jetzt stoppen").is_visible()
    desk.look("held")
    assert post.deliver() == []
    desk.press("Fortsetzen")
    newsletter = Newsletter.objects.get()
    copies = Delivery.objects.filter(mailing=newsletter.mailing)
    copies.filter(address__email="p0@example.org").update(state="held")
    post.deliver()
    page.get_by_text("3 von 4 verschickt").wait_for()  # moved by itself
    assert page.evaluate("window.violations") == []
    copies.filter(state="held").update(state="queued")
    post.deliver()
    page.locator(".badge", has_text="fertig").wait_for()
    copies.filter(address__email="p1@example.org").update(state="failed", reason="refused", answer="550 5.2.2 full")
    page.reload()
    assert "Das Postfach ist voll." in desk.text()
    desk.look("finished")
    desk.press("Als Vorlage")
    desk.go("Entwurf löschen")
    desk.look("discarding")
    desk.visitor.open(LIST)
    desk.look("list")


@pytest.mark.slow
def test_without_javascript_a_link_shows_how_far_it_is(visit, post: Post) -> None:
    desk = Desk(visit(java_script_enabled=False), 360)
    page = desk.visitor.open(f"{LIST}add/")
    page.get_by_label("Betreff").fill("Neues im Advent")
    desk.press("Speichern und ansehen")
    desk.go("Zum Verschicken")
    desk.page.locator("summary", has_text="Ohne Wartezeit").click()
    desk.press("Jetzt sofort an 4 Personen verschicken")
    post.deliver()
    page.locator("summary", has_text="Stoppen").click()
    desk.press("Jetzt stoppen")
    assert "Da war nichts mehr zu tun." in page.locator(".messagelist").inner_text()
    assert "4 von 4 verschickt" in desk.text()
    desk.press("Als Vorlage")
    desk.press("Speichern und ansehen")
    desk.go("Zum Verschicken")
    desk.page.locator("summary", has_text="Ohne Wartezeit").click()
    desk.press("Jetzt sofort an 4 Personen verschicken")
    post.deliver()
    desk.go("Seite neu laden")
    assert "4 von 4 verschickt" in desk.text()

"""From the mail to an account of one's own, on a phone without JavaScript (R-04). Olga is invited."""

import pytest
from django.contrib.auth.models import User

from netzwerk.accounts import invitations, resets, roles
from tests.browser.desk.test_desk import signed_in
from tests.browser.test_every_page import check
from tests.netzwerk.accounts.officers import NEW, officer, rita, sinan, with_phone
from tests.post import Post, link_in
from wegweiser.models import Synonym

pytestmark = pytest.mark.browser
OLGA = "olga.winter@amt.example"


@pytest.mark.slow
def test_olga_opens_her_account_with_one_hand(visit, post: Post) -> None:
    """A mistake is said in its place and the page keeps to the screen; afterwards the sign-in is one press away."""
    invitations.invite(OLGA, "Olga", "Winter", [roles.EVENTS], by=rita())
    post.deliver()
    page = visit(360, 740, java_script_enabled=False).open(link_in(post.to(OLGA), "/verwaltung/einladung/"))
    assert page.title() == "Willkommen – Verwaltung"
    page.get_by_label("Ihr neues Passwort").fill("kurz")
    page.get_by_label("Noch einmal dasselbe").fill("kurz")
    page.get_by_role("button", name="Zugang einrichten").click()
    assert page.title() == "Fehler: Willkommen – Verwaltung"
    assert "mindestens 12 Zeichen" in page.inner_text("main")
    assert page.get_by_label("Ihr neues Passwort").input_value() == ""
    page.get_by_label("Ihr neues Passwort").fill(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/einladung/angenommen/")
    assert User.objects.get(username=OLGA).check_password(NEW)
    page.get_by_role("link", name="Zur Anmeldung").click()
    assert page.title().endswith("Anmelden – Verwaltung")
    page.get_by_role("link", name="Passwort vergessen").click()
    page.get_by_label("Ihre E-Mail-Adresse").fill(OLGA)
    page.get_by_role("button", name="Link schicken").click()
    page.wait_for_url("**/passwort-vergessen/unterwegs/")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_every_page_about_accounts_is_accessible(visit, post: Post, settings, width: int) -> None:
    settings.DEMO = True
    boss, mika = sinan(), with_phone(officer("Mika Winter", roles.DOOR))
    invited = invitations.invite(OLGA, "Olga", "Winter", [roles.EVENTS], by=boss)
    resets.ask(mika, by=boss)
    post.deliver()
    window = signed_in(visit, boss, settings, width)
    own = [f"{mika.pk}/{page}" for page in ("", "rollen/", "abschalten/", "zuruecksetzen/")]
    pages = [f"/verwaltung/konten/{page}" for page in ("", "einladen/", f"einladung/{invited.pk}/", *own)]
    synonym = Synonym.objects.create(word="hüttchen", means=["Wohnung"])
    pages += [f"/verwaltung/wegweiser/synonym/{synonym.pk}/{page}/" for page in ("change", "delete")]
    pages += ["/verwaltung/password_change/", "/verwaltung/passwort-vergessen/", "/verwaltung/passwort/1-abc/"]
    pages += [
        link_in(post.to(OLGA), "/verwaltung/einladung/"),
        link_in(post.to("mika@amt.example"), "/verwaltung/widerspruch/"),
    ]
    found: list[str] = []
    for path in pages:
        page = window.open(path)
        assert page.evaluate("window.violations") == [], path
        found += check(page, path, width)
    page = window.open("/verwaltung/konten/einladen/")
    page.get_by_role("button", name="Einladung schicken").click()
    page.wait_for_load_state()
    found += check(page, "with errors", width)
    page.get_by_role("button", name="Verwaltung verlassen").click()
    page.get_by_text("In diesem Browser ist niemand mehr angemeldet.").wait_for()
    found += check(page, "signed out", width)
    assert not found, "\n".join(found)

"""A provider and an officer in a real browser: reported, published, asked a year later, and nothing hostile runs.

Haus Lindenweg is invented.
"""

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailings.models import Address
from tests.browser.test_every_page import check
from tests.browser.test_journeys import tab_to
from tests.post import Post, link_in
from tests.wegweiser.hostile import PAYLOADS
from tests.wegweiser.offers import HOUSE, form, offer, provider
from wegweiser import topics
from wegweiser.checking import checks
from wegweiser.models import Hint, Offer, Submission

pytestmark = pytest.mark.browser


@pytest.fixture
def site(site: str, settings) -> str:
    """Links in mails lead to the server under test; the officer needs no second factor."""
    settings.SITE_URL = site
    settings.DEMO = True
    topics.ensure()
    return site


def officer(window, settings) -> None:
    """Beate, an invented officer, is signed in in this window."""
    client = Client()
    client.force_login(User.objects.create_superuser("beate"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": window.site}])


@pytest.mark.slow
def test_reported_published_and_confirmed_a_year_later_without_javascript(
    visit, post: Post, time_machine, settings
) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.open("/wegweiser/angebot-melden/")
    page.get_by_label("Wie heißt Ihr Angebot?").fill("Nähcafé")
    page.get_by_label("Wer bietet es an?").fill("Haus Lindenweg")
    page.get_by_label("Was bekommt man dort?").fill("Gemeinsam nähen, die Kinder spielen nebenan.")
    page.get_by_label("Treffpunkte und Selbsthilfe").check()
    page.get_by_label("in diesen Orten:").check()
    page.get_by_label("Kreuztal").check()
    page.get_by_label("Telefon").fill("030 23125-102, -103")
    page.get_by_label("Ihre E-Mail-Adresse").fill(HOUSE)
    page.get_by_role("button", name="Abschicken").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Schauen Sie in Ihr Postfach"
    [asking] = post.deliver()
    window.open(link_in(asking, "/wegweiser/angebot-melden/"))
    page.get_by_role("button", name="Ja, das kommt von mir").click()
    assert "ist bei uns" in page.get_by_role("heading", level=1).inner_text()

    desk = visit(width=1280, java_script_enabled=False)
    officer(desk, settings)
    desk.open("/verwaltung/")
    desk.page.get_by_role("link", name="1 Meldung zum Wegweiser wartet").click()
    desk.page.get_by_role("link", name="Nähcafé").click()
    desk.page.get_by_role("button", name="Veröffentlichen").click()
    assert "steht jetzt so im Wegweiser" in desk.page.content()
    assert Offer.objects.get().is_public
    post.deliver()

    later = timezone.now() + datetime.timedelta(days=366)
    time_machine.move_to(later)
    checks.daily(later)
    [asked] = [mail for mail in post.deliver() if mail["Subject"] == "Stimmt noch alles?"]
    window.open(link_in(asked, "/wegweiser/pruefen/"))
    page.get_by_role("button", name="Stimmt noch").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Danke, alles ist beantwortet"
    assert Offer.objects.get().checked_on == timezone.localdate()
    assert not window.complaints


def test_a_hint_by_keyboard_alone(visit) -> None:
    offer()
    window = visit(width=360)
    page = window.open("/wegweiser/kleiderkiste/hinweis/")
    tab_to(page, "textarea")
    page.keyboard.type("Die Nummer gibt es nicht mehr.")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/danke/")
    assert Hint.objects.get().text == "Die Nummer gibt es nicht mehr."


@pytest.mark.slow
def test_forms_with_errors_and_the_desk_are_accessible(visit, settings) -> None:
    width = 320
    kiste = offer()
    window = visit(width=width, height=800, reduced_motion="reduce")
    page = window.open("/wegweiser/angebot-melden/")
    page.get_by_role("button", name="Abschicken").click()
    found = check(page, "/wegweiser/angebot-melden/ with errors", width)
    found += check(window.open("/wegweiser/kleiderkiste/hinweis/"), "hint", width)
    page.get_by_role("button", name="Hinweis abschicken").click()
    found += check(page, "hint with errors", width)
    officer(window, settings)
    submission = Submission.objects.create(
        offer=kiste,
        address=Address.objects.get(),
        fields={"hours": "Di 10–12 Uhr"},
        state="waiting",
        confirmed_at=timezone.now(),
    )
    for path in (
        "offer/",
        f"offer/{kiste.pk}/change/",
        "offer/einlesen/",
        f"submission/{submission.pk}/ansehen/",
        "hint/",
    ):
        found += check(window.open(f"/verwaltung/wegweiser/{path}"), path, width)
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_no_hostile_text_runs_in_chromium(visit, post: Post, settings) -> None:
    """S-12: no dialog, no report of the policy, no request to elsewhere; in public, on the desk, in the mail."""
    contents = {name: value for name, value in form().items() if name in Offer.CONTENTS}
    everything = "\n".join(PAYLOADS)
    kiste = offer(title=PAYLOADS[0], description=everything[:3000], audience=PAYLOADS[9], provider=provider())
    for number, payload in enumerate(PAYLOADS):
        Submission.objects.create(
            address=kiste.provider.address,
            fields=contents | {"title": f"{number} {payload}", "phones": [payload], "search_words": [payload]},
            message=payload,
            state="waiting",
            confirmed_at=timezone.now(),
        )
        Hint.objects.create(offer=kiste, text=payload)
    Offer.objects.update(checked_on=None)
    checks.ask(timezone.now())
    [asked] = post.deliver()
    window = visit(width=1280)
    dialogs: list[str] = []
    window.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    officer(window, settings)
    paths = [
        link_in(asked, "/wegweiser/pruefen/"),
        f"/wegweiser/angebot-melden/?angebot={kiste.slug}",
        f"/wegweiser/{kiste.slug}/hinweis/",
        "/verwaltung/wegweiser/submission/?all=",
        "/verwaltung/wegweiser/hint/?all=",
        f"/verwaltung/wegweiser/offer/{kiste.pk}/change/",
        *(f"/verwaltung/wegweiser/submission/{each.pk}/ansehen/" for each in Submission.objects.all()[::10]),
    ]
    for path in paths:
        page = window.open(path)
        assert page.evaluate("window.violations") == [], path
        assert "login" not in page.url
    assert dialogs == []
    assert window.foreign == []
    assert window.complaints == []

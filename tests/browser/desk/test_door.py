"""The list for the door on a phone whose network comes and goes. Beate and Mika are invented."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, Route

from events.answering import answers
from events.answering.answers import Details
from events.models import Event, Reply
from tests.browser.desk.test_newsletter import Desk
from tests.events.meetings import household, meeting, party

pytestmark = pytest.mark.browser

FAMILIES = ("Anna", "Ben", "Cem")


@pytest.fixture
def site(site: str, settings) -> str:
    """The demo's desk asks for no second factor."""
    settings.DEMO, settings.SITE_URL = True, site
    User.objects.create_superuser("beate")
    return site


@pytest.fixture
def event(site: str) -> Event:
    event = meeting(seats=9, care=3)
    for name in FAMILIES:
        answers.accept(household(event, name), party(1, 4, care=1), Details("", name, "030 23125-007"), by="amt")
    begun = timezone.now() - timedelta(minutes=5)
    Event.objects.update(begins_at=begun, answer_by=begun, ends_at=begun + timedelta(hours=2))
    return event


def here() -> list[str]:
    return sorted(Reply.objects.came().values_list("name", flat=True))


def row(page: Page, name: str):
    return page.locator("tr", has_text=name)


def tap(page: Page, name: str) -> None:
    row(page, name).get_by_role("button").click()


def wait_for(page: Page, name: str, note: str) -> None:
    row(page, name).locator(f'.tick-cell[data-note="{note}"]').wait_for()


def list_of(visit, event: Event, width: int = 360) -> Desk:
    desk = Desk(visit(width, 740, reduced_motion="reduce"), width)
    desk.visitor.open(f"/verwaltung/events/event/{event.pk}/tuer/")
    return desk


def test_a_tap_without_network_is_sent_when_it_is_back_and_once(visit, event: Event) -> None:
    phone = list_of(visit, event)
    page, before = phone.page, phone.page.url
    tap(page, "Anna")
    wait_for(page, "Anna", "gesendet")
    assert page.locator('[data-count="people"]').inner_text() == "2"
    phone.visitor.context.set_offline(True)
    tap(page, "Ben")
    tap(page, "Cem")
    tap(page, "Cem")  # a slip: taken back before anything was sent
    wait_for(page, "Ben", "noch nicht gesendet")
    assert "2 Häkchen sind noch nicht gesendet. Lassen Sie diese Seite offen" in page.locator("#hinweis").inner_text()
    assert here() == ["Anna"]
    phone.look("not sent yet")
    phone.visitor.context.set_offline(False)
    wait_for(page, "Ben", "gesendet")
    wait_for(page, "Cem", "gesendet")
    assert here() == ["Anna", "Ben"]
    assert page.locator("#hinweis").is_hidden()
    assert page.locator('[data-count="families"]').inner_text() == "2"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.url == before
    assert not phone.found, "\n".join(phone.found)


@pytest.mark.slow
def test_an_answer_that_is_lost_is_asked_for_again_and_a_second_phone_is_not_overruled(visit, event: Event) -> None:
    """The portal takes Anna's tick, but the first phone never learns it. The second phone takes it back meanwhile."""
    phone, other = list_of(visit, event), list_of(visit, event)
    page, lost = phone.page, []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        other.page.reload()
        tap(other.page, "Anna")
        wait_for(other.page, "Anna", "gesendet")
        route.abort()

    page.route(re.compile(r"/tuer/\d+/"), lose_the_first)
    tap(page, "Anna")
    wait_for(page, "Anna", "zählt nicht")
    assert "nach Ihnen anders abgehakt" in page.locator("#hinweis").inner_text()
    assert lost
    assert here() == []
    assert row(page, "Anna").get_by_role("button").get_attribute("aria-pressed") == "false"


@pytest.mark.slow
def test_taps_wait_for_a_new_sign_in_in_another_tab(visit, event: Event) -> None:
    """The session ends while Mika ticks. The next sign-in gives the page's form an old token; still they go out."""
    phone = list_of(visit, event)
    page, context = phone.page, phone.visitor.context
    kept = context.cookies()
    context.clear_cookies()
    tap(page, "Anna")
    wait_for(page, "Anna", "noch nicht gesendet")
    assert "melden Sie sich in einem zweiten Tab an" in page.locator("#hinweis").inner_text()
    tap(page, "Ben")
    context.clear_cookies()
    context.add_cookies([cookie for cookie in kept if "csrf" not in cookie["name"]])
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, "Anna", "gesendet")
    wait_for(page, "Ben", "gesendet")
    assert here() == ["Anna", "Ben"]
    assert page.locator("#hinweis").is_hidden()


@pytest.mark.slow
def test_without_javascript_a_tap_is_a_form(visit, event: Event) -> None:
    desk = Desk(visit(360, 740, java_script_enabled=False), 360)
    page = desk.visitor.open(f"/verwaltung/events/event/{event.pk}/tuer/")
    with page.expect_navigation():
        tap(page, "Ben")
    assert page.url.endswith(f"#familie-{Reply.objects.get(name='Ben').pk}")
    assert here() == ["Ben"]
    page.get_by_text("Noch jemand ist da").click()
    page.get_by_label("Name", exact=True).fill("Zoe")
    with page.expect_navigation():
        page.get_by_role("button", name="Ist da", exact=True).click()
    assert here() == ["Ben", "Zoe"]

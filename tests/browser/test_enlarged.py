"""Enlarged text and pages (P-28, WCAG 1.4.4 and 1.4.10): nothing is cut, and the way out is in sight."""

import pytest

from tests.browser.conftest import Visit
from tests.events.answering.test_answer_page import link
from tests.events.meetings import invite, meeting
from tests.post import Post

pytestmark = pytest.mark.browser

PHONE, DESK = (360, 780), (1280, 800)
# How wide a window of so many pixels is for the page, in the browser's menu "Zoom".
ZOOMED = [(*PHONE, 100), (*PHONE, 125), (*PHONE, 150), (*PHONE, 200), (*DESK, 200), (*DESK, 300), (*DESK, 400)]
FONTS = [pytest.param(20, marks=pytest.mark.proof), 24, pytest.param(32, marks=pytest.mark.proof)]
WRONG = """() => {
  const room = document.documentElement.clientWidth, exit = document.querySelector(".exit").getBoundingClientRect();
  const wrong = [];
  if (document.documentElement.scrollWidth > room) wrong.push("scrolls sideways");
  const inSight = exit.left >= 0 && exit.right <= room && exit.top >= 0 && exit.bottom <= innerHeight;
  if (!inSight) wrong.push("no way out in sight");
  for (const text of document.querySelectorAll("main :is(h1, h2, h3, p, a, button, label, b)")) {
    const box = text.getBoundingClientRect();
    const away = text.closest(".visually-hidden, .extra, [hidden]") || getComputedStyle(text).visibility === "hidden";
    if (!away && box.width && box.right > room + 1) wrong.push(`cut: ${text.outerHTML.slice(0, 80)}`);
  }
  for (const date of document.querySelectorAll(".event > .date + div")) {
    if (date.clientWidth < date.parentElement.clientWidth / 2) wrong.push("a date leaves no room for words");
  }
  return wrong;
}"""


@pytest.fixture
def paths(site: str, post: Post) -> list[str]:
    event = meeting(care=4, seats=20, title="Adventsfrühstück für Alleinerziehende")
    invite(event, "kim@example.org", name="Kim")
    answer = link(post, "kim@example.org")
    event_page = f"/termine/{event.slug}/"
    return [
        "/", "/termine/", event_page, f"{event_page}anmelden/", answer, "/mitmachen/",
        "/meine-daten/", "/wegweiser/", "/wegweiser/?q=gewalt", "/wegweiser/angebot-melden/", "/barrierefreiheit/",
    ]  # fmt: skip


@pytest.mark.slow
def test_pages_enlarged_by_the_browser(visit, paths: list[str]) -> None:
    visitor, found = visit(*PHONE), []
    for path in paths:
        page = visitor.open(path)
        for width, height, percent in ZOOMED:
            page.set_viewport_size({"width": width * 100 // percent, "height": height * 100 // percent})
            found += [f"{path} at {width} px, {percent} %: {wrong}" for wrong in page.evaluate(WRONG)]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("size", FONTS)
def test_pages_in_the_readers_letters(launch_browser, site: str, paths: list[str], size: int) -> None:
    """The size is a setting of the browser: what is given in pixels does not grow with it."""
    browser = launch_browser(args=["--no-sandbox", f"--blink-settings=defaultFontSize={size}"])
    visitor, found = Visit(browser, site, viewport={"width": PHONE[0], "height": PHONE[1]}), []
    for path in paths:
        page = visitor.open(path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{size}px"
        found += [f"{path} in {size} px: {wrong}" for wrong in page.evaluate(WRONG)]
    browser.close()
    assert found == []


def test_control_what_is_cut_is_found(visit) -> None:
    page = visit(*PHONE).page
    page.set_content(
        '<!doctype html><main><p style="width: 400px">Zu breit</p></main>'
        '<a class="exit" style="position: fixed; left: 350px">Weg</a>'
    )
    cut = 'cut: <p style="width: 400px">Zu breit</p>'
    assert page.evaluate(WRONG) == ["scrolls sideways", "no way out in sight", cut]

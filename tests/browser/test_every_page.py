"""Promises of every page: P-18, P-19, P-21, P-23, S-01."""

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe

from tests import FULL
from tests.browser.urls import PAGES

pytestmark = pytest.mark.browser

# Controls smaller than 24 px, but for links inside a sentence (WCAG 2.2, 2.5.8) and what is not on the screen.
SMALL = """
() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter((control) => {
  const box = control.getBoundingClientRect();
  const inSentence = getComputedStyle(control).display === "inline" && control.closest("p, li, dd");
  const away = box.right <= 0 || box.width === 0 || control.closest(".visually-hidden");
  return !inSentence && !away && (box.width < 24 || box.height < 24);
}).map((control) => control.outerHTML.slice(0, 120))
"""
STORED = """
async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map((found) => found.name),
  ...(await caches.keys()),
]
"""


# At night only the colours differ.
COLOURS = DEFAULT_OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def check(page, path: str, width: int, *, night: bool = FULL) -> list[str]:
    """What is wrong with the page; by night too where every component is shown, and everywhere in make proof."""
    page.wait_for_load_state()  # its look may still be on the way
    load_axe(page)
    page.emulate_media(color_scheme="light")
    wrong = violations(page, DEFAULT_OPTIONS)
    if night:
        page.emulate_media(color_scheme="dark")
        wrong += violations(page, COLOURS)
    return [f"{path}: {violation}" for violation in wrong] + cramped(page, path, width)


def cramped(page, path: str, width: int) -> list[str]:
    """What is too wide for the window, or too small for a finger."""
    room = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"{path}: scrolls sideways, {room} px"] if room > width else []
    return wide + [f"{path}: too small: {control}" for control in page.evaluate(SMALL)]


def load_axe(page) -> None:
    """Brings axe into the window, once: it outlives the content of a page, and takes a tenth of a second to read."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)


def violations(page, options: dict) -> list[str]:
    """What axe, which is in the window already, finds there."""
    found = page.evaluate("async (options) => ({violations: (await axe.run(options)).violations})", options)
    return AxeResults(found).generate_snapshot().splitlines()


def some_and_all(pages: list[str]) -> pytest.MarkDecorator:
    """Gives a test every twelfth page as its `paths`, and beside it, as a slow test, all of them."""
    return pytest.mark.parametrize(
        "paths", [pytest.param(pages[::12], id="some"), pytest.param(pages, id="all", marks=pytest.mark.slow)]
    )


def test_control_what_is_wrong_with_a_page_is_found(visit):
    page = visit(320, 800).page
    page.set_content(
        '<!doctype html><html lang="de"><title>Blass</title>'
        "<style>@media (prefers-color-scheme: dark) {body {background: #333}}</style>"
        '<main><h1>Nachts zu dunkel</h1><p style="color: #bbb; width: 400px">Am Tag zu blass</p>'
        '<a href="#" style="display: block; width: 20px">i</a></main></html>'
    )
    assert check(page, "/", 320, night=True) == [
        "/: color-contrast (serious) : 1",  # by day the paragraph
        "/: color-contrast (serious) : 1",  # by night the heading
        "/: scrolls sideways, 408 px",
        """/: too small: <a href="#" style="display: block; width: 20px">i</a>""",
    ]


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.proof)])
@some_and_all(PAGES)
def test_accessible_at_any_width_day_and_night(visit, width: int, paths: list[str]) -> None:
    visitor = visit(width, 800, reduced_motion="reduce")  # no colour halfway from day to night
    found: list[str] = []
    for path in paths:
        found += check(visitor.open(path), path, width, night=True)
    assert not found, "\n".join(found)


@some_and_all(PAGES)
def test_keeps_nothing_calls_nobody_and_shows_the_way_out(visit, paths: list[str]) -> None:
    """One walk over the pages on the smallest phone: P-18, P-19, P-23, S-01."""
    visitor = visit(320, 568)
    for path in [*paths, "/verwaltung/login/"]:
        page = visitor.open(path)
        assert page.evaluate("window.violations") == [], path
        assert page.evaluate(STORED) == [], path
        allowed = {"csrftoken"} if page.locator("form").count() else set()
        assert {cookie["name"] for cookie in visitor.context.cookies()} <= allowed, path
        visitor.context.clear_cookies()
        if path in PAGES:
            check_title(page, path)
            check_way_out(page, path)
    assert visitor.foreign == []
    assert visitor.complaints == []


def check_title(page, path: str) -> None:
    title = page.title()
    assert title.endswith(" – Netzwerk Siegen-Wittgenstein"), path
    for word in ("alleinerziehend", "gewalt", "trennung", "notlage"):
        assert word not in title.lower(), path
    for target in ("/impressum/", "/barrierefreiheit/", "/datenschutz/"):
        assert page.locator(f'footer a[href="{target}"]').is_visible(), path


def check_way_out(page, path: str) -> None:
    hit = page.evaluate("""() => {
      window.scrollTo(0, document.body.scrollHeight);
      const box = document.querySelector(".exit").getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return box.top >= 0 && box.bottom <= innerHeight && !!top?.closest(".exit");
    }""")
    assert hit, path


@some_and_all(PAGES)
def test_without_javascript(visit, paths: list[str]) -> None:
    visitor = visit(java_script_enabled=False)
    for path in paths:
        page = visitor.open(path)
        assert page.locator("h1").is_visible(), path
        assert not page.locator(".needs-script").is_visible(), path
        page.locator(".exit").click()
        assert page.title() == "Wetter", path

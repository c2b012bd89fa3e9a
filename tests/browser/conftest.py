"""The portal in a real browser: Debian's Chromium, driven by Playwright, never beyond this machine."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.models import Site
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from netzwerk.local import font
from netzwerk.migrations.data import first_texts
from tests.browser.outside import served
from tests.tools import missing

# Playwright runs an event loop in this thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The shell is the same Chromium without what frames a page: half the work.
BROWSERS = ["chromium-headless-shell", "chromium"]
EXIT = "http://exit.example/"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
# A page of a test lives for a second: threads that collect its garbage and improve its code are not worth starting.
QUIET += ["--js-flags=--single-threaded"]
SPY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> Iterator[dict[str, object]]:
    """Names of hosts lead nowhere but to this machine. No request is handled by Playwright: it would have no cache."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not chromium:
        missing(f"Chromium is missing, nothing in tests/browser was tested: apt-get install {BROWSERS[0]}")
    with served() as outside:
        hosts = (
            f"MAP exit.example 127.0.0.1:{outside.server_port}, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
        )
        args = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules={hosts}", *QUIET]
        yield {"executable_path": chromium, "args": args}


@pytest.fixture(autouse=True, scope="session")
def _clicks_wait_for_the_page_that_follows() -> Iterator[None]:
    """Playwright's click ends as the next page begins to arrive: its title may be empty, and nothing visible yet."""
    click = Locator.click

    def waiting(self: Locator, **options: object) -> None:
        click(self, **options)
        self.page.wait_for_load_state("domcontentloaded")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", waiting)
        yield


@pytest.fixture(scope="session")
def _font(django_db_setup: None) -> Iterator[None]:
    font.cut()
    folders = {*django_settings.STATICFILES_DIRS, font.FONT.parent.parent}
    with override_settings(STATICFILES_DIRS=list(folders)):
        yield


@pytest.fixture
def site(_font: None, live_server, transactional_db: None, settings) -> str:
    """The address of the running portal, with its own pages and some that only show what it can look like."""
    settings.ROOT_URLCONF = "tests.browser.urls"
    settings.EXIT_URL = EXIT
    settings.FORM_SECONDS = 0  # nobody types here
    first_texts.create(FlatPage, Site)
    return live_server.url


class Visit:
    """One visitor's browser window, and whatever in it must not be."""

    def __init__(self, browser: Browser, site: str, **options: object) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(base_url=site, **options)
        self.context.add_init_script(SPY)
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request) -> None:
        if not request.url.startswith((self.site, "data:", EXIT)):
            self.foreign.append(request.url)

    def _console(self, message) -> None:
        # Chromium reports the status of an error page itself as a failed resource.
        own = message.location.get("url") == self.page.url
        if message.type in {"error", "warning"} and not (own and "status of" in message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> Page:
        self.page.goto(path, wait_until="load")
        return self.page


@pytest.fixture
def visit(browser: Browser, site: str):
    """visit(width=320, height=568, …) opens a window; further options are Playwright's for a context."""
    visits: list[Visit] = []

    def start(width: int = 360, height: int = 740, **options: object) -> Visit:
        visits.append(Visit(browser, site, viewport={"width": width, "height": height}, **options))
        return visits[-1]

    yield start
    for each in visits:
        each.context.close()

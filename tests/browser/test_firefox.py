"""The button "Seite verlassen" and Back in Firefox (P-23), which keeps pages in memory and history in its own way."""

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.firefox import Firefox, started
from tests.browser.outside import Outside, served
from tests.tools import missing

pytestmark = [pytest.mark.browser, pytest.mark.proof]


@pytest.fixture
def outside(site: str, settings) -> Iterator[Outside]:
    with served() as server:
        settings.EXIT_URL = server.url
        yield server


@pytest.fixture
def firefox(tmp_path, outside: Outside) -> Iterator[Firefox]:
    program = shutil.which("firefox-esr")
    if not program:
        missing("Firefox is missing, nothing was tested in it: apt-get install firefox-esr")
    with started(program, tmp_path) as found:
        yield found


def test_back_does_not_show_what_was_left(firefox: Firefox, site: str, outside: Outside) -> None:
    """The fault: pages in Firefox's memory do not share the note that somebody has left, so Back showed the search."""
    for path in ("/impressum/", "/wegweiser/?q=frauenhaus", "/wegweiser/?q=frauenhaus&ort=siegen"):
        firefox.open(site + path)
    firefox.click(".exit")
    assert outside.is_visited()
    for _ in range(2):
        firefox.back()
        assert outside.is_visited()
        firefox.wait_for(outside.url)
    firefox.open(f"{site}/impressum/")
    assert firefox.run("return document.querySelector('h1').innerText") == "Impressum"


def test_back_from_another_site_never_ends_on_a_personal_page(firefox: Firefox, site: str, outside: Outside) -> None:
    firefox.open(f"{site}/muster/link/")
    firefox.open(outside.url)
    firefox.back()
    firefox.wait_for(f"{site}/")


def test_control_without_leaving_back_shows_the_search(firefox: Firefox, site: str, outside: Outside) -> None:
    firefox.open(f"{site}/wegweiser/?q=frauenhaus")
    firefox.open(outside.url)
    firefox.back()
    firefox.wait_for(f"{site}/wegweiser/?q=frauenhaus")

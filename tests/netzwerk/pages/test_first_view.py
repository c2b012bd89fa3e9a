"""What a phone must load: little before it shows anything, and little in all."""

import re
from pathlib import Path

import brotli
import pytest
import rcssmin
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from netzwerk.local import font
from netzwerk.pages.storage import Storage
from tests.events.meetings import meeting
from tests.wegweiser.offers import offer

LINKED = re.compile(r'(?:href|src)="/static/([^"]+)"')
DRAWN, SHOWN = re.compile(r'<symbol id="i-([\w-]+)"'), re.compile(r'<use href="#i-([\w-]+)"')
KB = 1024


def sent(path: str) -> int:
    """The bytes of a static file as the portal sends it."""
    found = finders.find(path)
    assert isinstance(found, str), path
    raw = Path(found).read_bytes()
    if path.endswith(".woff2"):
        return len(raw)
    return len(brotli.compress(rcssmin.cssmin(raw.decode()).encode() if path.endswith(".css") else raw))


@pytest.mark.django_db
def test_the_start_page_is_there_with_14_kb_and_complete_with_60(client: Client, settings) -> None:
    font.cut()
    for days in (6, 13, 20):
        meeting(days=days)
    page = client.get("/", HTTP_ACCEPT_ENCODING="gzip, br")
    html = client.get("/").content.decode()
    screen = [line for line in html.splitlines() if "stylesheet" in line and 'media="print"' not in line]
    with override_settings(STATICFILES_DIRS=[settings.BASE_DIR / "static", font.FONT.parent.parent]):
        finders.get_finder.cache_clear()
        first = len(page.content) + sum(sent(path) for path in LINKED.findall("\n".join(screen)))
        whole = len(page.content) + sum(sent(path) for path in set(LINKED.findall(html)))
    finders.get_finder.cache_clear()
    assert first <= 14 * KB
    assert 30 * KB < whole <= 60 * KB


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/termine/", "/wegweiser/", "/wegweiser/kleiderkiste/", "/mitmachen/", "/x/"])
def test_a_page_brings_the_drawings_that_it_shows_and_no_others(path: str, client: Client) -> None:
    offer()
    html = client.get(path).content.decode()
    assert sorted(DRAWN.findall(html)) == sorted(set(SHOWN.findall(html)))
    assert "exit" in DRAWN.findall(html)


def test_stylesheets_lose_their_comments_and_nothing_else(tmp_path: Path) -> None:
    storage = Storage(location=str(tmp_path), base_url="/static/")
    storage.save("look.css", ContentFile(b"/* why */\na:not(.b) {\n  width: calc(100% - 2rem);\n}\n"))
    list(storage.post_process({"look.css": (storage, "look.css")}))
    [hashed] = (path for path in tmp_path.glob("look.*.css"))
    assert hashed.read_text() == "a:not(.b){width:calc(100% - 2rem)}"

"""Pages are sent compressed, unless their length could tell a secret in them."""

import gzip

import brotli
import pytest
from django.test import Client

from tests.members.people import asked
from tests.netzwerk.test_addresses import personal_paths, public
from tests.wegweiser.offers import offer

pytestmark = pytest.mark.django_db

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate"}


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wegweiser/?q=kleidung",
        "/wegweiser/kleiderkiste/",
        "/termine/",
        "/wegweiser/angebote.json",
        "/sitemap.xml",
    ],
)
def test_a_page_for_everybody_is_compressed_and_says_the_same(client: Client, path: str) -> None:
    offer()
    plain, packed = client.get(path), client.get(path, **GZIP)
    assert (packed["Content-Encoding"], "Accept-Encoding" in packed["Vary"]) == ("gzip", True)
    assert "Content-Encoding" not in plain
    whole, sent = body(plain), body(packed)
    assert gzip.decompress(sent) == whole
    assert len(sent) < len(whole)


def test_whoever_takes_brotli_gets_a_page_that_is_smaller_still(client: Client) -> None:
    plain, packed = client.get("/"), client.get("/", HTTP_ACCEPT_ENCODING="gzip, deflate, br, zstd")
    assert (packed["Content-Encoding"], packed["Vary"]) == ("br", "Accept-Encoding")
    assert brotli.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(client.get("/", **GZIP).content)


def test_no_page_with_a_token_or_of_one_person_is_compressed(client: Client, beate: Client) -> None:
    """Forms, the desk, what personal links open; an officer's public pages are those of everybody."""
    offer()
    plain = [f"/{path}" for path in public() if "<" not in path]
    personal = personal_paths(asked("ayse@example.org"))
    desk = ["/verwaltung/", "/verwaltung/members/member/", "/verwaltung/login/"]
    packed, secret = set(), set()
    for path in [*plain, *personal, *desk, "/wegweiser/kleiderkiste/hinweis/"]:
        response = beate.get(path, **GZIP)
        if "Content-Encoding" in response:
            packed.add(path)
            assert b"csrfmiddlewaretoken" not in gzip.decompress(body(response)), path
        elif response.status_code == 200:
            secret.add(path)
    assert {"/mitmachen/", "/meine-daten/", "/wegweiser/kleiderkiste/hinweis/", *desk[:2]} <= secret
    assert packed & {*personal, *desk} == set()
    assert {"/", "/wegweiser/", "/termine/", "/impressum/"} <= packed

"""The page in Leichte Sprache, by what can be counted of DIN SPEC 33429 (P-22)."""

import html
import re
from statistics import median

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

# Genitives, subjunctives, passives, side clauses, and words that nobody explains.
HARD = re.compile(
    r"\b(des|eines|deren|dessen|wegen|würde|könnte|hätte|wäre|wird|werden|wurde|dass|weil|obwohl|damit|sodass"
    r"|welche[rs]?|man|Angebot|Anmeldung|Registrierung|Newsletter|Formular)\b"
)


def sentences(client: Client) -> list[str]:
    [main] = re.findall(r"<main.*?</main>", client.get("/leichte-sprache/").content.decode(), re.S)
    lines = re.findall(r"<(?:p|h1|h2|li)\b[^>]*>(.*?)</(?:p|h1|h2|li)>", main, re.S)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]
    return [text.replace(" .", ".") for text in texts if text]


def test_sentences_are_short_and_one_stands_on_each_line(client: Client) -> None:
    words = [len(sentence.split()) for sentence in sentences(client)]
    assert len(words) > 60
    assert max(words) <= 10
    assert median(words) <= 6
    assert [text for text in sentences(client) if re.search(r"[.?!] [A-ZÄÖÜ]", text)] == []


def test_no_hard_words(client: Client) -> None:
    assert [text for text in sentences(client) if HARD.search(text) or "," in text or ";" in text] == []
    assert HARD.search("Das ist die Telefonnummer des Netzwerks."), "the control"


@pytest.mark.parametrize("path", ["/", "/termine/", "/wegweiser/"])
def test_start_and_foot_lead_there(path: str, client: Client) -> None:
    assert client.get(path).content.decode().count('href="/leichte-sprache/"') == 1 + (path == "/")

"""The Wegweiser on paper: what stands in it, for whom it can be read, and that it is made once."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from mailings.models import Address
from tests.wegweiser.hostile import PAYLOADS
from tests.wegweiser.offers import offer, provider
from wegweiser import brochure, brochure_shelf, months, personal_data, topics, typesetting
from wegweiser.brochure import Selection
from wegweiser.models import Offer, Topic

pytestmark = pytest.mark.django_db
PDF = "/wegweiser/wegweiser.pdf"


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was set, as JSON; one for every PDF that was made."""
    made: list[str] = []

    def pdf(template: Any, data: str) -> bytes:
        made.append(data)
        return b"%PDF-1.7 " + data.encode()

    monkeypatch.setattr(typesetting, "pdf", pdf)
    return made


def read(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def words(text: str) -> str:
    """As read aloud: where lines end is the paper's."""
    return " ".join(re.sub(r"(?<=[-/])\n", "", text.replace("\u200b", "")).split())


def text_of(reader: PdfReader) -> str:
    return words("\n".join(page.extract_text() for page in reader.pages))


def tags(reader: PdfReader) -> list[str]:
    """The kinds of all structure elements."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for each in node:
                walk(each)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


# --- what stands in it -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(_imported: None, django_db_blocker: Any) -> PdfReader:
    """The brochure of the 120 offers, one of them checked in March 2026, made as in earnest."""
    with django_db_blocker.unblock():
        Offer.objects.filter(slug="familienbuero-siegen").update(example=False, checked_on=date(2026, 3, 4))
        return read(typesetting.pdf(brochure.TEMPLATE, brochure.content(Selection())))


def test_every_offer_stands_in_it_with_its_number_and_the_age_of_what_it_says(
    whole: PdfReader, wegweiser: None
) -> None:
    text = text_of(whole)
    offers = Offer.objects.published()
    assert offers.count() == 120
    for each in offers:
        assert words(each.title) in text, each.title
        assert all(words(call.text) in text for call in each.calls), each.title
        assert each.standing in text, each.title
    assert text.count("Beispiel, noch nicht geprüft") == 119 + text.count("nie geprüft")
    assert "Familienbüro der Universitätsstadt Siegen Universitätsstadt Siegen 0271/404-2958" in text
    assert "Zuletzt geprüft: März 2026" in text
    assert "\xad" not in text


def test_cover_first_page_and_contents_come_first(whole: PdfReader, wegweiser: None) -> None:
    cover, inside, contents = (words(page.extract_text()) for page in whole.pages[:3])
    assert "Wegweiser Wo es Hilfe gibt in Siegen-Wittgenstein Stand:" in cover
    assert "030 23125-100" in inside
    assert "Gefahr? Polizei Tag und Nacht 110" in inside.replace("\xa0", " ")
    assert contents.startswith("Inhalt")
    for topic in Topic.objects.all():
        page = int(re.search(rf"{topic.title} (?:{re.escape(topic.text)} )?(\d+)", contents)[1])
        assert words(whole.pages[page - 1].extract_text()).startswith(topic.title)


def test_emergency_numbers_stand_before_the_offers_of_separation_and_violence(whole: PdfReader) -> None:
    first_pages = {
        title: words(next(page.extract_text() for page in whole.pages[3:] if page.extract_text().startswith(title)))
        for title in ("Trennung und Scheidung", "Gewalt und Notlagen", "Wohnen")
    }
    for title in ("Trennung und Scheidung", "Gewalt und Notlagen"):
        assert 0 < first_pages[title].index("Sofort Hilfe") < first_pages[title].index("geprüft")
        assert "0800\xa0111\xa00\xa0550" in first_pages[title] or "0800 111 0 550" in first_pages[title]
    assert "Sofort Hilfe" not in first_pages["Wohnen"]


def test_the_index_leads_from_towns_to_pages(whole: PdfReader, wegweiser: None) -> None:
    pages = [words(page.extract_text()) for page in whole.pages]
    start = next(number for number, page in enumerate(pages) if page.startswith("Orte"))
    index = " ".join(pages[start:])
    towns = [index.index(f"{name} ") for name in ("Bad Berleburg", "Burbach", "Kreuztal", "Wilnsdorf")]
    assert towns == sorted(towns)
    page = int(re.search(r"Familienbüro der Gemeinde Burbach (\d+)", index)[1])
    assert "Familienbüro der Gemeinde Burbach" in pages[page - 1]


def test_pages_are_numbered(whole: PdfReader) -> None:
    for number, page in enumerate(whole.pages[1:], 2):
        lines = page.extract_text().split("\n")
        assert any(re.fullmatch(rf"(?:{number})|.*Stand:.* {number}|{number} Wegweiser.*", line) for line in lines), number


def test_it_is_tagged_and_can_be_read_aloud(whole: PdfReader) -> None:
    root = whole.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert str(root["/Lang"]) == "de-DE"
    assert whole.metadata.title == "Wegweiser – Netzwerk Siegen-Wittgenstein"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    found = tags(whole)
    assert found.count("/H1") == 12 + 1
    assert found.count("/Figure") >= 120
    assert {"/Link", "/TOC", "/TOCI", "/P"} <= set(found)


def test_numbers_can_be_tapped_and_chapters_chosen(whole: PdfReader) -> None:
    links = {
        str(note.get_object()["/A"]["/URI"])
        for page in whole.pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }
    assert {"tel:+492714042958", "tel:110", "tel:08001110550", "mailto:familienbuero@siegen.de"} <= links
    assert "http://127.0.0.1:8000/wegweiser/familienbuero-siegen/" in links
    titles = [str(each.title) for each in whole.outline if not isinstance(each, list)]
    assert "Kinderbetreuung" in titles
    assert "Orte" in titles

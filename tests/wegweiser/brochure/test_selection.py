"""The Wegweiser on paper: what stands in it, where, and that everybody can read it."""

import re
from datetime import date
from typing import Any

import pytest

from tests.wegweiser.brochure.papers import Paper, printed, words
from wegweiser.models import Offer, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole(_imported: None, django_db_blocker: Any) -> Paper:
    """The brochure of the 120 offers, one of them checked in March 2026."""
    with django_db_blocker.unblock():
        Offer.objects.filter(slug="familienbuero-siegen").update(example=False, checked_on=date(2026, 3, 4))
        return printed()


@pytest.mark.slow
def test_every_offer_stands_in_it_with_its_number_and_the_age_of_what_it_says(whole: Paper, wegweiser: None) -> None:
    offers = Offer.objects.published()
    assert offers.count() == 120
    for each in offers:
        assert words(each.title) in whole.text, each.title
        assert all(words(call.text) in whole.text for call in each.calls), each.title
        assert each.freshness in whole.text, each.title
    assert whole.text.count("Beispiel, noch nicht geprüft") == 119
    assert "Zuletzt geprüft: März 2026" in whole.text
    assert "\xad" not in whole.text  # a copied number must hold plain hyphens


def test_cover_first_page_and_contents_come_first(whole: Paper, wegweiser: None) -> None:
    cover, inside, contents = whole.pages[:3]
    assert "Wegweiser Wo es Hilfe gibt in Siegen-Wittgenstein Stand:" in cover
    assert "030 23125100" in inside
    assert "Gefahr? Polizei Tag und Nacht 110" in inside
    assert contents.startswith("Inhalt")
    for topic in Topic.objects.all():
        number = re.search(rf"{topic.title} {re.escape(topic.text)} (\d+)", contents)[1]
        assert whole.pages[int(number) - 1].startswith(topic.title)


@pytest.mark.parametrize("title", ["Trennung und Scheidung", "Gewalt und Notlagen"])
def test_emergency_numbers_stand_before_the_offers_of_separation_and_violence(title: str, whole: Paper) -> None:
    page = whole.beginning(title)
    assert 0 < page.index("Soforthilfe") < page.index("0800 1110550") < page.index("geprüft")


def test_they_stand_before_no_others(whole: Paper) -> None:
    assert "Soforthilfe" not in whole.beginning("Wohnen")
    assert whole.text.count("Soforthilfe") == 3 + 1, "an offer's own text says it once"


def test_the_index_leads_from_towns_to_pages(whole: Paper) -> None:
    start = whole.pages.index(whole.beginning("Orte"))
    index = " ".join(whole.pages[start:])
    towns = [index.index(f"{name} ") for name in ("Bad Berleburg", "Burbach", "Kreuztal", "Wilnsdorf", "bundesweit")]
    assert towns == sorted(towns)
    number = re.search(r"Familienbüro der Gemeinde Burbach (\d+)", index)[1]
    assert "Familienbüro der Gemeinde Burbach Gemeinde Burbach" in whole.pages[int(number) - 1]


def test_pages_are_numbered(whole: Paper) -> None:
    for number, page in enumerate(whole.pages[1:], 2):
        assert re.search(rf"(?:Stand: \d+\. \w+ \d{{4}} {number}| {number} Wegweiser .*)$", page), number


def test_it_is_tagged_and_can_be_read_aloud(whole: Paper) -> None:
    root = whole.reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]) == "de-DE"
    assert whole.reader.metadata.title == "Wegweiser – Netzwerk Siegen-Wittgenstein"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    tags = whole.tags()
    assert tags.count("/H1") == 3 + 10  # the first page, contents and index; the topics
    assert tags.count("/Figure") == 120
    assert {"/Link", "/TOC", "/TOCI", "/P"} <= set(tags)


def test_numbers_can_be_tapped_and_chapters_chosen(whole: Paper) -> None:
    assert {"tel:+492714042958", "tel:110", "tel:08001110550", "mailto:familienbuero@siegen.de"} <= whole.addresses()
    assert "http://127.0.0.1:8000/wegweiser/familienbuero-siegen/" in whole.addresses()
    chapters = [str(each.title) for each in whole.reader.outline if not isinstance(each, list)]
    assert chapters[:3] == ["So hilft dieses Heft", "Inhalt", "Finanzielle Unterstützung"]
    assert chapters[-1] == "Orte"

"""Lists are narrowed by town, topic, language and cost, widened again, and counted."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.wegweiser.offers import offer
from tests.wegweiser.search.pages import hits, page
from wegweiser import languages
from wegweiser.models import FailedSearch, Offer
from wegweiser.search import index

pytestmark = pytest.mark.usefixtures("wegweiser")


def test_filters_stand_in_the_address_and_can_be_taken_back(client: Client) -> None:
    shown = page(client, q="kita", ort="kreuztal", kosten="income")
    assert "/wegweiser/?q=kita&kosten=income" in shown
    assert "/wegweiser/?q=kita&ort=kreuztal" in shown
    assert set(hits(shown)) < set(hits(page(client, q="kita", ort="kreuztal")))
    for slug in hits(shown):
        found = Offer.objects.get(slug=slug)
        assert found.cost_kind == "income"
        assert found.area != "local" or "kreuztal" in found.municipalities


def test_every_count_is_what_its_link_leads_to(client: Client) -> None:
    shown = page(client, q="kinder")
    links = re.findall(r'<a href="(/wegweiser/\?[^"]+)"\s*>([^<]+) <span>(?:<[^>]+>)?(\d+)(?: \+ (\d+))?<', shown)
    assert len(links) > 25
    for href, label, near, general in links:
        narrowed = unescape(client.get(href).content.decode())
        assert re.search(rf"\b{int(near) + int(general or 0)} Angebote?\b", narrowed), label
        if general:
            assert counted(narrowed) == f"{near} für {label}, {general} {GENERAL}"


GENERAL = "für ganz Nordrhein-Westfalen oder Deutschland"


def counted(shown: str) -> str:
    """How many of the offers are near, and how many are for all."""
    return " ".join(re.sub("<[^>]+>", "", shown.partition('class="near-and-all"')[2].partition("</p>")[0])[1:].split())


def test_counts_tell_what_is_near_from_what_is_for_all(client: Client) -> None:
    offers = Offer.objects.for_topic("wohnen")
    near = offers.filter(area__in=["local", "district"])
    shown = page(client, "/wegweiser/thema/wohnen/")
    assert (
        counted(shown)
        == f"{near.count()} hier im Kreis, {offers.count() - near.count()} {GENERAL}"
        == f"7 hier im Kreis, 1 {GENERAL}"
    )
    assert hits(shown)[-1] == "wohngeld"
    assert counted(page(client, "/wegweiser/thema/wohnen/", ort="burbach")) == f"3 für Burbach, 1 {GENERAL}"
    assert counted(page(client, q="siegener tafel", ort="siegen", thema="wohnen")) == ""


@pytest.fixture
def friday_group() -> Offer:
    found = offer("freitagsgruppe", title="Freitagsgruppe", languages=["de", "uk", "ls"], topics=["bildung"])
    index.put(found.pk)
    return found


def test_a_language_is_a_filter_beside_question_topic_and_town(client: Client, friday_group: Offer) -> None:
    everything = {"q": "freitagsgruppe", "thema": "bildung", "ort": "siegen", "sprache": "uk"}
    shown = page(client, **everything)
    assert hits(shown) == ["freitagsgruppe"]
    assert "auch auf Ukrainisch, in Leichter Sprache" in shown
    assert "/wegweiser/?q=freitagsgruppe&thema=bildung&ort=siegen&sprache=ls" in shown
    chips = re.findall(r'class="chip" href="([^"]+)"><span[^>]+>Entfernen:</span> ([^<]+) <', shown)
    assert chips == [
        ("/wegweiser/?q=freitagsgruppe&thema=bildung&sprache=uk", "Siegen"),
        ("/wegweiser/?q=freitagsgruppe&ort=siegen&sprache=uk", "Bildung"),
        ("/wegweiser/?q=freitagsgruppe&thema=bildung&ort=siegen", "auf Ukrainisch"),
    ]
    assert hits(page(client, "/wegweiser/thema/bildung/", sprache="uk", ort="siegen")) == ["freitagsgruppe"]


def test_the_usual_language_is_no_choice_but_may_stand_in_an_address(client: Client) -> None:
    assert "sprache=de" not in page(client, q="kita")
    assert "auf Deutsch" in page(client, q="kita", sprache="de")


def test_somebody_new_to_german_begins_with_the_own_language(client: Client, friday_group: Offer) -> None:
    shown = page(client).partition("Hilfe in anderen Sprachen")[2]
    links = re.findall(r'href="([^"]+)">\s*(?:<span lang="(\w+)">([^<]+)</span>)?\s*([^<]+)</a>', shown)
    assert links[0] == ("/wegweiser/?sprache=ls", "", "", "Leichte Sprache")
    assert ("/wegweiser/?sprache=uk", "uk", "Українська", "Ukrainisch") in links
    assert "freitagsgruppe" in hits(page(client, sprache="uk"))
    assert "sprache=de" not in shown
    assert "sprache=vi" not in shown, "there is nothing"
    assert languages.OWN_NAMES.keys() == languages.LANGUAGES.keys() - {"de", "ls", "dgs"}


def test_an_empty_list_says_what_to_loosen(client: Client, friday_group: Offer, django_assert_max_num_queries) -> None:
    def loosened(**asked: str) -> list[tuple[str, str]]:
        shown = page(client, q="freitagsgruppe", **asked)
        assert "Zu „freitagsgruppe“ passt mit dieser Auswahl nichts." in shown
        return re.findall(r'href="([^"]+)">\s*(?:Ohne diese|(Ohne „[^<]+?))\s*(?:</a>|Auswahl)', shown)

    assert loosened(ort="siegen", sprache="uk", kosten="paid") == [
        ("/wegweiser/?q=freitagsgruppe&ort=siegen&sprache=uk", "Ohne „kostenpflichtig“: 1 Angebot")
    ]
    with django_assert_max_num_queries(17):
        loosened(ort="siegen", sprache="uk", thema="wohnen", kosten="paid")
    assert loosened(ort="burbach", kosten="paid") == [("/wegweiser/?q=freitagsgruppe", "")]


def test_what_nobody_knows_in_an_address_is_left_out(client: Client) -> None:
    odd = {"ort": "atlantis", "thema": "x", "sprache": "klingonisch", "kosten": "viel", "seite": "-3"}
    assert hits(page(client, q="kita", **odd)) == hits(page(client, q="kita"))


def test_nothing_with_these_filters_offers_to_drop_them_and_counts_no_miss(client: Client) -> None:
    shown = page(client, q="frauenhaus", sprache="zh")
    assert "Zu „frauenhaus“ passt mit dieser Auswahl nichts." in shown
    assert '/wegweiser/?q=frauenhaus"' in shown
    assert FailedSearch.objects.count() == 0

"""The pages of the search: what is typed is shown, kept in the address, and never breaks anything."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit import phones
from tests.wegweiser.offers import offer
from tests.wegweiser.search.pages import hits, page
from wegweiser import curation
from wegweiser.models import FailedSearch, Offer, Situation
from wegweiser.search import index, ranking
from wegweiser.search.views import clean, summary

pytestmark = pytest.mark.usefixtures("wegweiser")


def test_from_the_question_to_the_phone_it_is_two_taps(client: Client) -> None:
    shown = page(client, q="frauenhaus")
    assert hits(shown)[0] == "frauenhaus-siegen"
    first = shown.partition('class="hit"')[2].partition('class="hit"')[0]
    assert 'href="tel:+4927120463"' in first


def test_a_hit_says_what_where_from_whom_and_that_it_is_an_example(client: Client) -> None:
    shown = page(client, q="familienbüro siegen").partition('id="treffer"')[2].partition('class="hit"')[2]
    for said in (
        "Familienbüro der Universitätsstadt Siegen",
        "Das Familienbüro ist die erste Anlaufstelle der Stadt für alle Fragen rund um Kinder und Familie.",
        "Beispiel, noch nicht geprüft (Stand: Mai 2024)",
        "kostenlos",
        "0271 4042958",
    ):
        assert said in shown


def test_without_a_question_there_are_topics_situations_numbers_and_one_field(client: Client) -> None:
    Situation.objects.create(slug="geld", title="Das Geld reicht nicht", intro="…", published=True)
    Situation.objects.create(slug="entwurf", title="Noch ein Entwurf", intro="…")
    for path in ("/wegweiser/", "/"):
        shown = page(client, path)
        assert shown.count('type="search"') == 1
        assert "/wegweiser/thema/finanzielle-unterstuetzung/" in shown
        assert 'href="/wegweiser/lebenslage/geld/"' in shown
        assert "Noch ein Entwurf" not in shown
        assert 'href="tel:110"' in shown


def test_a_situation_stands_before_the_hits(client: Client) -> None:
    Situation.objects.create(slug="geld", title="Das Geld reicht nicht", intro="…", published=True)
    shown = page(client, q="das geld reicht nicht")
    assert shown.index("/wegweiser/lebenslage/geld/") < shown.index('id="treffer"')


@pytest.mark.parametrize("topic", ["trennung-und-scheidung", "gewalt-und-notlagen"])
def test_emergency_numbers_come_first_on_these_topics(topic: str, client: Client) -> None:
    for shown in (page(client, f"/wegweiser/thema/{topic}/"), page(client, thema=topic)):
        assert shown.index('href="tel:110"') < shown.index('id="treffer"')
    assert 'href="tel:110"' not in page(client, "/wegweiser/thema/bildung/")


def test_emergency_numbers_come_first_where_the_best_answer_is_about_violence(client: Client) -> None:
    assert 'href="tel:110"' in page(client, q="mein mann schlägt mich").partition('id="treffer"')[0]
    for question in ("nachhilfe", "lebensmittel", "konto gepfändet", "anwalt", "schulden"):
        assert 'href="tel:110"' not in page(client, q=question)


def test_emergency_numbers_stay_whatever_is_filtered_and_on_every_page(client: Client) -> None:
    assert 'href="tel:110"' in page(client, q="gewalt")
    nothing = page(client, q="gewalt", sprache="zh")
    assert "passt mit dieser Auswahl nichts" in nothing
    assert 'href="tel:110"' in nothing.partition('id="treffer"')[0]
    for filtered in ({"thema": "wohnen"}, {"ort": "kreuztal"}, {"kosten": "paid"}, {"seite": "2"}, {"seite": "999"}):
        assert 'href="tel:110"' in page(client, q="gewalt", **filtered).partition('id="treffer"')[0], filtered
    assert 'href="tel:110"' not in page(client, q="nachhilfe", sprache="zh")
    assert 'href="tel:110"' not in page(client, q="wohngeld", thema="bildung")


def test_a_life_situation_that_no_offer_knows_is_shown_and_no_search_in_vain(client: Client) -> None:
    Situation.objects.create(slug="rakete", title="Umzug zum Mond", search_words=["Rakete kaputt"], published=True)
    shown = page(client, q="die rakete ist kaputt")
    assert "/wegweiser/lebenslage/rakete/" in shown.partition('id="treffer"')[0]
    assert "haben wir noch nichts" not in shown
    assert not FailedSearch.objects.exists()
    assert "/wegweiser/lebenslage/rakete/" in page(client, q="die rakete ist kaputt", ort="siegen")
    page(client, q="die qxzrakete ist kaputt")
    assert FailedSearch.objects.exists()


def test_emergency_numbers_stand_beside_offers_for_an_emergency_and_no_others(client: Client) -> None:
    """A food bank is no place to flee to, though both are in "Gewalt und Notlagen"."""
    assert 'href="tel:110"' in page(client, "/wegweiser/frauenhaus-siegen/")
    assert 'href="tel:110"' in page(client, "/wegweiser/telefonseelsorge/")
    for slug in ("tafel-siegen", "p-konto", "beratungshilfe", "schuldnerberatung-caritas", "unterhaltsvorschuss"):
        assert 'href="tel:110"' not in page(client, f"/wegweiser/{slug}/")
    marked = set(Offer.objects.filter(emergency=True).values_list("slug", flat=True))
    assert marked == {
        "runder-tisch-gewalt", "frauenhaus-siegen", "frauenberatung-siegen", "maedchen-in-not", "gewaltschutz-polizei",
        "kinderschutz-kinderklinik", "maennerberatung-skm", "hilfetelefon-frauen", "hilfetelefon-maenner",
        "telefonseelsorge", "hilfetelefon-schwangere", "hilfetelefon-missbrauch", "weisser-ring",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "links"), [("/", 1), ("/wegweiser/", 2), ("/wegweiser/thema/wohnen/", 2), ("/termine/", 1)]
)
def test_a_provider_finds_where_to_report_an_offer(path: str, links: int, client: Client) -> None:
    assert page(client, path).count('<a href="/wegweiser/angebot-melden/">Angebot melden</a>') == links


def test_pages_lead_on_and_back(client: Client) -> None:
    shown = page(client, q="kinder")
    assert len(hits(shown)) == ranking.PER_PAGE <= 50
    assert 'rel="prev"' not in shown
    following = re.search(r'rel="next"\s+href="([^"]+)"', shown)
    assert following
    second = unescape(client.get(following[1]).content.decode())
    assert not set(hits(second)) & set(hits(shown))
    assert 'start="21"' in second
    assert '/wegweiser/?q=kinder"' in second
    assert "Zu dieser Auswahl" not in page(client, q="kinder", seite="999")


def test_nothing_found_is_said_kindly_with_whom_to_ask_and_a_phone(client: Client, settings) -> None:
    shown = page(client, q="zahnarzt")
    assert "Zu „zahnarzt“ haben wir noch nichts." in shown
    assert len(hits(shown)) == 3
    assert f"tel:{phones.tel(settings.CONTACT_PHONE)}" in shown
    assert hits(page(client, q="zahnarzt burbach"))[0] == "familienbuero-burbach"


def test_a_topic_shows_its_offers_and_only_them(client: Client) -> None:
    shown = hits(page(client, "/wegweiser/thema/wohnen/"))
    assert set(shown) == set(Offer.objects.for_topic("wohnen").values_list("slug", flat=True))
    in_kreuztal = hits(page(client, "/wegweiser/thema/wohnen/", ort="kreuztal"))
    assert "wohngeld-kreuztal" in in_kreuztal
    assert "wbs-siegen" not in in_kreuztal
    assert client.get("/wegweiser/thema/gibt-es-nicht/").status_code == 404


def test_old_and_fresh_are_marked(client: Client) -> None:
    today = timezone.localdate()
    fresh = offer("trommeln", title="Trommelkreis", checked_on=today)
    old = offer("floete", title="Flötenkreis", checked_on=today - timedelta(days=400))
    for each in (fresh, old):
        index.put(each.pk)
    assert "badge-fresh" in page(client, q="trommelkreis")
    assert "Bitte nachfragen." in page(client, q="flötenkreis")


def test_what_is_taken_down_is_gone_from_every_list(client: Client) -> None:
    curation.archive(Offer.objects.get(slug="wohngeld-siegen"), by="beate")
    for shown in (page(client, q="wohngeld siegen"), page(client, "/wegweiser/thema/wohnen/")):
        assert "wohngeld-siegen" not in hits(shown)


def test_the_question_is_shown_as_text_and_no_longer_than_it_may_be(client: Client) -> None:
    raw = client.get("/wegweiser/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in raw
    assert clean("ab\x00c\u202e  d\n") == "ab c d"
    assert len(clean("x" * 5000)) == 100
    assert 'maxlength="100"' in raw


@pytest.mark.parametrize(
    ("path", "title", "described"),
    [
        ("/", "Start", "Alleinerziehend in Siegen-Wittgenstein?"),
        ("/wegweiser/", "Wegweiser", "Wo es Hilfe gibt in Siegen-Wittgenstein"),
        ("/wegweiser/?q=kita", "Wegweiser", None),
        ("/wegweiser/thema/wohnen/", "Wohnen", "Wohnen: Hilfe für Alleinerziehende"),
        ("/wegweiser/thema/gewalt-und-notlagen/", "Wegweiser", "Gewalt und Notlagen: Hilfe"),
        ("/wegweiser/unterhaltsvorschuss/", "Unterhaltsvorschuss", "Zahlt "),
        ("/wegweiser/frauenhaus-siegen/", "Wegweiser", ""),
        ("/termine/", "Termine", "Die nächsten Treffen"),
        ("/mitmachen/", "Mitmachen", "Eine E-Mail-Adresse genügt"),
    ],
)
def test_pages_have_titles_and_descriptions_and_what_is_about_violence_is_neutral(
    path: str, title: str, described: str | None, client: Client
) -> None:
    answer = client.get(path)
    assert not answer.cookies or path == "/mitmachen/"
    shown = answer.content.decode()
    [found] = re.findall(r"<title>(.*?)</title>", shown, re.S)
    assert " ".join(found.split()) == f"{title} – Netzwerk Siegen-Wittgenstein"
    descriptions = [unescape(each) for each in re.findall(r'<meta name="description" content="([^"]*)">', shown)]
    assert len(descriptions) == (described is not None)
    assert all(each.startswith(described or "") and 30 <= len(each) <= 160 for each in descriptions), descriptions


def test_the_number_of_queries_depends_neither_on_offers_nor_on_hits(client: Client) -> None:
    def queries(question: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, q=question)
        return len(asked)

    few, many = queries("halbwaisenrente"), queries("eltern")
    for number in range(40):
        offer(f"halbwaise-{number}", title=f"Gruppe Halbwaisenrente {number}")
    index.refresh()
    assert queries("halbwaisenrente") == few
    assert queries("eltern") == many <= 12


def test_only_get_and_head_are_answered(client: Client) -> None:
    assert client.post("/wegweiser/", {"q": "kita"}).status_code == 405
    assert client.head("/wegweiser/?q=kita").status_code == 200


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ein Satz. Noch einer.", "Ein Satz."),
        ("Von 8.30 bis 10 Uhr, z. B. montags. Danach nicht.", "Von 8.30 bis 10 Uhr, z. B. montags."),
        ("Nur einer", "Nur einer"),
        ("Kommen Sie gern? Wir freuen uns.", "Kommen Sie gern?"),
    ],
)
def test_a_hit_has_one_line_of_text(text: str, first: str) -> None:
    assert summary(text) == first


def test_a_line_ends_between_words() -> None:
    long = summary("Wort, " * 60)
    assert long.endswith("Wort …")
    assert len(long) <= 162


@pytest.mark.parametrize("typed", ["Unter\u00adhalts\u00advor\u00adschuss", "Unterhalts\u200bvorschuss"])
def test_pasted_words_are_found_with_the_characters_that_nobody_sees(client: Client, typed: str) -> None:
    assert hits(page(client, q=typed))[0] == "unterhaltsvorschuss"


def test_a_word_of_its_own_is_not_taken_for_another_on_its_stem(client: Client) -> None:
    """Neither is "Unterhalt" "unterhalten", nor "Hort" "hört": the synonyms of those mean the crisis line."""
    assert hits(page(client, q="unterhalt"))[0] == "unterhaltsvorschuss"
    assert hits(page(client, q="hort hilchenbach"))[0] == "ganztag-rechtsanspruch"


def test_a_word_is_not_corrected_into_one_three_letters_away(client: Client) -> None:
    assert "Zu „hundefutter“ haben wir noch nichts." in page(client, q="hundefutter")


def test_while_one_types_topics_and_offers_are_offered_and_nothing_is_kept(client: Client) -> None:
    def offered(typed: str) -> list[dict[str, str]]:
        answer = client.get("/wegweiser/vorschlaege.json", {"q": typed})
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
        return answer.json()["suggestions"]

    found = offered("wohn")
    assert found[0] == {"title": "Wohnen", "kind": "Thema", "url": "/wegweiser/thema/wohnen/"}
    assert {"title": "Wohngeld", "kind": "", "url": "/wegweiser/wohngeld/"} in found
    assert len(found) <= 8
    assert all(client.get(each["url"]).status_code == 200 for each in found)
    assert offered("w") == offered("xyzzq") == offered("") == []
    assert FailedSearch.objects.count() == 0


@pytest.mark.parametrize("path", ["/", "/wegweiser/", "/wegweiser/?q=kita", "/wegweiser/thema/wohnen/"])
def test_the_field_knows_where_suggestions_come_from(client: Client, path: str) -> None:
    shown = page(client, path)
    assert shown.count('data-source="/wegweiser/vorschlaege.json"') == shown.count("js/suggestions.js") == 1

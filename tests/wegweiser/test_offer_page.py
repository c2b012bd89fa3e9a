"""One offer and one life situation, read by a person; all offers, read by machines."""

import csv
import html
import io
import json
import re
import uuid
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from kit import months
from tests.wegweiser.offers import offer
from wegweiser.models import Advice, Offer, Situation, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def advice() -> Offer:
    return offer(
        "beratung",
        title="Beratung <b>bei</b> Geldsorgen",
        phones=["030 23125-201", "030 23125-202"],
        street="Musterweg 12",
        postcode="57072",
        town="Siegen",
        website="https://www.beratung.example/hilfe",
        hours="Montag 9 bis 12 Uhr",
        contact_person="Team Beratung",
        languages=["de", "uk"],
        audience="Mütter und Väter",
        checked_on=months.before(months.today(), 2),
    )


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert not answer.cookies
    return answer.content.decode()


def test_an_offer_has_all_on_one_page_the_phone_first(client: Client, advice: Offer) -> None:
    shown = page(client, "/wegweiser/beratung/")
    assert "Beratung &lt;b&gt;bei&lt;/b&gt; Geldsorgen" in shown
    assert shown.index('href="tel:+493023125201"') < shown.index("Für wen")
    assert 'href="tel:+493023125202"' in shown
    assert f"Zuletzt geprüft: {months.in_words(advice.checked_on)}" in shown
    assert "https://www.openstreetmap.org/search?query=Musterweg+12%2C+57072+Siegen" in shown
    assert 'rel="noopener noreferrer nofollow ugc"' in shown
    for text in (
        "Montag 9 bis 12 Uhr",
        "Team Beratung",
        "Ukrainisch",
        "Mütter und Väter",
        "/wegweiser/beratung/hinweis/",
    ):
        assert text in shown, text


def way_back(client: Client, came_from: str) -> str:
    answer = client.get("/wegweiser/beratung/", headers={"Referer": came_from})
    assert "Referer" in answer["Vary"]
    found = re.search(
        r'<a class="go" href="([^"]+)">(Zurück zu den Treffern|Zum Wegweiser)</a>', answer.content.decode()
    )
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize(
    "before",
    [
        "/wegweiser/?q=geld+%26+mehr&ort=siegen&seite=2",
        "/wegweiser/thema/wohnen/?sprache=uk",
        "/wegweiser/thema/wohnen/",
    ],
)
def test_from_an_offer_one_gets_back_to_its_place_among_the_hits(client: Client, advice: Offer, before: str) -> None:
    assert way_back(client, f"http://testserver{before}") == f"{before}#angebot-beratung"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "http://testserver/wegweiser/",
        "http://testserver/mitmachen/",
        "http://testserver/gibt-es-nicht/",
        "https://suche.example/wegweiser/?q=geld",
        "http://[kaputt",
        "http://testserver//boese.example/?q=geld",
    ],
)
def test_from_elsewhere_one_gets_to_the_wegweiser(client: Client, advice: Offer, before: str) -> None:
    assert way_back(client, before) == "/wegweiser/"


def test_what_nobody_has_confirmed_for_a_year_says_so(client: Client, advice: Offer) -> None:
    Offer.objects.update(checked_on=months.before(months.today(), 13))
    shown = page(client, "/wegweiser/beratung/")
    assert "Länger nicht geprüft" in shown
    assert "badge-fresh" not in shown


def test_an_example_says_that_it_is_one_and_how_old(client: Client, advice: Offer) -> None:
    Offer.objects.update(example=True, checked_on=None, source_month="2024-05")
    assert "Beispiel, noch nicht geprüft (Stand: Mai 2024)" in page(client, "/wegweiser/beratung/")


def test_what_was_taken_off_is_gone_and_leads_on(client: Client, advice: Offer) -> None:
    Offer.objects.update(state=Offer.State.ARCHIVED)
    answer = client.get("/wegweiser/beratung/")
    assert answer.status_code == 410
    assert "steht nicht mehr im Wegweiser" in answer.content.decode()
    assert "030 23125-201" not in answer.content.decode()


def test_a_draft_is_not_there(client: Client, advice: Offer) -> None:
    Offer.objects.update(state=Offer.State.DRAFT)
    assert client.get("/wegweiser/beratung/").status_code == 404


def test_similar_offers_share_the_most_topics(client: Client, advice: Offer) -> None:
    money = Topic.objects.create(slug="geld-x", title="Geld X")
    advice.topics.set([money])
    near = offer("schulden", title="Schuldnerberatung")
    near.topics.set([money])
    far = offer("krabbeln", title="Krabbelgruppe")
    far.topics.set([])
    shown = page(client, "/wegweiser/beratung/")
    assert 'href="/wegweiser/schulden/"' in shown
    assert 'href="/wegweiser/krabbeln/"' not in shown


def test_structured_data_cannot_break_out(client: Client, advice: Offer) -> None:
    Offer.objects.update(description="</script><script>alert(1)</script>")
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, "/wegweiser/beratung/"))
    facts = json.loads(found)
    assert facts["description"] == "</script><script>alert(1)</script>"
    assert facts["availableChannel"]["servicePhone"]["telephone"] == "+493023125201"


def test_a_life_situation_gives_steps_in_order(client: Client, advice: Offer) -> None:
    other = offer("wohngeldstelle", title="Wohngeldstelle")
    found = Situation.objects.create(
        slug="geld-reicht-nicht", title="Das Geld reicht nicht", intro="Sie haben Rechte.", published=True
    )
    Advice.objects.create(situation=found, offer=other, order=2, sentence="Dann das Wohngeld.")
    Advice.objects.create(situation=found, offer=advice, order=1, sentence="Rufen Sie zuerst hier an.")
    shown = page(client, "/wegweiser/lebenslage/geld-reicht-nicht/")
    assert shown.index("Rufen Sie zuerst hier an.") < shown.index("Dann das Wohngeld.")
    assert 'href="tel:+493023125201"' in shown
    Situation.objects.filter(pk=found.pk).update(published=False)
    assert client.get("/wegweiser/lebenslage/geld-reicht-nicht/").status_code == 404


def preview(html_page: str) -> dict[str, str]:
    """What a messenger shows of a link."""
    return {name: html.unescape(text) for name, text in re.findall(r'property="og:(\w+)" content="([^"]*)"', html_page)}


def test_a_messenger_shows_the_offer_and_no_picture(client: Client, advice: Offer) -> None:
    shown = preview(page(client, "/wegweiser/beratung/"))
    assert shown == {
        "type": "article",
        "site_name": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/wegweiser/beratung/",
        "title": "Beratung <b>bei</b> Geldsorgen",
        "description": advice.description,
    }


def test_where_it_is_about_violence_a_messenger_shows_nothing_that_tells(client: Client, advice: Offer) -> None:
    Offer.objects.update(emergency=True)
    Situation.objects.create(slug="bedroht", title="Ich fühle mich bedroht", published=True, emergency=True)
    Topic.objects.filter(slug="gewalt-und-notlagen").update(emergency=True)
    for path in ("beratung/", "lebenslage/bedroht/", "thema/gewalt-und-notlagen/"):
        shown = preview(page(client, f"/wegweiser/{path}"))
        assert shown["title"] == "Wegweiser"
        assert shown["description"] == f"Wo es Hilfe gibt in {settings.REGION}."
        assert "image" not in shown


def test_open_data_speaks_hsds(client: Client, advice: Offer) -> None:
    offer("entwurf", title="Noch ein Entwurf", state=Offer.State.DRAFT)
    answer = client.get("/wegweiser/angebote.json")
    data = json.loads(b"".join(answer.streaming_content))
    (service,) = data["contents"]
    assert service["name"] == "Beratung <b>bei</b> Geldsorgen"
    assert service["assured_date"] == advice.checked_on.isoformat()
    assert [phone["number"] for phone in service["phones"]] == ["+493023125201", "+493023125202"]
    address = service["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["country"]) == ("Musterweg 12", "57072", "DE")
    assert uuid.UUID(service["id"])
    assert not answer.cookies


def test_an_example_is_never_called_assured(client: Client, advice: Offer) -> None:
    Offer.objects.update(example=True)
    (service,) = json.loads(b"".join(client.get("/wegweiser/angebote.json").streaming_content))["contents"]
    assert "assured_date" not in service
    assert service["alert"].startswith("Beispiel, noch nicht geprüft")


def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula(client: Client, advice: Offer) -> None:
    Offer.objects.update(title="=1+1", description="+49 ist die Vorwahl")
    answer = client.get("/wegweiser/angebote.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["titel"] for row in rows] == ["'=1+1"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_table_spells_a_number_as_the_page_does(client: Client, advice: Offer) -> None:
    Offer.objects.update(phones=["(0 27 36) 45 56", "auf Anfrage"])
    assert "02736 4556;auf Anfrage" in client.get("/wegweiser/angebote.csv").content.decode()
    assert Offer.objects.get().phones[0] == "(0 27 36) 45 56"


@pytest.mark.parametrize("path", ["/wegweiser/angebote.json", "/wegweiser/angebote.csv"])
def test_unchanged_data_are_not_sent_again(client: Client, advice: Offer, path: str) -> None:
    since = client.get(path)["Last-Modified"]
    assert client.get(path, HTTP_IF_MODIFIED_SINCE=since).status_code == 304
    Offer.objects.update(changed_at=timezone.now() + timedelta(seconds=5))
    assert client.get(path, HTTP_IF_MODIFIED_SINCE=since).status_code == 200


def test_the_feed_names_the_newest_first(client: Client, advice: Offer) -> None:
    offer("neu", title="Ganz neu", published_on=timezone.localdate() + timedelta(days=1))
    feed = ElementTree.fromstring(client.get("/wegweiser/feed/").content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert next(entry.findtext(f"{atom}title") for entry in feed.findall(f"{atom}entry")) == "Ganz neu"
    assert all(link.get("href").startswith(settings.SITE_URL) for link in feed.iter(f"{atom}link"))


def test_the_sitemap_lists_public_pages_and_robots_keep_out_of_personal_ones(client: Client, advice: Offer) -> None:
    offer("entwurf", title="Noch ein Entwurf", state=Offer.State.DRAFT)
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    urls = [found.text for found in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"{settings.SITE_URL}/wegweiser/beratung/" in urls
    assert not [url for url in urls if "entwurf" in url or "antwort" in url]
    own = [url.removeprefix(settings.SITE_URL) for url in urls if "/wegweiser/" in url or "/termine/" in url]
    assert [path for path in own if client.get(path).status_code != 200] == []
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /antwort/" in robots
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots


def test_a_page_costs_the_same_queries_however_many_offers_there_are(
    client: Client, advice: Offer, django_assert_max_num_queries
) -> None:
    for number in range(30):
        offer(f"angebot-{number}", title=f"Angebot {number}")
    with django_assert_max_num_queries(3):
        page(client, "/wegweiser/beratung/")

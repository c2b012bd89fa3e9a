"""The texts of the officers: what the law asks for is there, and nothing they type can do harm."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.models import Site
from django.test import Client

from netzwerk.migrations.data import first_texts
from netzwerk.pages import texts
from netzwerk.privacy import register
from tests.desk import change

pytestmark = pytest.mark.django_db
ADDRESSES = list(first_texts.TITLES)


def body(client, url: str) -> str:
    response = client.get(url, HTTP_HOST="127.0.0.1")
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


@pytest.mark.parametrize("url", ADDRESSES)
def test_page_shows_its_title_once(client, url):
    html = body(client, url)
    assert html.count("<h1>") == 1
    assert f"<h1>{first_texts.TITLES[url]}</h1>" in html


@pytest.mark.parametrize("url", ["/", *ADDRESSES])
def test_every_page_links_what_the_law_asks_for(client, url):
    html = body(client, url)
    for target in ("/impressum/", "/datenschutz/", "/barrierefreiheit/"):
        assert f'href="{target}"' in html


def test_imprint_names_its_laws(client):
    html = body(client, "/impressum/")
    assert "§ 5 Digitale-Dienste-Gesetz" in html
    assert "§ 18 Absatz 2 Medienstaatsvertrag" in html
    assert 'id="kontakt"' in html
    assert 'href="tel:+493023125100"' in html


def test_privacy_notice_has_its_twelve_items(client):
    anchors = re.findall(r'<h2 id="([^"]+)">', body(client, "/datenschutz/"))
    assert anchors == [
        "verantwortlich",
        "datenschutzbeauftragte",
        "zwecke-und-grundlagen",
        "wer-daten-bekommt",
        "laender-ausserhalb-der-eu",
        "fristen",
        "ihre-rechte",
        "einwilligung-zuruecknehmen",
        "beschwerde",
        "muessen-sie-etwas-angeben",
        "keine-automatischen-entscheidungen",
        "cookies",
        "protokolle",
    ]


def test_privacy_notice_names_the_right_legal_bases(client):
    html = body(client, "/datenschutz/")
    assert "Artikel 6 Absatz 1 Buchstabe a" in html
    assert "Artikel 6 Absatz 1 Buchstabe e DSGVO mit § 3" in html
    assert "LDI NRW" in html


@pytest.mark.parametrize("url", ADDRESSES)
def test_nowhere_a_legitimate_interest(client, url):
    assert not re.search(r"berechtigte\w* Interesse|(lit\.|Buchstabe) f\b", body(client, url), re.IGNORECASE)


def test_privacy_notice_takes_its_periods_from_the_registry(client, monkeypatch):
    entry = register.Period("E-Mail-Adresse", "Um zu schreiben", "Ihr Ja", "Bis Sie gehen")
    monkeypatch.setattr(register, "periods", lambda: [entry])
    html = body(client, "/datenschutz/")
    assert "[Tabelle der Fristen]" not in html
    for part in entry:
        assert part in html


def test_accessibility_statement_names_whom_to_ask(client):
    html = body(client, "/barrierefreiheit/")
    for part in (
        "2018/1523",
        "BITVNRW",
        "ombudsstelle-barrierefreie-it@mags.nrw.de",
        "ueberwachungsstelle-nrw@it.nrw.de",
    ):
        assert part in html


def test_what_only_the_kreis_knows_is_marked():
    html, _ = texts.as_html("Name: [Bitte ergänzen: Name]")
    assert "<mark>[Bitte ergänzen: Name]</mark>" in html


def test_markup_and_scripts_stay_text():
    html, _ = texts.as_html('<script>alert(1)</script> <b onclick="x">b</b> [x](javascript:alert(1))')
    assert "<script" not in html
    assert "<b " not in html
    assert 'href="javascript' not in html


def test_a_dollar_that_is_no_placeholder_stays():
    html, _ = texts.as_html("Das kostet 5 $ und $unbekannt.")
    assert "5 $ und $unbekannt" in html


def test_first_texts_never_overwrite_the_officers():
    FlatPage.objects.filter(url="/impressum/").update(content="Unser Text")
    FlatPage.objects.filter(url="/datenschutz/").delete()
    first_texts.create(FlatPage, Site)
    assert FlatPage.objects.get(url="/impressum/").content == "Unser Text"
    assert FlatPage.objects.filter(url="/datenschutz/").exists()


def test_page_that_is_gone_is_a_404(client):
    FlatPage.objects.all().delete()
    assert client.get("/impressum/", HTTP_HOST="127.0.0.1").status_code == 404


def test_officers_change_a_text_but_neither_add_nor_delete(client, settings):
    settings.DEMO = True  # signing in with a second factor is tested elsewhere
    client.force_login(User.objects.create_superuser("kim"), backend="django.contrib.auth.backends.ModelBackend")
    page = FlatPage.objects.get(url="/impressum/")
    at = f"/verwaltung/flatpages/flatpage/{page.pk}"
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    assert change(client, f"{at}/change/", {"title": "Impressum", "content": "Neu *hier*"}).status_code == 302
    assert "<em>hier</em>" in body(Client(), "/impressum/")
    assert client.get("/verwaltung/flatpages/flatpage/add/").status_code == 403
    assert client.get(f"{at}/delete/").status_code == 403
    assert client.get("/verwaltung/flatpages/flatpage/").status_code == 200

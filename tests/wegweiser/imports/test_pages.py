"""An officer reads a list of offers in, in the browser. All offers are invented."""

import re

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.kit.spreadsheets.books import workbook
from tests.pressing import press
from tests.wegweiser.imports.test_importing import ANGEBOTE, HEADER, row
from wegweiser.models import Offer

pytestmark = pytest.mark.django_db

UPLOAD = "/verwaltung/wegweiser/offer/einlesen/"
TAKE_OVER = f"{UPLOAD}uebernehmen/"


def test_a_list_is_looked_at_first_and_taken_over_once(beate: Client) -> None:
    file = SimpleUploadedFile("angebote.csv", (HEADER + row() + row("")).encode())
    shown = beate.post(UPLOAD, {"file": file}).content.decode()
    assert "Die Kennung (id) fehlt." in shown
    assert not Offer.objects.exists()
    packed = re.search(r'name="list"\s+value="([^"]+)"', shown)
    assert packed
    for said in ("Übernommen: 1 neu, 0 geändert.", "Nichts in dieser Liste ist neu."):
        answer = beate.post(TAKE_OVER, {"list": packed[1]}, follow=True)
        assert said in answer.content.decode()
    assert Offer.objects.get().example
    forged = beate.post(TAKE_OVER, {"list": packed[1][:-1] + "x"}, follow=True)
    assert "Bitte wählen Sie die Datei noch einmal aus." in forged.content.decode()


def test_the_preview_says_what_is_dialled_and_names_what_cannot_be(beate: Client) -> None:
    rows = [
        "id;titel;anbieter;themen;beschreibung;orte;telefon",
        "lesecafe;Lesecafé;Haus Lindenweg;Bildung;Vorlesen.;Siegen;030 23125-101/-102 (8-12 Uhr)",
        "naehkurs;Nähkurs;Haus Lindenweg;Bildung;Nähen.;Siegen;23125100",
    ]
    file = SimpleUploadedFile("angebote.csv", "\n".join(rows).encode())
    shown = beate.post(UPLOAD, {"file": file}).content.decode()
    assert '<td data-label="Wählt">+493023125101, +493023125102</td>' in shown
    assert '<td data-label="Wählt">–</td>' in shown
    assert "Nummern, die niemand wählen kann (1)" in shown
    assert '<td data-label="Steht da">23125100</td>' in shown


def test_a_preview_that_was_open_while_the_columns_got_other_names_is_asked_for_again(beate: Client) -> None:
    cells = {"slug": "kleiderkiste", "title": "Kleiderkiste", "provider": "Haus Lindenweg", "places": "Siegen"}
    packed = signing.dumps({"rows": [[2, cells]], "curated": True}, salt="wegweiser.import_views", compress=True)
    shown = beate.post(TAKE_OVER, {"list": packed}, follow=True)
    assert "Bitte wählen Sie die Datei noch einmal aus." in shown.content.decode()
    assert not Offer.objects.exists()


def test_all_120_fit_through_the_page(beate: Client) -> None:
    file = SimpleUploadedFile("angebote.csv", ANGEBOTE.read_bytes())
    shown = beate.post(UPLOAD, {"file": file, "curated": "on"}).content.decode()
    packed = re.search(r'name="list"\s+value="([^"]+)"', shown)
    assert packed
    beate.post(TAKE_OVER, {"list": packed[1]})
    assert Offer.objects.curated().count() == 120


def test_a_number_that_a_spreadsheet_holds_without_its_zero_is_named_and_never_dialled(beate: Client) -> None:
    header = ["id", "titel", "anbieter", "themen", "beschreibung", "orte", "telefon", "Bemerkung"]
    rows = [["naehkurs", "Nähkurs", "Haus Lindenweg", "Bildung", "Nähen.", "Siegen", 2713330, "intern"]]
    file = SimpleUploadedFile("angebote.xlsx", workbook({"Liste": [header, *rows]}))
    shown = beate.post(UPLOAD, {"file": file}).content.decode()
    assert "Nummern, die niemand wählen kann (1)" in shown
    assert '<td data-label="Steht da">2713330</td>' in shown
    assert "<b>Nicht gelesen und nicht gespeichert:</b> „Bemerkung“." in shown
    press(beate, shown, "Übernehmen")
    offer = Offer.objects.get()
    assert (offer.phones, offer.calls) == (["2713330"], [])
    assert "tel:2713330" not in beate.get(offer.get_absolute_url()).content.decode()


def test_another_file_keeps_that_the_offers_are_ours(beate: Client) -> None:
    file = SimpleUploadedFile("angebote.csv", (HEADER + row()).encode())
    shown = beate.post(UPLOAD, {"file": file, "curated": "on"}).content.decode()
    assert re.search(r'name="curated"[^>]* checked', press(beate, shown, "Andere Datei"))


def test_one_of_two_lists_is_chosen_and_taken_over(beate: Client) -> None:
    header = HEADER.strip().split(",")
    lists = {name: [header, row(name.lower()).strip()[1:-1].split('","')] for name in ("Alt", "Neu")}
    shown = beate.post(UPLOAD, {"file": SimpleUploadedFile("angebote.xlsx", workbook(lists))}).content.decode()
    press(beate, press(beate, shown, "Liste ansehen", table="2"), "Übernehmen")
    assert Offer.objects.get().slug == "neu"

"""An officer reads a list of offers in, in the browser. All offers are invented."""

import re

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
        "id;titel;anbieter;themen;beschreibung;telefon",
        "lesecafe;Lesecafé;Haus Lindenweg;Bildung;Vorlesen.;030 23125-101/-102 (8-12 Uhr)",
        "naehkurs;Nähkurs;Haus Lindenweg;Bildung;Nähen.;23125100",
    ]
    file = SimpleUploadedFile("angebote.csv", "\n".join(rows).encode())
    shown = beate.post(UPLOAD, {"file": file}).content.decode()
    assert '<td data-label="Wählt">+493023125101, +493023125102</td>' in shown
    assert '<td data-label="Wählt">–</td>' in shown
    assert "Telefonnummern ohne Vorwahl (1)" in shown
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

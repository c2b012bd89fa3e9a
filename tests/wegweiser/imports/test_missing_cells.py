"""What a list does not say, and what it says is empty: columns that are missing, rows that end early, no places."""

import pytest

from tests.wegweiser.imports.test_importing import read, reasons, row
from wegweiser.imports import columns, importing
from wegweiser.models import Offer

pytestmark = pytest.mark.django_db


def test_a_list_without_a_column_leaves_its_fields_alone() -> None:
    full = {"telefon": "030 23125-101", "email": "haus@lindenweg.example", "website": "www.haus.example"}
    read(row(**full, sprechzeiten="Mo 9–12 Uhr", kosten="12 €", quelle="Flyer", stand="2024-05", orte="Kreuztal"))
    stored = Offer.objects.values().get()
    short = "id,titel,anbieter,themen,beschreibung\nkleiderkiste,Kleiderkiste,Haus Lindenweg,Wohnen,"
    for curated, differing in ((False, ["Beschreibung"]), (True, ["Beschreibung", "Beispiel"])):
        listed = columns.read(f"{short}Auch Schuhe: {curated}.".encode(), "angebote.csv")
        assert [change.fields for change in importing.carry_out(listed, curated=curated, by="beate").changed] == [
            differing
        ]
    changed = {name for name, value in Offer.objects.values().get().items() if stored[name] != value}
    assert changed == {"description", "example", "changed_at"}


@pytest.mark.slow
def test_the_preview_says_what_an_empty_cell_makes_empty() -> None:
    read(row(telefon="030 23125-101", sprechzeiten="Mo 9–12 Uhr", barrierefrei="ja", kosten="12 €"))
    [change] = read(row(sprechzeiten="Di 9–12 Uhr", kosten="")).changed
    assert sorted(change.fields) == [
        "Kosten (wird leer)", "Kosten, zum Filtern (wird leer)", "Sprechzeiten", "Telefon (wird leer)",
        "barrierefrei (wird leer)",
    ]  # fmt: skip
    assert Offer.objects.get().phones == []


def test_a_row_that_ends_early_has_empty_cells_where_the_table_has_columns() -> None:
    read(row(telefon="030 23125-101"))
    text = "id;titel;anbieter;themen;beschreibung;telefon\n"
    text += "kleiderkiste;Kleiderkiste;Haus Lindenweg;Wohnen;Kleidung für Kinder.\n"
    text += "naehkurs;Nähkurs;Haus Lindenweg;Bildung;Nähen.;030 23125-102\n"
    plan = importing.plan(columns.read(text.encode(), "angebote.csv"))
    assert [change.fields for change in plan.changed] == [["Telefon (wird leer)"]]


def test_an_offer_that_is_for_no_place_is_sent_back() -> None:
    text = "id;titel;anbieter;themen;beschreibung\nnaehkurs;Nähkurs;Haus Lindenweg;Bildung;Nähen.\n"
    [without_column] = importing.plan(columns.read(text.encode(), "angebote.csv")).rejected
    assert without_column.reason.startswith("In der Spalte „orte“ muss stehen, wo Eltern dafür wohnen müssen")
    assert reasons(row(orte="")) == [(2, without_column.reason)]
    read(row(orte="Kreis"))
    assert reasons(row(orte="")) == [(2, without_column.reason)]
    assert not reasons(row(orte="Kreuztal"))

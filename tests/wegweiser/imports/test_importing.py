"""The officers' list of offers becomes offers, and a second reading changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from kit.spreadsheets.reading import Unreadable
from mailings.models import Address, Mailing
from netzwerk import upkeep
from tests.post import Post
from wegweiser import curation
from wegweiser.imports import columns, importing
from wegweiser.models import Offer, Provider, Topic, Version

pytestmark = pytest.mark.django_db

ANGEBOTE = Path(settings.BASE_DIR) / "wegweiser" / "demo" / "angebote.csv"
HEADER = (
    "id,titel,anbieter,themen,beschreibung,zielgruppe,orte,strasse,plz,ort,telefon,email,website,sprechzeiten,"
    "kontaktperson,sprachen,kosten,barrierefrei,suchwoerter,quelle,stand\n"
)


def row(slug: str = "kleiderkiste", **cells: str) -> str:
    """One line of the list; what is not named is what a good row has."""
    held = dict.fromkeys(HEADER.strip().split(","), "")
    held |= {"id": slug, "titel": "Kleiderkiste", "anbieter": "Haus Lindenweg", "themen": "Wohnen"}
    held |= {"beschreibung": "Kleidung für Kinder.", "orte": "Siegen", "sprachen": "de", "kosten": "kostenlos", **cells}
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in held.values()) + "\n"


def sheet(*rows: str) -> columns.Sheet:
    return columns.read((HEADER + "".join(rows)).encode(), "angebote.csv")


def read(*rows: str, curated: bool = False) -> importing.Plan:
    return importing.carry_out(sheet(*rows), curated=curated, by="beate")


def reasons(*rows: str) -> list[tuple[int, str]]:
    return [(rejected.number, rejected.reason) for rejected in importing.plan(sheet(*rows)).rejected]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_offers", *arguments, stdout=out)
    return out.getvalue()


def test_the_120_offers_come_in_once() -> None:
    said = run(str(ANGEBOTE))
    assert "120  neu" in said
    assert "0  nicht zu verwenden" in said
    assert Offer.objects.published().examples().count() == 120
    assert Provider.objects.count() == 87
    assert Topic.objects.count() == 10
    assert not Address.objects.exists()
    assert not Mailing.objects.exists()
    before = list(Offer.objects.order_by("pk").values())
    again = run(str(ANGEBOTE))
    assert "120  unverändert" in again
    assert "Nichts ist neu, nichts geändert." in again
    assert list(Offer.objects.order_by("pk").values()) == before
    assert not Version.objects.exists()


def test_a_dry_run_tells_and_changes_nothing() -> None:
    said = run(str(ANGEBOTE), "--dry-run")
    assert "120  neu" in said
    assert "Nur geprüft, nichts geändert." in said
    assert not Offer.objects.exists()
    assert not Topic.objects.exists()


def test_the_family_office_has_four_numbers_a_link_and_an_honest_age() -> None:
    run(str(ANGEBOTE))
    office = Offer.objects.get(slug="familienbuero-siegen")
    assert [call.tel for call in office.calls] == ["+492714042958", "+492714042301", "+492714042303", "+492714042308"]
    assert [call.text for call in office.calls][1] == "0271 4042301"
    assert (office.website, office.website_name) == ("https://www.familie-siegen.de", "familie-siegen.de")
    assert office.freshness == "Beispiel, noch nicht geprüft (Stand: Mai 2024)"
    assert (office.checked_on, office.is_due) == (None, False)
    assert [topic.title for topic in office.topics.all()] == [
        "Finanzielle Unterstützung",
        "Kinderbetreuung",
        "Beratungsstellen",
        "Treffpunkte und Selbsthilfe",
    ]


def test_places_become_towns_or_a_wider_area() -> None:
    run(str(ANGEBOTE))
    areas = {area: Offer.objects.filter(area=area).count() for area in Offer.Area.values}
    assert areas == {"local": 42, "district": 30, "state": 3, "country": 45}
    berleburg = Offer.objects.get(slug="eb-berleburg")
    assert berleburg.places == ["Bad Berleburg", "Bad Laasphe", "Erndtebrück"]


def test_letters_survive_whatever_saved_them() -> None:
    text = HEADER + row(titel="Straße der Familie Ÿÿ", anbieter="Gülşen & Söhne", beschreibung="Öl, Maß, Ärger")
    read_back = columns.read(text.encode("utf-8-sig"), "x.csv").rows[0]
    assert (read_back.title, read_back.provider) == ("Straße der Familie Ÿÿ", "Gülşen & Söhne")
    windows = (HEADER + row(titel="Straße ÿ", anbieter="Söhne")).replace(",", ";").replace("\n", "\r\n")
    assert columns.read(windows.encode("cp1252"), "x.csv").rows[0].title == "Straße ÿ"


def test_letters_that_an_old_program_did_not_know_are_named() -> None:
    lost = row(titel="Lesen – für alle", suchwoerter="şiddet;насильство", website="www.haus.example/?a=b")
    kept = row("naehkurs", beschreibung="Noch Fragen? Rufen Sie an. (Wann?)")
    [section] = [each for each in sheet_saved_for_dos(lost, kept).sections if each.title == "Hier fehlen Buchstaben"]
    assert section.rows == [
        (2, ("Lesen ? für alle", "suchwoerter", "??????????")),
        (2, ("Lesen ? für alle", "suchwoerter", "?iddet")),
        (2, ("Lesen ? für alle", "titel", "Lesen ? für alle")),
    ]


def test_letters_that_were_read_wrongly_once_before_are_named() -> None:
    read_wrongly = "Grüne Wiese für Mütter".encode().decode("cp1252")
    plan = importing.plan(sheet(row(titel=read_wrongly), row("naehkurs", titel="Grüne Wiese für Mütter")))
    assert [each.rows for each in plan.sections if each.title == "Hier fehlen Buchstaben"] == [
        [(2, (read_wrongly, "titel", "GrÃ¼ne"))]
    ]


def test_letters_that_no_font_has_are_named_before_they_are_question_marks_on_paper() -> None:
    plan = importing.plan(
        sheet(row(beschreibung="Auch auf 中文 und Türkçe, по-русски."), row("naehkurs", titel="Öl ß"))
    )
    assert [each.rows for each in plan.sections if each.title == "Nicht zu drucken"] == [
        [(2, ("Kleiderkiste", "中文"))]
    ]


def sheet_saved_for_dos(*rows: str) -> importing.Plan:
    content = (HEADER + "".join(rows)).encode("cp850", errors="replace")
    return importing.plan(columns.read(content, "angebote.csv"))


def test_bad_rows_never_stop_the_good_ones_and_each_says_why() -> None:
    rows = [
        row("gut-eins"),
        row(""),
        row("ohne-titel", titel=""),
        row("Mit Leerzeichen"),
        row("gut-eins", titel="Noch einmal"),
        row("thema-fehlt", themen="Wohnen;Angeln"),
        row("ort-fehlt", orte="Siegen;Atlantis"),
        row("mail-falsch", email="familie(at)haus.example"),
        row("web-falsch", website="javascript:alert(1)"),
        row("plz-falsch", plz="5707"),
        row("sprache", sprachen="de;klingonisch"),
        row("stand", stand="vor Jahren"),
        row("zugang", barrierefrei="mal so, mal so"),
        row("thema"),
        row("zu-lang", titel="x" * 151),
        row("kaputt", titel="Gleichstellungsb\ufffdro"),
        row("gut-zwei"),
    ]
    plan = read(*rows)
    assert [row.slug for row in plan.new] == ["gut-eins", "gut-zwei"]
    assert Offer.objects.count() == 2
    assert [(rejected.number, rejected.reason) for rejected in plan.rejected] == [
        (3, "Die Kennung (id) fehlt."),
        (4, "Der Titel fehlt."),
        (5, "Die Kennung „Mit Leerzeichen“ darf nur aus a–z, 0–9 und einzelnen Bindestrichen bestehen."),
        (6, "Die Kennung „gut-eins“ steht schon in Zeile 2."),
        (7, "Das Thema „angeln“ gibt es nicht."),
        (8, "Den Ort „Atlantis“ kennt der Wegweiser nicht."),
        (9, "E-Mail-Adresse: Das @ fehlt: Statt „(at)“ muss das Zeichen @ dastehen."),
        (10, "„javascript:alert(1)“ ist keine Adresse einer Website."),
        (11, "„5707“ ist keine Postleitzahl."),
        (12, "Die Sprache „klingonisch“ kennt der Wegweiser nicht."),
        (13, "Bei „stand“ steht „vor Jahren“. Gebraucht werden Jahr und Monat, zum Beispiel 2024-05."),
        (14, "Bei „barrierefrei“ steht „mal so, mal so“. Möglich sind ja, teilweise, nein, unbekannt."),
        (15, "Die Kennung „thema“ braucht der Wegweiser selbst."),
        (16, "„Titel“ ist zu lang: 151 Zeichen, höchstens 150."),
        (17, "Hier sind beim Speichern Buchstaben verloren gegangen."),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Die Datei ist leer."),
        (b"%PDF-1.7", "Das ist eine PDF-Datei"),
        (b"name;preis\nx;y\n", "Die Spalte „id“ fehlt."),
        (b"PK\x03\x04kaputt", "Die Datei lässt sich nicht als Tabelle öffnen."),
    ],
)
def test_an_unreadable_file_changes_nothing(content: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        columns.read(content, "liste.csv")
    with pytest.raises(CommandError, match="Nichts geändert"):
        run(str(file))
    assert not Offer.objects.exists()


def test_a_changed_row_changes_the_offer_and_keeps_what_it_said() -> None:
    read(row(telefon="030 23125-101"))
    plan = read(row(telefon="030 23125-102", themen="Wohnen;Bildung", anbieter="Haus Ahornweg"))
    assert [(change.row.slug, change.fields) for change in plan.changed] == [
        ("kleiderkiste", ["Telefon", "Anbieter", "Themen"])
    ]
    offer = Offer.objects.get()
    assert (offer.phones, offer.provider.name) == (["030 23125-102"], "Haus Ahornweg")
    [kept] = offer.versions.all()
    assert (kept.contents["phones"], kept.contents["provider"], kept.by) == (
        ["030 23125-101"],
        "Haus Lindenweg",
        "beate",
    )
    assert kept.contents["topics"] == ["wohnen"]


@pytest.mark.slow
def test_a_number_that_an_officer_typed_with_a_long_dash_is_no_change() -> None:
    read(row(telefon="030 23125-101"))
    Offer.objects.update(phones=["030\u00a023125–101"])
    assert read(row(telefon="030 23125-101")).unchanged
    assert [change.fields for change in read(row(telefon="030 23125-102")).changed] == [["Telefon"]]


def test_a_list_of_examples_leaves_alone_what_somebody_has_checked() -> None:
    read(row())
    curation.checked_today(Offer.objects.get(), "beate")
    assert read(row()).unchanged
    assert reasons(row(telefon="030 23125-102")) == [(2, "Dieses Angebot ist geprüft. Beispiele ändern es nicht.")]


def test_a_curated_list_is_no_example_and_says_where_to_ask() -> None:
    read(row(email="haus@lindenweg.example"), curated=True)
    offer = Offer.objects.get()
    assert (offer.example, offer.checked_on, offer.freshness) == (False, None, "Noch nicht geprüft. Bitte nachfragen.")
    assert offer.provider.address is not None
    assert offer.provider.address.email == "haus@lindenweg.example"
    assert not offer.provider.address.list_mail
    assert list(Offer.objects.due(timezone.localdate())) == [offer]


def test_examples_that_become_curated_are_asked_about_before_they_go_offline(post: Post, time_machine) -> None:
    """They have been public for two years, but nobody has been asked: their time begins today."""
    time_machine.move_to("2024-11-30T12:00:00+01:00", tick=False)
    read(row(email="haus@lindenweg.example"))
    time_machine.move_to("2026-11-30T12:00:00+01:00", tick=False)
    read(row(email="haus@lindenweg.example"), curated=True)
    upkeep.run()
    assert [mail["Subject"] for mail in post.deliver()] == ["Stimmt noch alles?"]
    assert Offer.objects.get().state == Offer.State.PUBLISHED
    time_machine.move_to("2028-05-30T12:00:00+02:00", tick=False)
    upkeep.run()
    assert Offer.objects.get().state == Offer.State.ARCHIVED


@pytest.mark.slow
def test_an_archived_offer_stays_so_when_the_list_names_it_again() -> None:
    read(row())
    curation.archive(Offer.objects.get(), "beate")
    read(row(telefon="030 23125-102"))
    assert Offer.objects.get().state == Offer.State.ARCHIVED


@pytest.mark.parametrize(
    ("stand", "age"),
    [("2024-05", "Mai 2024"), ("01.05.2024", "Mai 2024"), ("05/2024", "Mai 2024"), ("2019", "2019"), ("", "")],
)
def test_the_age_of_the_source_as_excel_makes_it(stand: str, age: str) -> None:
    read(row(stand=stand))
    assert Offer.objects.get().source_age == age


@pytest.mark.parametrize(
    ("cost", "kind"),
    [
        ("kostenlos", "free"),
        ("Beratung kostenlos, Kurse mit Beitrag", "partly"),
        ("teilweise kostenlos", "partly"),
        ("einkommensabhängig", "income"),
        ("kostenpflichtig", "paid"),
        ("12 € im Monat", "paid"),
        ("", "unknown"),
        ("auf Anfrage", "unknown"),
    ],
)
def test_the_sort_of_cost_for_the_filter(cost: str, kind: str) -> None:
    assert columns.cost_kind(cost) == kind

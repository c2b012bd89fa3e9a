"""Before a list is taken over, Beate sees what of her file is read, and chooses. All people are invented."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from members.models import Member
from tests.kit.spreadsheets.books import HEADER, KIM, OLENA, TOM, hide, hide_rows, workbook
from tests.members.imports.lists import read
from tests.members.imports.test_pages import UPLOAD, upload
from tests.pressing import press

pytestmark = pytest.mark.django_db

TWO_LISTS = {"2018": [HEADER, OLENA], "2019": [HEADER, TOM, KIM]}


def entered() -> list[str]:
    return sorted(Member.objects.values_list("name", flat=True))


def command(content: bytes, folder: Path, *arguments: str) -> str:
    path = folder / "liste"
    path.write_bytes(content)
    out = io.StringIO()
    call_command("import_members", str(path), *arguments, stdout=out)
    return out.getvalue()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_of_two_lists_in_a_file_the_chosen_one_is_taken_over(beate: Client) -> None:
    asked = upload(beate, workbook(TWO_LISTS), "Ordner 4")
    assert "Blatt „2018“: 1 Zeile" in text_of(asked)
    assert "Blatt „2019“: 2 Zeilen" in text_of(asked)
    assert "Übernehmen" not in asked
    shown = press(beate, asked, "Liste ansehen", table="2")
    assert "Nicht gelesen wird: Blatt „2018“: 1 Zeile." in text_of(shown)
    assert not Member.objects.exists()
    assert "2 Personen aus der Liste sind jetzt dabei." in press(beate, shown, "Übernehmen")
    assert entered() == ["Kim", "Tom"]


def test_the_preview_takes_another_choice(beate: Client) -> None:
    shown = press(beate, upload(beate, workbook(TWO_LISTS), "Ordner 4"), "Liste ansehen", table="2")
    press(beate, press(beate, shown, "Neu ansehen", table="1"), "Übernehmen")
    assert entered() == ["Olena"]


def test_a_list_that_nobody_has_chosen_is_not_taken_over(beate: Client) -> None:
    asked = upload(beate, workbook(TWO_LISTS), "Ordner 4")
    packed = re.findall(r'name="list" value="([^"]+)"', asked)[0]
    for table in ("", "3", "0", "x", "²", "9" * 5_000):
        answer = beate.post(f"{UPLOAD}uebernehmen/", {"list": packed, "table": table}, follow=True)
        assert "Es war nicht gewählt, welche Liste gelesen wird." in answer.content.decode()
    answer = beate.post(UPLOAD, {"list": f"{packed}x", "table": "1"}, follow=True)
    assert "Bitte wählen Sie die Datei noch einmal aus." in answer.content.decode()
    assert not Member.objects.exists()


def test_a_hidden_sheet_is_named_and_read_only_if_it_is_chosen(beate: Client) -> None:
    shown = upload(beate, workbook({"Alt": [HEADER, OLENA], "Liste": [HEADER, TOM]}, hide("Alt")), "Ordner 4")
    assert "Nicht gelesen wird: Blatt „Alt“: 1 Zeile (das Blatt ist ausgeblendet)." in text_of(shown)
    press(beate, shown, "Übernehmen")
    assert entered() == ["Tom"]
    press(beate, press(beate, shown, "Neu ansehen", table="2"), "Übernehmen")
    assert entered() == ["Olena", "Tom"]


def test_a_list_that_only_a_hidden_sheet_holds_is_asked_for(beate: Client) -> None:
    book = workbook({"Alt": [HEADER, OLENA, TOM], "Start": []}, lambda book: (hide("Alt")(book), hide_rows(3)(book)))
    asked = upload(beate, book, "Ordner 4")
    assert "Die Liste in dieser Datei ist ausgeblendet." in text_of(asked)
    shown = press(beate, asked, "Liste ansehen", table="1")
    press(beate, press(beate, shown, "Neu ansehen", hidden="on"), "Übernehmen")
    assert entered() == ["Olena", "Tom"]


def test_hidden_rows_are_counted_and_read_only_if_they_are_wanted(beate: Client) -> None:
    shown = upload(beate, workbook({"Liste": [HEADER, OLENA, TOM, KIM]}, hide_rows(3, 4)), "Ordner 4")
    assert "2 Zeilen sind in der Tabelle ausgeblendet oder weggefiltert. Sie bleiben weg." in text_of(shown)
    press(beate, shown, "Übernehmen")
    assert entered() == ["Olena"]
    again = press(beate, shown, "Neu ansehen", hidden="on")
    assert "ausgeblendet oder weggefiltert. Sie werden mit gelesen." in text_of(again)
    press(beate, again, "Übernehmen")
    assert entered() == ["Kim", "Olena", "Tom"]


def test_another_file_keeps_what_was_typed_about_consent(beate: Client) -> None:
    consent = "Anmeldelisten 2016, Ordner „4“ & Anhang"
    for file in (b"E-Mail\nkim@example.org\n", workbook(TWO_LISTS)):
        again = press(beate, upload(beate, file, consent), "Andere Datei")
        assert "Anmeldelisten 2016, Ordner „4“ &amp; Anhang</textarea>" in again
        assert "Wählen Sie eine Datei aus." not in again


def test_every_column_is_named_as_read_or_not(beate: Client) -> None:
    header = "Nachname;Kinder (Jahrgang);E-Mail;Bemerkung intern;Telefon;Ort privat"
    shown = text_of(upload(beate, f"{header}\nPatt;2015, 2018;o@example.org;x;2713330;Siegen".encode()))
    assert (
        "Gelesen: „Nachname“, „Kinder (Jahrgang)“ (als Geburtsjahre der Kinder), „E-Mail“ (als E-Mail-Adresse), "
        "„Bemerkung intern“ (als Notiz, die die Person in „Meine Daten“ lesen kann), „Ort privat“ (als Wohnort)."
    ) in shown
    assert "Nicht gelesen und nicht gespeichert: „Telefon“." in shown


def test_what_a_read_column_says_and_nobody_can_take_over_is_shown(beate: Client) -> None:
    text = "Name;E-Mail;Kinder;Anrede\nOlena;o@example.org;zwei;Frau\nTom;t@example.org;2015, 1955;Dr.\n"
    shown = text_of(upload(beate, text.encode()))
    assert "Das wird nicht mit übernommen (3)" in shown
    assert "2 Frau Olena Geburtsjahre zwei 3 Tom Geburtsjahre 2015, 1955 3 Tom Anrede Dr." in shown


def test_doubtful_letters_are_shown_before_anything_is_taken(beate: Client) -> None:
    shown = text_of(upload(beate, "Name;E-Mail\r\nZoë;zoe@example.org\r\n".encode("mac_roman")))
    assert "Sind diese Umlaute richtig? (1)" in shown
    assert "2 Zoæ" in shown
    sure = text_of(upload(beate, "Name;E-Mail\rZoë Müller;zoe@example.org\r".encode("mac_roman")))
    assert "so gelesen, wie Macintosh sie speichert, zum Beispiel: „Zoë“, „Müller“." in sure
    assert "Sind diese Umlaute richtig?" not in sure


def test_the_command_speaks_of_a_single_person_in_the_singular(tmp_path: Path) -> None:
    asked = command(b"E-Mail\nina@example.org\n", tmp_path)
    assert "Übernommen: Eine Person bekommt eine Mail mit einem Link zum Bestätigen." in asked
    entered = command(b"E-Mail\npia@example.org\n", tmp_path, "--consent", "Ordner 4")
    assert "Übernommen: Eine Person ist jetzt dabei. Mails gehen nicht hinaus." in entered


def test_the_command_asks_and_counts_as_the_page_does(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--list 2  Blatt „2019“: 2 Zeilen"):
        command(workbook(TWO_LISTS), tmp_path)
    with pytest.raises(CommandError, match="Bitte wählen Sie, welche Liste"):
        command(workbook(TWO_LISTS), tmp_path, "--list", "3")
    assert not Member.objects.exists()
    command(workbook(TWO_LISTS), tmp_path, "--list", "1", "--consent", "Ordner 4")
    assert entered() == ["Olena"]
    hidden = workbook({"Liste": [[*HEADER, "Telefon"], OLENA, [*TOM, "2713330"]]}, hide_rows(3))
    said = command(hidden, tmp_path, "--consent", "Ordner 4")
    assert (
        "Nicht gelesen: „Telefon“\nEine Zeile ist in der Tabelle ausgeblendet oder weggefiltert. Sie bleibt weg."
        in said
    )
    assert entered() == ["Olena"]
    command(hidden, tmp_path, "--consent", "Ordner 4", "--hidden")
    assert entered() == ["Olena", "Tom"]


@pytest.mark.parametrize(
    "header",
    [
        "Vorname,Nachname,Anzeigename,Primäre E-Mail-Adresse,Zweite E-Mail-Adresse,Ort privat,PLZ privat,Notizen",
        "First Name,Last Name,Display Name,Primary Email,Secondary Email,Home City,Home ZipCode,Notes",
        "Vorname,Nachname,Position,E-Mail-Adresse,E-Mail 2: Adresse,Ort privat,Postleitzahl privat,Notizen",
        "First Name,Last Name,Job Title,E-mail Address,E-mail 2 Address,Home City,Home Postal Code,Notes",
        "Given Name,Family Name,Name,E-mail 1 - Value,E-mail 2 - Value,Address 1 - City,Address 1 - Postal Code,Notes",
        "First Name,Last Name,Labels,E-mail 1 - Value,E-mail 2 - Value,Address 1 - City,Address 1 - Postal Code,Notes",
        "Vorname,Nachname,Firma,E-Mail (privat),E-Mail (Arbeit),Ort (privat),PLZ (privat),Notizen",
    ],
    ids=["Thunderbird", "Thunderbird, English", "Outlook", "Outlook, English", "Google", "Google since 2023", "Apple"],
)
def test_olena_is_read_from_the_address_books_that_people_use(header: str) -> None:
    [row] = read(f"{header}\nOlena,Patt,x,o@example.org,z@example.org,Siegen,57072,Auftakt".encode())
    assert (row.name, row.email, row.town, row.note) == ("Olena Patt", "o@example.org", "57072 Siegen", "Auftakt")


def test_a_name_is_taken_from_the_column_for_showing_if_there_is_no_other() -> None:
    [olena, tom] = read(
        b"First Name,Last Name,Display Name,Primary Email\n,,Olena P.,o@example.org\nTom,,Tommy,t@example.org\n"
    )
    assert (olena.name, tom.name) == ("Olena P.", "Tom")


def test_address_cards_are_refused_by_name(beate: Client) -> None:
    file = SimpleUploadedFile("kontakte.vcf", b"BEGIN:VCARD\nFN:Olena Patt\nEND:VCARD\n")
    shown = beate.post(UPLOAD, {"file": file}).content.decode()
    assert "Das sind Visitenkarten (.vcf), keine Tabelle. Bitte die Kontakte als .csv speichern." in shown

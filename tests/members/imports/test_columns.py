"""The officers' list as their programs save it."""

import io
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kit.spreadsheets.reading import Unreadable
from mailings.addresses import InvalidAddress, normalise
from members.imports.columns import Row, damaged
from tests.members.imports.lists import read

VERTEILER = Path(__file__).parent / "verteiler.csv"  # invented people, saved the way Excel does
HEADER = "Nachname;Vorname;E-Mail-Adresse;Wohnort;Notiz"
GUELSEN = "Münker;Gülşen;guelsen@example.org;Siegen-Weidenau;Auftakt"


def only_row(content: bytes, filename: str = "liste.csv") -> Row:
    (row,) = read(content, filename)
    return row


def refusal(content: bytes, filename: str = "liste.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        read(content, filename)
    assert str(refused.value) == refused.value.reason
    return refused.value.reason


def xlsx(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


# The whole list


def test_the_officers_list_holds_118_people_7_repeats_and_6_rows_to_look_at() -> None:
    rows = read(VERTEILER.read_bytes(), "verteiler.csv")
    addresses, unusable = Counter[str](), []
    for row in rows:
        try:
            addresses[normalise(row.email)] += 1
        except InvalidAddress as refused:
            unusable.append((row.number, row.name, refused.reason))
    assert len(rows) == 131
    assert len(addresses) == 118
    assert addresses.total() - len(addresses) == 7
    assert unusable == [
        (6, "Eva Schmidt", "Das @ fehlt: Statt „(at)“ muss das Zeichen @ dastehen."),
        (37, "Eva Alt", "Das @ fehlt, wie in „name@example.org“."),
        (54, "Kim Hof", "Hier steht das @ zweimal. Es darf nur einmal vorkommen."),
        (89, "Ina Berg", "Hier fehlt das Ende, zum Beispiel „.de“."),
        (94, "Pia Rau", "Hier stehen zwei Adressen. Bitte nur eine eintragen."),
        (100, "Ute Funk", "Es steht keine E-Mail-Adresse da."),
    ]


def test_the_names_that_lost_letters_are_found_and_no_others() -> None:
    rows = read(VERTEILER.read_bytes(), "verteiler.csv")
    assert [(row.number, row.name) for row in rows if damaged(row.name)] == [
        (27, "Mehmet Y?lmaz"),
        (40, "Ruth Y?lmaz"),
        (41, "Emre Y?lmaz"),
        (43, "Nils Y?lmaz"),
        (62, "Gül?en Münker"),
        (88, "Gül?en Münker"),
        (99, "Gül?en Flender"),
        (104, "Gül?en Quast"),
        (105, "Gül?en Patt"),
        (117, "Ines Y?lmaz"),
        (118, "Dirk Y?lmaz"),
    ]


def test_olena_stands_in_the_first_row_below_the_header() -> None:
    rows = read(VERTEILER.read_bytes(), "verteiler.csv")
    assert rows[0] == Row(3, "Olena Patt", "o.patt@example.org", "Wilnsdorf", "tel. 3/2019", "", "")
    assert rows[1].name == "Elif Thomas"
    assert rows[1].email == "Thomas, Elif <e.thomas@example.org>"


# Encodings, separators, line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_guelsen_is_read_whatever_program_saved_her(encoding: str, end: str, separator: str) -> None:
    text = end.join(["Verteiler", HEADER, ";;;;", GUELSEN, ""]).replace(";", separator)
    row = only_row(text.encode(encoding), "liste.txt")
    assert row == Row(4, "Gülşen Münker", "guelsen@example.org", "Siegen-Weidenau", "Auftakt", "", "")


def test_utf_16_big_endian_with_its_mark_is_read() -> None:
    assert only_row(b"\xfe\xff" + f"{HEADER}\r\n{GUELSEN}".encode("utf-16-be")).name == "Gülşen Münker"


def test_windows_1252_keeps_umlauts_and_marks_bytes_that_mean_nothing() -> None:
    row = only_row(f"{HEADER}\r\nGroßmann;Jörg;j@example.org;Siegen;5 €".encode("cp1252"))
    assert (row.name, row.note) == ("Jörg Großmann", "5 €")
    row = only_row(HEADER.encode() + b"\r\nG\x90n\xfcl;J\xf6rg;a@example.org;Gro\xdf-Gerau;M\xfcller")
    assert row.name == "Jörg G\ufffdnül"
    assert damaged(row.name)


def test_line_breaks_inside_a_cell_do_not_shift_the_line_numbers() -> None:
    title, olena_row = '"Verteiler\r\nStand 2019"', 'Patt;Olena;o@example.org;Siegen;"ruft\r\nan"'
    text = f"{title}\r\n{HEADER}\r\n{olena_row}\r\n\r\n{GUELSEN}\r\n"
    olena, guelsen = read(text.encode(), "liste.csv")
    assert (olena.number, olena.note) == (4, "ruft\nan")
    assert (guelsen.number, guelsen.name) == (7, "Gülşen Münker")


def test_a_quote_nobody_closed_swallows_nobody_unseen() -> None:
    text = f'{HEADER}\r\n"Patt;Olena;o@example.org;Siegen;\r\n{GUELSEN}\r\nQuast;Uwe;u@example.org;;\r\n'
    assert refusal(text.encode()) == ("In Zeile 2 beginnt ein Anführungszeichen, das nirgends endet. Bitte löschen.")
    endless = f'{HEADER}\r\n"Patt;{"x" * 200_000}'
    assert refusal(endless.encode()).startswith("In Zeile 2 beginnt ein Anführungszeichen")


def test_quotes_within_a_name_and_an_excel_hint_above_do_no_harm() -> None:
    assert only_row(b'sep=;\nName;E-Mail\n"Lilli" Patt;lilli@example.org').name == "Lilli Patt"


# Columns


@pytest.mark.parametrize(
    "header",
    [
        "Familienname,Vorname,E-Mail,Ort,Bemerkung",
        "NAME,vorname,Email,Stadt,Anmerkung",
        " Nachname ,Vor-Name,eMail:,Gemeinde,Kommentar",
        "Last Name,First Name,E-mail Address,City,Notes",
        "\ufeffNachname,Vorname,E\u2011Mail\u2011Adresse,PLZ Ort,Notizen",
        "Nachname,Vorname,Mail,PLZ/Wohnort,Hinweis",
    ],
)
def test_columns_are_known_by_many_names(header: str) -> None:
    row = only_row(f"{header}\nPatt,Olena,o@example.org,57234 Wilnsdorf,Auftakt".encode())
    assert row == Row(2, "Olena Patt", "o@example.org", "57234 Wilnsdorf", "Auftakt", "", "")


def test_columns_may_stand_in_any_order_and_strange_ones_are_left_alone() -> None:
    row = only_row(b"Telefon;Ort;Mail;PLZ;Anrede\n0271 1;Siegen;o@example.org;57072;Frau")
    assert row == Row(2, "", "o@example.org", "57072 Siegen", "", "Frau", "")


def test_a_list_of_addresses_alone_is_a_list() -> None:
    rows = read(b"E-Mail\no@example.org\n\nu@example.org, v@example.org\n", "liste.txt")
    assert [(row.number, row.email) for row in rows] == [
        (2, "o@example.org"),
        (4, "u@example.org, v@example.org"),
    ]


def test_a_title_that_sounds_like_a_column_is_not_taken_for_the_header() -> None:
    assert only_row(f"E-Mail\r\n{HEADER}\r\n{GUELSEN}".encode()).name == "Gülşen Münker"


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ("Patt;Olena;o@example.org", "Olena Patt"),
        ("Patt;;o@example.org", "Patt"),
        (";Olena;o@example.org", "Olena"),
        ("Patt, Olena;;o@example.org", "Olena Patt"),
        (";;Patt, Olena <o@example.org>", "Olena Patt"),
        (";;Olena  Patt <o@example.org>", "Olena Patt"),
        (";;o@example.org <o@example.org>", ""),
        (";;o@example.org", ""),
    ],
)
def test_olena_is_named_from_what_stands_there(cells: str, name: str) -> None:
    assert only_row(f"Nachname;Vorname;E-Mail\n{cells}".encode()).name == name


def test_a_row_shorter_than_the_header_and_one_without_address_are_rows_too() -> None:
    olena, ute = read(f"{HEADER}\nPatt;Olena;o@example.org\nFunk;Ute".encode(), "liste.csv")
    assert (olena.town, olena.note) == ("", "")
    assert (ute.name, ute.email) == ("Ute Funk", "")


def test_characters_no_database_takes_are_marked() -> None:
    assert only_row(b"Name;E-Mail\nOl\x02ena;o@example.org").name == "Ol\ufffdena"


# Excel


def test_a_workbook_is_read_from_the_first_sheet_with_a_header() -> None:
    rows = [
        ["Verteiler", None],
        [],
        ["Nachname", "Vorname", "E-Mail", "PLZ", "Ort", "Kinder", "Notiz"],
        ["Münker", "Gülşen", " guelsen@example.org ", 57076, "Siegen", 2015.0, datetime(2016, 12, 1)],
        [None, None, None],
        ["Patt", "Olena", "o@example.org", None, "Wilnsdorf", date(2018, 8, 14), "=1+1"],
    ]
    guelsen, olena = read(xlsx([["Anleitung"]], rows, [["E-Mail"]]), "liste.xlsx")
    assert guelsen == Row(4, "Gülşen Münker", "guelsen@example.org", "57076 Siegen", "01.12.2016", "", "2015")
    assert olena == Row(6, "Olena Patt", "o@example.org", "Wilnsdorf", "", "", "14.08.2018")


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    content = xlsx([["Name", "E-Mail"], ["Patt", "o@example.org"], ["Quast", "u@example.org"]])
    short = repacked(content, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert [row.number for row in read(short, "liste.xlsx")] == [2, 3]
    far = repacked(content, b'<row r="3"', b'<row r="99999999999"')
    assert [row.number for row in read(far, "liste.xlsx")] == [2, 3]  # its cells say where they are


def repacked(content: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    assert any(old in part for part in parts.values())
    return zipped(**{name: part.replace(old, new) for name, part in parts.items()})


# Names that lost letters


@pytest.mark.parametrize(
    "name",
    [
        "Y?lmaz",
        "Gül?en",
        "?zg?r",
        "Wei?",
        "G\ufffdl",
        "MÃ¼ller",
        "YÄ±lmaz",
        "GÃ¼lÅŸen",
        "ÐžÐ»ÐµÐ½Ð°",
        "M\x81ller",
    ],
)
def test_a_damaged_name_is_noticed(name: str) -> None:
    assert damaged(name)
    assert damaged(f"Ruth {name}")


@pytest.mark.parametrize(
    "name",
    [
        "Müller",
        "Gülşen Yılmaz",
        "Олена Патт",
        "René",
        "Zoë",
        "Łukasz",
        "Tomáš Kníže",
        "D'Angelo",
        "Ñandú",
        "",
        "Eva (?)",
    ],
)
def test_a_name_from_anywhere_is_not_damaged(name: str) -> None:
    assert not damaged(name)

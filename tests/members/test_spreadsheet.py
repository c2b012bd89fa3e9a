"""The officers' list as their programs save it."""

import io
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.addresses import Unusable, normalise
from members.spreadsheet import Row, Unreadable, damaged, read

VERTEILER = Path(__file__).parent / "verteiler.csv"  # invented people, saved the way Excel does
HEADER = "Nachname;Vorname;E-Mail-Adresse;Wohnort;Notiz"
GUELSEN = "Münker;Gülşen;guelsen@example.org;Siegen-Weidenau;Auftakt"


def only_row(content: bytes, filename: str = "liste.csv") -> Row:
    (row,) = read(content, filename).rows
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
    rows = read(VERTEILER.read_bytes(), "verteiler.csv").rows
    addresses, unusable = Counter[str](), []
    for row in rows:
        try:
            addresses[normalise(row.email)] += 1
        except Unusable as refused:
            unusable.append((row.line, row.name, refused.reason))
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
    rows = read(VERTEILER.read_bytes(), "verteiler.csv").rows
    assert [(row.line, row.name) for row in rows if damaged(row.name)] == [
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
    rows = read(VERTEILER.read_bytes(), "verteiler.csv").rows
    assert rows[0] == Row(3, "Olena Patt", "o.patt@example.org", "Wilnsdorf", "tel. 3/2019", "", [])
    assert rows[1].name == "Elif Thomas"
    assert rows[1].email == "Thomas, Elif <e.thomas@example.org>"


# Encodings, separators, line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_guelsen_is_read_whatever_program_saved_her(encoding: str, end: str, separator: str) -> None:
    text = end.join(["Verteiler", HEADER, ";;;;", GUELSEN, ""]).replace(";", separator)
    row = only_row(text.encode(encoding), "liste.txt")
    assert row == Row(4, "Gülşen Münker", "guelsen@example.org", "Siegen-Weidenau", "Auftakt", "", [])


def test_utf_16_big_endian_with_its_mark_is_read() -> None:
    assert only_row(b"\xfe\xff" + f"{HEADER}\r\n{GUELSEN}".encode("utf-16-be")).name == "Gülşen Münker"


def test_windows_1252_keeps_umlauts_and_marks_bytes_that_mean_nothing() -> None:
    row = only_row(f"{HEADER}\r\nGroßmann;Jörg;j@example.org;Siegen;5 €".encode("cp1252"))
    assert (row.name, row.note) == ("Jörg Großmann", "5 €")
    row = only_row(HEADER.encode() + b"\r\nG\x81n\xfcl;Ay\x9fe;a@example.org;;")
    assert damaged(row.name)


def test_line_breaks_inside_a_cell_do_not_shift_the_line_numbers() -> None:
    title, olena_row = '"Verteiler\r\nStand 2019"', 'Patt;Olena;o@example.org;Siegen;"ruft\r\nan"'
    text = f"{title}\r\n{HEADER}\r\n{olena_row}\r\n\r\n{GUELSEN}\r\n"
    olena, guelsen = read(text.encode(), "liste.csv").rows
    assert (olena.line, olena.note) == (4, "ruft\nan")
    assert (guelsen.line, guelsen.name) == (7, "Gülşen Münker")


def test_a_quote_nobody_closed_swallows_nobody_unseen() -> None:
    text = f'{HEADER}\r\n"Patt;Olena;o@example.org;Siegen;\r\n{GUELSEN}\r\nQuast;Uwe;u@example.org;;\r\n'
    assert refusal(text.encode()) == (
        "In Zeile 2 beginnt ein Anführungszeichen, das nirgends endet. Bitte löschen."
    )
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
    assert row == Row(2, "Olena Patt", "o@example.org", "57234 Wilnsdorf", "Auftakt", "", [])


def test_columns_may_stand_in_any_order_and_strange_ones_are_left_alone() -> None:
    row = only_row(b"Telefon;Ort;Mail;PLZ;Anrede\n0271 1;Siegen;o@example.org;57072;Frau")
    assert row == Row(2, "", "o@example.org", "57072 Siegen", "", "Frau", [])


def test_a_list_of_addresses_alone_is_a_list() -> None:
    rows = read(b"E-Mail\no@example.org\n\nu@example.org, v@example.org\n", "liste.txt").rows
    assert [(row.line, row.email) for row in rows] == [
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


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("2015", [2015]),
        ("2015, 2018/2021", [2015, 2018, 2021]),
        ("01.12.2016 und 2019", [2016, 2019]),
        ("2", []),
    ],
)
def test_the_childrens_years_are_picked_out(cell: str, years: list[int]) -> None:
    assert only_row(f"E-Mail;Geburtsjahre der Kinder\no@example.org;{cell}".encode()).children == years


def test_a_row_shorter_than_the_header_and_one_without_address_are_rows_too() -> None:
    olena, ute = read(f"{HEADER}\nPatt;Olena;o@example.org\nFunk;Ute".encode(), "liste.csv").rows
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
    guelsen, olena = read(xlsx([["Anleitung"]], rows, [["E-Mail"], ["x@example.org"]]), "liste.xlsx").rows
    assert guelsen == Row(4, "Gülşen Münker", "guelsen@example.org", "57076 Siegen", "01.12.2016", "", [2015])
    assert olena == Row(6, "Olena Patt", "o@example.org", "Wilnsdorf", "", "", [2018])


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    content = xlsx([["Name", "E-Mail"], ["Patt", "o@example.org"], ["Quast", "u@example.org"]])
    short = repacked(content, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert [row.line for row in read(short, "liste.xlsx").rows] == [2, 3]
    far = repacked(content, b'<row r="3"', b'<row r="99999999999"')
    assert [row.line for row in read(far, "liste.xlsx").rows] == [2]


def repacked(content: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    assert any(old in part for part in parts.values())
    return zipped(**{name: part.replace(old, new) for name, part in parts.items()})


# What cannot be read


@pytest.mark.parametrize("content", [b"", b"\r\n;;;\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(content: bytes) -> None:
    assert refusal(content) == "Die Datei ist leer."


def test_without_a_header_it_says_what_is_expected() -> None:
    reason = refusal(b"Patt;Olena;o@example.org\n")
    assert reason.startswith("Die Spalte mit den E-Mail-Adressen fehlt.")
    assert "Nachname, Vorname, E-Mail-Adresse, Wohnort, Notiz" in reason
    assert refusal(xlsx([["Nachname", "Telefon"]]), "liste.xlsx") == reason


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Das ist eine alte Excel-Datei (.xls)."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Die Datei ist mit einem Passwort geschützt.",
        ),
        (b"%PDF-1.7\n", "Das ist eine PDF-Datei, keine Tabelle."),
        (b"\x89PNG\r\n\x1a\n\0\0", "Das ist ein Bild, keine Tabelle."),
        (b"\xff\xd8\xff\xe0\0\0", "Das ist ein Bild, keine Tabelle."),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "Das ist keine Excel-Datei."),
        (zipped(**{"[Content_Types].xml": b"<x"}), "Die Datei lässt sich nicht als Excel-Datei öffnen."),
        (b"PK\x03\x04 kaputt", "Die Datei lässt sich nicht als Excel-Datei öffnen."),
        (b"\x7fELF\0\0\0\0\1\2\3\0\0\0", "„liste.csv“ ist keine Tabelle."),
        (b"E-Mail\n" + b"o@example.org\n" * 150_000, "Die Datei ist größer als 2 MB."),
        (b"E-Mail\n" + b"o@example.org\n" * 5_001, "Die Liste hat mehr als 5.000 Zeilen."),
        (
            zipped(**{"[Content_Types].xml": b"<x/>", "xl/sheet.xml": bytes(20_000_000)}),
            "Die Excel-Datei ist ausgepackt zu groß.",
        ),
        (
            zipped(**{"[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "Die Excel-Datei enthält unerlaubte Teile.",
        ),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, sentence: str) -> None:
    assert refusal(content).startswith(sentence)


def test_5000_rows_are_read() -> None:
    assert len(read(b"E-Mail\n" + b"o@example.org\n" * 5_000, "liste.csv").rows) == 5_000


BEGINNINGS = [
    b"",
    b"PK\x03\x04",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"E-Mail;Name\n",
    b'E-Mail\tName\r"',
]

WORKBOOK = xlsx([["Name", "E-Mail", "Notiz"], ["Patt", "o@example.org", 5.5]])


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(beginning: bytes, rest: bytes) -> None:
    read_or_refused(beginning + rest)


@given(
    st.text(st.sampled_from(list('ab@.;,\t"\r\n\0 E-Mail\ud7ff')), max_size=200),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    read_or_refused(f"Name;E-Mail\n{text}".encode(encoding))


@given(st.data())
def test_a_workbook_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(content))


@given(st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]), st.data())
def test_a_workbook_with_one_part_damaged_is_read_or_refused(name: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    start = data.draw(st.integers(0, len(parts[name])))
    cut, added = data.draw(st.integers(0, 9)), data.draw(st.text('abz059<>/"=: &;', max_size=6))
    parts[name] = parts[name][:start] + added.encode() + parts[name][start + cut :]
    read_or_refused(zipped(**parts))


def read_or_refused(content: bytes) -> None:
    try:
        rows = read(content, "liste.xlsx").rows
    except Unreadable:
        return
    for row in rows:
        assert row.line > 0
        assert not {"\0", "\r"} & set(row.name + row.email + row.town + row.note)


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

"""Uploads that are refused, by mistake or hostile: a German sentence, never an error page."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.spreadsheets.reading import Unreadable
from tests.conftest import EXAMPLES
from tests.members.imports.lists import read
from tests.members.imports.test_columns import refusal, xlsx, zipped


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
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Die Datei lässt sich nicht als Tabelle öffnen."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Die Datei ist mit einem Passwort geschützt.",
        ),
        (b"%PDF-1.7\n", "Das ist eine PDF-Datei, keine Tabelle."),
        (b"\x89PNG\r\n\x1a\n\0\0", "Das ist ein Bild, keine Tabelle."),
        (b"\xff\xd8\xff\xe0\0\0", "Das ist ein Bild, keine Tabelle."),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "Das ist keine Tabelle."),
        (zipped(**{"[Content_Types].xml": b"<x"}), "Die Datei lässt sich nicht als Tabelle öffnen."),
        (b"PK\x03\x04 kaputt", "Die Datei lässt sich nicht als Tabelle öffnen."),
        (b"\x7fELF\0\0\0\0\1\2\3\0\0\0", "„liste.csv“ ist keine Tabelle."),
        (b"E-Mail\n" + b"o@example.org\n" * 150_000, "Die Datei ist größer als 2 MB."),
        (b"E-Mail\n" + b"o@example.org\n" * 5_001, "Die Liste hat mehr als 5.000 Zeilen."),
        (
            zipped(**{"[Content_Types].xml": b"<x/>", "xl/sheet.xml": bytes(20_000_000)}),
            "Die Datei ist ausgepackt zu groß.",
        ),
        (
            zipped(**{"[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "Die Datei lässt sich nicht als Tabelle öffnen.",
        ),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, sentence: str) -> None:
    assert refusal(content).startswith(sentence)


def test_5000_rows_are_read() -> None:
    assert len(read(b"E-Mail\n" + b"o@example.org\n" * 5_000, "liste.csv")) == 5_000


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


@settings(max_examples=EXAMPLES // 3)  # each in a process of its own
@given(st.data())
def test_a_workbook_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(content))


@settings(max_examples=EXAMPLES // 3)
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
        rows = read(content, "liste.xlsx")
    except Unreadable:
        return
    for row in rows:
        assert row.number > 0
        assert not {"\0", "\r"} & set(row.name + row.email + row.town + row.note)

"""The same list in every format of the officers' programs."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kit.spreadsheets.reading import Unreadable, read
from kit.spreadsheets.tables import Columns, TableRow
from tests.kit.spreadsheets.hostile import ods, xlsx
from tests.kit.spreadsheets.xls import xls

COLUMNS = Columns(
    names={"email": ("email",), "postcode": ("plz",), "note": ("notiz",)}, needed="email", missing="Die Spalte fehlt."
)
OLENA = TableRow(3, {"email": "olena@example.org", "postcode": "57076", "note": "ruft\nan"})


def rows(content: bytes) -> list[TableRow]:
    table = read(content, "liste", COLUMNS).suggested
    assert table
    return table.rows


def saved(fill) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(value: str) -> bytes:
    lines = value.split("\n")
    return b'<table:table-cell office:value-type="string">%s</table:table-cell>' % b"".join(
        b"<text:p>%s</text:p>" % line.encode() for line in lines
    )


def test_olena_in_an_excel_file() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["E-Mail", "PLZ", "Notiz"])
        sheet.append([])
        sheet.append(["olena@example.org", 57076, "ruft\r\nan"])

    assert rows(saved(fill)) == [OLENA]


def test_olena_in_an_old_excel_file() -> None:
    assert rows(xls([["E-Mail", "PLZ", "Notiz"], [], ["olena@example.org", 57076.0, "ruft\nan"]])) == [OLENA]


def test_olena_in_an_opendocument_file() -> None:
    blank = b'<table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    number = (
        b'<table:table-cell office:value-type="float" office:value="57076"><text:p>57076</text:p></table:table-cell>'
    )
    header = b"<table:table-row>" + b"".join(map(text, ["E-Mail", "PLZ", "Notiz"])) + b"</table:table-row>"
    olena = b"<table:table-row>" + text("olena@example.org") + number + text("ruft\nan") + b"</table:table-row>"
    rest = blank.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048573">')
    assert rows(ods(header + blank + olena + rest)) == [OLENA]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (datetime(2016, 12, 1, 13, 45), "dd.mm.yyyy hh:mm", "01.12.2016"),
        (date(2018, 8, 14), "dd.mm.yyyy", "14.08.2018"),
        (time(12, 30), "hh:mm", "12:30:00"),
        (0.5, "0%", "0.5"),
        (5.5, "General", "5.5"),
        (2_713_330, "General", "2713330"),
        (True, "General", "True"),
        ("007", "General", "007"),
        ("  a \r\nb ", "General", "a \nb"),
        ("=1+1", "General", ""),  # nobody has calculated it
        ("a\x01b".replace("\x01", "_x0001_"), "General", "a\ufffdb"),
    ],
)
def test_a_cell_is_read_as_people_see_it(value: object, number_format: str, shown: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["E-Mail", "Notiz"])
        sheet.append(["olena@example.org"])
        sheet.cell(2, 2, value).number_format = number_format

    assert [row.cells["note"] for row in rows(saved(fill))] == [shown]


def test_what_a_formula_gave_and_an_error_stay_visible() -> None:
    cells = b'<c r="A2" t="str"><f>A3</f><v>olena@example.org</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    header = b'<row r="1"><c r="A1" t="str"><v>E-Mail</v></c><c r="B1" t="str"><v>Notiz</v></c></row>'
    assert rows(xlsx(header + b'<row r="2">%s</row>' % cells)) == [
        TableRow(2, {"email": "olena@example.org", "note": "#DIV/0!"})
    ]


def test_rows_and_columns_before_the_list_are_counted() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"] = "E-Mail", "Notiz"
        sheet["C7"], sheet["D7"] = "olena@example.org", "Auftakt"

    assert rows(saved(fill)) == [TableRow(7, {"email": "olena@example.org", "note": "Auftakt"})]


def test_a_word_document_is_no_table() -> None:
    with pytest.raises(Unreadable, match="keine Tabelle"):
        rows(saved(lambda sheet: None).replace(b"[Content_Types].xml", b"[Content_Typen].xml"))


@pytest.mark.slow
def test_five_thousand_offers_of_the_usual_length_are_read() -> None:
    cell = b'<c t="str"><v>%s</v></c>'
    row = b"<row>" + cell % b"olena@example.org" + cell % (b"Beratung " * 60) + b"<c><v>1.5</v></c>" * 20 + b"</row>"
    header = b"<row>" + cell % b"E-Mail" + cell % b"Notiz" + b"</row>"
    assert len(rows(xlsx(header + row * 5_000))) == 5_000

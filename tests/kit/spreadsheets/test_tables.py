"""Every row and column of a file is read or named: other sheets, hidden rows, second tables, strange columns."""

import pytest

from kit.spreadsheets.reading import TableFile, Unreadable, read
from kit.spreadsheets.tables import Columns, Heading, Table, letter
from tests.kit.spreadsheets.books import HEADER, KIM, OLENA, TOM, hide, hide_rows, workbook
from tests.kit.spreadsheets.hostile import ods
from tests.kit.spreadsheets.xls import xls

COLUMNS = Columns(
    names={"email": ("email",), "name": ("name",), "town": ("ort",), "note": ("notiz", "bemerkung")},
    needed="email",
    missing="Die Spalte fehlt.",
    joined=frozenset({"note"}),
    titles={"email": "E-Mail"},
)


def opened(content: bytes) -> TableFile:
    return read(content, "liste", COLUMNS)


def csv(*rows: list[str]) -> TableFile:
    return opened("\n".join(";".join(row) for row in rows).encode())


def people(table: Table | None, *, hidden: bool = False) -> list[str]:
    assert table
    return [row.cells["name"] for row in table.chosen(hidden=hidden)]


# Sheets


def test_a_hidden_sheet_before_the_list_is_not_read_in_its_place() -> None:
    found = opened(workbook({"Alt": [HEADER, OLENA], "Liste": [HEADER, TOM]}, hide("Alt")))
    assert people(found.suggested) == ["Tom"]
    assert [(table.sheet, table.hidden, people(table)) for table in found.tables] == [
        ("Liste", False, ["Tom"]),
        ("Alt", True, ["Olena"]),
    ]


def test_of_two_visible_lists_none_is_taken_by_itself() -> None:
    found = opened(workbook({"2018": [HEADER, OLENA], "2019": [HEADER, TOM]}))
    assert found.suggested is None
    assert [table.sheet for table in found.tables] == ["2018", "2019"]


def test_a_list_that_stands_only_on_a_hidden_sheet_is_not_taken_by_itself() -> None:
    found = opened(workbook({"Liste": [HEADER, OLENA], "Start": [["Hallo"]]}, hide("Liste")))
    assert found.suggested is None
    assert found.remarks == [
        "Auf dem Blatt „Start“ (eine Zeile) steht keine Liste mit „E-Mail“. Es wird nicht gelesen."
    ]


def test_a_sheet_without_a_list_is_named_and_an_empty_form_is_no_list() -> None:
    found = opened(workbook({"Anleitung": [["So"], ["geht es"]], "Liste": [HEADER, OLENA], "Vorlage": [HEADER]}))
    assert people(found.suggested) == ["Olena"]
    assert found.remarks == [
        "Auf dem Blatt „Anleitung“ (2 Zeilen) steht keine Liste mit „E-Mail“. Es wird nicht gelesen."
    ]


def test_a_sheet_with_a_header_alone_is_an_empty_list() -> None:
    assert people(opened(workbook({"Vorlage": [HEADER]})).suggested) == []


def test_a_hidden_sheet_of_an_old_excel_file_and_of_an_opendocument_file_is_known() -> None:
    old = opened(xls([HEADER, OLENA], hidden=True))
    assert ([table.hidden for table in old.tables], old.suggested) == ([True], None)
    style = b'<style:style style:name="t" style:family="table">%s</style:style>'
    style %= b'<style:table-properties table:display="false"/>'
    rows = b"".join(b"<table:table-row>%s</table:table-row>" % cells(*row) for row in (HEADER, OLENA))
    assert [table.hidden for table in opened(ods(rows, styles=style, style="t")).tables] == [True]


# Hidden rows


def cells(*texts: str) -> bytes:
    cell = b'<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    return b"".join(cell % text.encode() for text in texts)


def test_hidden_and_filtered_rows_of_an_excel_file_are_left_out_unless_wanted() -> None:
    table = opened(workbook({"Liste": [HEADER, OLENA, TOM, KIM]}, hide_rows(3, 4))).suggested
    assert table
    assert people(table) == ["Olena"]
    assert people(table, hidden=True) == ["Olena", "Tom", "Kim"]
    assert table.hidden_rows == 2


def test_hidden_and_filtered_rows_of_an_opendocument_file_are_left_out_unless_wanted() -> None:
    row = b"<table:table-row%s>%s</table:table-row>"
    collapsed, filtered = b' table:visibility="collapse"', b' table:visibility="filter"'
    blank = row % (collapsed + b' table:number-rows-repeated="7"', b"<table:table-cell/>")
    rows = row % (b"", cells(*HEADER)) + blank + row % (b"", cells(*OLENA))
    rows += row % (collapsed, cells(*TOM)) + row % (filtered, cells(*KIM))
    table = opened(ods(rows)).suggested
    assert table
    assert [(row.number, row.cells["name"], row.hidden) for row in table.rows] == [
        (9, "Olena", False),
        (10, "Tom", True),
        (11, "Kim", True),
    ]


def test_an_old_excel_file_is_said_not_to_tell_whether_rows_are_hidden() -> None:
    assert opened(xls([HEADER, OLENA])).remarks == [
        "Ob Zeilen ausgeblendet sind, ist bei diesem Dateiformat nicht zu erkennen: Alle sind gelesen."
    ]
    assert opened(workbook({"Liste": [HEADER, OLENA]})).remarks == []


def test_every_second_row_of_5000_is_hidden() -> None:
    rows = [HEADER, *([f"Kim {number}", f"kim{number}@example.org"] for number in range(5_000))]
    table = opened(workbook({"Liste": rows}, hide_rows(*range(2, 5_002, 2)))).suggested
    assert table
    assert (len(table.rows), table.hidden_rows, people(table)[:2]) == (5_000, 2_500, ["Kim 1", "Kim 3"])


# Tables below and beside


def test_a_second_list_below_the_first_is_a_list_of_its_own() -> None:
    found = csv(["Name", "Ort", "E-Mail"], ["Olena", "Siegen", OLENA[1]], [], ["E-Mail", "Name"], [TOM[1], "Tom"])
    assert [(table.number, people(table)) for table in found.tables] == [(1, ["Olena"]), (4, ["Tom"])]
    assert people(found.suggested) == ["Olena"]


def test_a_second_list_with_more_columns_does_not_hide_the_first() -> None:
    found = csv(HEADER, OLENA, ["E-Mail", "Ort", "Name"], [TOM[1], "Siegen", "Tom"])
    assert [people(table) for table in found.tables] == [["Olena"], ["Tom"]]


def test_a_header_that_stands_again_on_every_page_is_no_row() -> None:
    found = csv(HEADER, OLENA, HEADER, TOM)
    assert [people(table) for table in found.tables] == [["Olena", "Tom"]]


def test_a_table_of_another_kind_below_the_list_is_named() -> None:
    found = csv(HEADER, OLENA, [], ["Name", "Ort"], ["Kuchen", "Küche"], ["Kaffee", "Saal"])
    assert people(found.suggested) == ["Olena"]
    assert found.remarks == ["Ab Zeile 4 steht noch eine Tabelle, ohne „E-Mail“: 2 Zeilen werden nicht gelesen."]


def test_a_row_whose_cells_are_called_like_columns_is_a_row() -> None:
    found = csv(
        ["Name", "E-Mail", "Weg", "Ort", "Alter"], ["Olena", OLENA[1], "E-Mail", "Ort", "30"], [*TOM, "", "", ""]
    )
    assert [people(table) for table in found.tables] == [["Olena", "Tom"]]


def test_many_lines_above_the_header_are_counted() -> None:
    title = [["Netzwerk"], ["Straße 1"], ["Stand 2019"], ["vertraulich"]]
    assert csv(*title, HEADER, OLENA).remarks == ["Über den Überschriften stehen 4 Zeilen, die nicht gelesen werden."]
    assert csv(*title[:3], HEADER, OLENA).remarks == []


# Columns


def test_every_column_is_named_as_read_or_not() -> None:
    found = csv(["Name", "Telefon", "E-Mail", "", "E-Mail"], ["Olena", "", OLENA[1], "ja", "o@example.org"])
    assert found.tables[0].headings == [
        Heading("A", "Name", "name"),
        Heading("B", "Telefon", ""),
        Heading("C", "E-Mail", "email"),
        Heading("D", "", ""),
        Heading("E", "E-Mail", ""),
    ]


def test_two_columns_of_notes_are_both_read() -> None:
    found = csv(["E-Mail", "Bemerkung", "Notiz"], [OLENA[1], "ruft an", "Auftakt"], [TOM[1], "", "2019"])
    assert [row.cells["note"] for row in found.tables[0].rows] == ["ruft an\nAuftakt", "2019"]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_in_a_spreadsheet(place: int, name: str) -> None:
    assert letter(place) == name


def test_a_sheet_wider_than_a_hundred_columns_says_that_it_is_cut() -> None:
    wide = [*OLENA, *[""] * 98, "fern"]
    assert opened(workbook({"Liste": [HEADER, wide]})).remarks == [
        "Auf dem Blatt „Liste“ werden nur die ersten 100 Spalten gelesen."
    ]


@pytest.mark.slow
def test_a_list_that_is_too_long_beside_one_that_is_not() -> None:
    long = [HEADER, *([["Kim", "kim@example.org"]] * 5_001)]
    found = opened(workbook({"Kurz": [HEADER, OLENA], "Lang": long}))
    assert people(found.suggested) == ["Olena"]
    assert found.remarks == ["Blatt „Lang“: Die Liste hat mehr als 5.000 Zeilen. Bitte in mehrere Dateien teilen."]
    with pytest.raises(Unreadable, match=r"mehr als 5\.000 Zeilen"):
        opened(workbook({"Lang": long}))


def test_two_lists_that_are_too_long_together_are_refused_rather_than_cut() -> None:
    half = [HEADER, *([KIM] * 3_000), ["E-Mail", "Name"], *([[TOM[1], "Tom"]] * 3_000)]
    for refused in (lambda: csv(*half), lambda: opened(workbook({"Liste": half}))):
        with pytest.raises(Unreadable, match=r"mehr als 5\.000 Zeilen"):
            refused()

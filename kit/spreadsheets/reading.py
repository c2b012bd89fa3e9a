"""Reads a table that officers keep, saved as .csv, .xlsx, .xls or .ods, into the cells of its rows.

Nothing is judged here: the caller decides what the cells mean and whether they can be used.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kit.spreadsheets import workbook
from kit.spreadsheets.cells import text_of
from kit.spreadsheets.workbook_process import End

MAX_BYTES = 2_000_000
MAX_ROWS = 5_000
_MAX_WIDTH = 100
_HEADER_WITHIN = 30  # lines that are not blank: a title, an office's address, a date stand above the header

_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password

_NOT_READ = {
    End.TOO_LARGE: "Die Datei ist ausgepackt zu groß. Bitte die Liste als .csv speichern.",
    End.PROTECTED: "Die Datei ist mit einem Passwort geschützt. Bitte ohne Passwort speichern.",
    End.NO_WORKBOOK: "Das ist keine Tabelle. Bitte die Liste als .xlsx oder .csv speichern.",
    End.DAMAGED: "Die Datei lässt sich nicht als Tabelle öffnen. Bitte neu speichern, als .xlsx oder .csv.",
}

_Record = tuple[int, list[str]]
_Table = tuple[dict[str, int], list[_Record]]


class Unreadable(ValueError):
    """The file holds no table that we can read; `reason` (and str()) is German for people and says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Columns:
    """The possible names of each column, spelt as `label` gives them; of several in one file the first counts.

    `needed` is the column that makes it such a table, `missing` the sentence for a file without it. A cell that spans
    lines, holds `telltale` and as many separators as a row has swallowed other rows: a quote was never closed.
    """

    names: dict[str, tuple[str, ...]]
    needed: str
    missing: str
    telltale: str = "\n"


@dataclass(frozen=True)
class TableRow:
    """One row, numbered as the officer's program counts: the line of the text file where it begins, or the row of the
    sheet.
    """

    number: int
    cells: dict[str, str]  # by column; what the table lacks is missing, empty cells are ""


def read(content: bytes, filename: str, columns: Columns) -> list[TableRow]:
    """Reads an uploaded file: .csv or .txt in the encodings and separators that Excel knows, or a workbook.

    Returns all rows below the header in their order, without blank ones. The content tells the type of the file; its
    name is only used in messages. Raises Unreadable, nothing else.
    """
    if not content.strip(b"\0 \t\r\n;,\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("Die Datei ist leer.")
    if len(content) > MAX_BYTES:
        raise Unreadable("Die Datei ist größer als 2 MB. Bitte nur die Liste speichern, ohne Bilder.")
    _refuse_other_kinds(content)
    zipped_or_old = content.startswith((b"PK\x03\x04", _OLE))
    table = _workbook(content, columns) if zipped_or_old else _text_file(content, filename, columns)
    if table is None:
        raise Unreadable(columns.missing)
    places, records = table
    if len(records) > MAX_ROWS:
        raise Unreadable("Die Liste hat mehr als 5.000 Zeilen. Bitte in mehrere Dateien teilen.")
    return [
        TableRow(number, {column: cells[place] for column, place in places.items() if place < len(cells)})
        for number, cells in records
    ]


def _refuse_other_kinds(content: bytes) -> None:
    save_as = "Bitte in Excel mit „Speichern unter“ als .xlsx oder .csv speichern."
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(_NOT_READ[End.PROTECTED])
    if content.startswith(b"%PDF"):
        raise Unreadable(f"Das ist eine PDF-Datei, keine Tabelle. {save_as}")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")):
        raise Unreadable(f"Das ist ein Bild, keine Tabelle. {save_as}")


def _text_file(content: bytes, filename: str, wanted: Columns) -> _Table | None:
    """The table in a .csv or .txt, with the separator that gives most columns. Raises Unreadable."""
    text = _decode(content, filename)
    heads = {mark: list(islice(_lines(text, mark), _HEADER_WITHIN)) for mark in ";\t,"}
    separator = max(heads, key=lambda mark: len(_header(heads[mark], wanted)[0]))
    table = _below_header(_lines(text, separator), wanted)
    if table is not None:
        columns, records = table
        for line, cells in records:
            # A quote that nobody closed makes one cell of all rows up to the next: nobody may vanish unseen.
            fewest = max(1, len(columns) - 1)
            if any("\n" in cell and wanted.telltale in cell and cell.count(separator) >= fewest for cell in cells):
                raise _unclosed_quote(line)
    return table


def _unclosed_quote(line: int) -> Unreadable:
    return Unreadable(f"In Zeile {line} beginnt ein Anführungszeichen, das nirgends endet. Bitte löschen.")


def _decode(content: bytes, filename: str) -> str:
    """UTF-16 with or without BOM, UTF-8, else Windows-1252 (where lost letters become U+FFFD)."""
    not_text = Unreadable(f"„{filename}“ ist keine Tabelle. Gebraucht wird eine Datei .xlsx oder .csv.")
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content:
        # Without BOM: every other byte of Western text is zero, in the first half of the pair or the second.
        big, little = content[::2].count(0), content[1::2].count(0)
        if min(big, little) * 10 > max(big, little):
            raise not_text
        encoding = "utf-16-be" if big > little else "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            raise not_text from None
        text = content.removeprefix(b"\xef\xbb\xbf").decode("cp1252", errors="replace")
    if "\0" in text:
        raise not_text
    return text


def _lines(text: str, separator: str) -> Iterator[_Record]:
    """The records that are not blank, each with the line on which it begins. Raises Unreadable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for values in reader:
            if any(cells := [text_of(value) for value in values]):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:  # a cell longer than 131,072 characters
        raise _unclosed_quote(line) from error


def _workbook(content: bytes, wanted: Columns) -> _Table | None:
    """The table in the first sheet that has a header. Raises Unreadable."""
    try:
        sheets = workbook.sheets(content, rows=MAX_ROWS + _HEADER_WITHIN + 1, columns=_MAX_WIDTH)
        return next(filter(None, (_below_header(iter(rows), wanted) for rows in sheets)), None)
    except workbook.NotRead as reason:
        raise Unreadable(_NOT_READ[reason.end]) from None


def _below_header(lines: Iterator[_Record], wanted: Columns) -> _Table | None:
    """The columns of the header and the records below it; None if no line names the needed column.

    Reads at most so many records that more than MAX_ROWS can be noticed.
    """
    records = list(islice(lines, MAX_ROWS + _HEADER_WITHIN + 1))
    columns, below = _header(records[:_HEADER_WITHIN], wanted)
    return (columns, records[below:]) if columns else None


def _header(records: list[_Record], wanted: Columns) -> tuple[dict[str, int], int]:
    """The columns of the line that names most of them, and the index of the next line; empty without a header."""
    found = [_columns(cells, wanted) for _line, cells in records]
    best = max((columns for columns in found if wanted.needed in columns), key=len, default={})
    return best, (found.index(best) + 1 if best else 0)


def _columns(cells: list[str], wanted: Columns) -> dict[str, int]:
    labels = [label(cell) for cell in cells]
    known = {column: next((name for name in names if name in labels), None) for column, names in wanted.names.items()}
    return {column: labels.index(name) for column, name in known.items() if name}


def label(cell: str) -> str:
    """ " E-Mail-Adresse:" → "emailadresse"."""
    return "".join(char for char in unicodedata.normalize("NFKC", cell).casefold() if char.isalnum())

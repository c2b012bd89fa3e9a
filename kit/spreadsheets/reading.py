"""Reads the tables that officers keep, saved as .csv, .xlsx, .xls or .ods, into the cells of their rows.

Nothing is judged here: the caller decides what the cells mean and whether they can be used.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from kit.spreadsheets import encodings, tables, workbook
from kit.spreadsheets.cells import text_of
from kit.spreadsheets.encodings import NotText, Text
from kit.spreadsheets.tables import Columns, Record, Table
from kit.spreadsheets.workbook_process import End

MAX_BYTES = 2_000_000
MAX_ROWS = 5_000
_MOST_LINES = MAX_ROWS + 100  # of a sheet: titles stand above the lists and between them
_MAX_WIDTH = 100
_MOST_DOUBTS = 200  # enough to see that the letters are wrong

_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
_SEPARATORS = ";\t,"
_HEADER_WITHIN = 30  # lines that are not blank: where the separator is looked for

_NOT_READ = {
    End.TOO_LARGE: "Die Datei ist ausgepackt zu groß. Bitte die Liste als .csv speichern.",
    End.PROTECTED: "Die Datei ist mit einem Passwort geschützt. Bitte ohne Passwort speichern.",
    End.NO_WORKBOOK: "Das ist keine Tabelle. Bitte die Liste als .xlsx oder .csv speichern.",
    End.DAMAGED: "Die Datei lässt sich nicht als Tabelle öffnen. Bitte neu speichern, als .xlsx oder .csv.",
}
_TOO_LONG = "Die Liste hat mehr als 5.000 Zeilen. Bitte in mehrere Dateien teilen."

_HIDDEN_UNKNOWN = "Ob Zeilen ausgeblendet sind, ist bei diesem Dateiformat nicht zu erkennen: Alle sind gelesen."


class Unreadable(ValueError):
    """The file holds no table that we can read; `reason` (and str()) is German for people and says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class TableFile:
    """What a file holds. JSON can hold it, too.

    `remarks` are sentences about what is not read or not certain; `doubtful` are words, with their rows, that may have
    been written with other letters.
    """

    tables: list[Table]
    remarks: list[str] = field(default_factory=list)
    doubtful: list[tuple[int, str]] = field(default_factory=list)

    @property
    def suggested(self) -> Table | None:
        return tables.suggested(self.tables)


def read(content: bytes, filename: str, columns: Columns) -> TableFile:
    """Reads an uploaded file: .csv or .txt in the encodings and separators that Excel knows, or a workbook.

    Returns at least one table, those of visible sheets first. The content tells the type of the file; its name is only
    used in messages. Raises Unreadable, nothing else.
    """
    if not content.strip(b"\0 \t\r\n;,\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("Die Datei ist leer.")
    if len(content) > MAX_BYTES:
        raise Unreadable("Die Datei ist größer als 2 MB. Bitte nur die Liste speichern, ohne Bilder.")
    _refuse_other_kinds(content)
    zipped_or_old = content.startswith((b"PK\x03\x04", _OLE))
    found = _workbook(content, columns) if zipped_or_old else _text_file(content, filename, columns)
    if not found.tables:
        raise Unreadable(columns.missing)
    # A header without rows is a template; it counts if there is nothing else.
    filled = [table for table in found.tables if table.rows] or found.tables[:1]
    return TableFile(filled, list(dict.fromkeys(found.remarks)), found.doubtful)


def _refuse_other_kinds(content: bytes) -> None:
    save_as = "Bitte in Excel mit „Speichern unter“ als .xlsx oder .csv speichern."
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(_NOT_READ[End.PROTECTED])
    if content.startswith(b"%PDF"):
        raise Unreadable(f"Das ist eine PDF-Datei, keine Tabelle. {save_as}")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")):
        raise Unreadable(f"Das ist ein Bild, keine Tabelle. {save_as}")
    if content.startswith(b"BEGIN:VCARD"):
        raise Unreadable("Das sind Visitenkarten (.vcf), keine Tabelle. Bitte die Kontakte als .csv speichern.")


def _text_file(content: bytes, filename: str, wanted: Columns) -> TableFile:
    """The tables in a .csv or .txt, with the separator that gives most columns. Raises Unreadable."""
    try:
        text = encodings.decode(content)
    except NotText:
        reason = f"„{filename}“ ist keine Tabelle. Gebraucht wird eine Datei .xlsx oder .csv."
        raise Unreadable(reason) from None
    separator = _separator(text.text, wanted)
    records = list(islice(_lines(text.text, separator), _MOST_LINES + 1))
    found = tables.find(records, wanted)
    for table in found.tables:
        _refuse_unclosed_quote(table, records, separator, wanted)
    if _is_too_long(records, found.tables):
        raise Unreadable(_TOO_LONG)
    return TableFile(found.tables, [*_guess(text, found.tables), *found.remarks], _doubtful(text, found.tables))


def _separator(text: str, wanted: Columns) -> str:
    heads = {mark: list(islice(_lines(text, mark), _HEADER_WITHIN)) for mark in _SEPARATORS}
    counts = {mark: [len(t.columns) for t in tables.find(head, wanted).tables] for mark, head in heads.items()}
    return max(counts, key=lambda mark: max(counts[mark], default=0))


def _refuse_unclosed_quote(table: Table, records: list[Record], separator: str, wanted: Columns) -> None:
    """A quote that nobody closed makes one cell of all rows up to the next: nobody may vanish unseen."""
    fewest, numbers = max(1, len(set(table.columns)) - 1), {row.number for row in table.rows}
    for line, cells, _hidden in records:
        if line in numbers and any(
            "\n" in cell and wanted.telltale in cell and cell.count(separator) >= fewest for cell in cells
        ):
            raise _unclosed_quote(line)


def _unclosed_quote(line: int) -> Unreadable:
    return Unreadable(f"In Zeile {line} beginnt ein Anführungszeichen, das nirgends endet. Bitte löschen.")


def _lines(text: str, separator: str) -> Iterator[Record]:
    """The records that are not blank. Raises Unreadable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for values in reader:
            if any(cells := [text_of(value) for value in values]):
                yield Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:  # a cell longer than 131,072 characters
        raise _unclosed_quote(line) from error


def _guess(text: Text, found: list[Table]) -> list[str]:
    """How letters were read that the file does not name; people see at once whether that is right."""
    words = encodings.examples(cell for table in found for row in table.rows for cell in row.cells.values())
    if not text.guess or not words:
        return []
    shown = ", ".join(f"„{word}“" for word in words)
    return [f"Die Umlaute sind so gelesen, wie {text.guess} sie speichert, zum Beispiel: {shown}."]


def _doubtful(text: Text, found: list[Table]) -> list[tuple[int, str]]:
    cells = [(row.number, cell) for table in found for row in table.rows for cell in row.cells.values()]
    words = ((number, word) for number, cell in cells for word in text.doubtful(cell))
    return list(islice(words, _MOST_DOUBTS))


def _workbook(content: bytes, wanted: Columns) -> TableFile:
    """The tables in all sheets. Raises Unreadable."""
    found, too_long = TableFile([]), list[str]()
    try:
        for sheet in workbook.sheets(content, rows=_MOST_LINES + 1, columns=_MAX_WIDTH):
            here = tables.find(sheet.records, wanted, sheet.name, hidden=sheet.hidden)
            if _is_too_long(sheet.records, here.tables):
                too_long.append(f"Blatt „{sheet.name}“: {_TOO_LONG}")
                continue
            found.tables.extend(here.tables)
            found.remarks.extend([*here.remarks, *_about(sheet, here.tables, wanted)])
    except workbook.NotRead as reason:
        # What stands behind the list may be broken.
        if not found.tables:
            raise Unreadable(_NOT_READ[reason.end]) from None
        found.remarks.append("Die Blätter dahinter lassen sich nicht öffnen und werden nicht gelesen.")
    if too_long and not found.tables:
        raise Unreadable(_TOO_LONG)
    found.remarks.extend(too_long)
    return found


def _is_too_long(records: list[Record], found: list[Table]) -> bool:
    """What stands behind the most lines has not been looked at."""
    return bool(found) and (len(records) > _MOST_LINES or any(len(table.rows) > MAX_ROWS for table in found))


def _about(sheet: workbook.Sheet, found: list[Table], wanted: Columns) -> Iterator[str]:
    """What people must know of a sheet."""
    if sheet.records and not found:
        yield _no_list(sheet, wanted)
    if found and sheet.hidden_rows_unknown:
        yield _HIDDEN_UNKNOWN
    if sheet.wider:
        yield f"Auf dem Blatt „{sheet.name}“ werden nur die ersten {_MAX_WIDTH} Spalten gelesen."


def _no_list(sheet: workbook.Sheet, wanted: Columns) -> str:
    rows = "eine Zeile" if len(sheet.records) == 1 else f"{len(sheet.records)} Zeilen"
    hidden = "ausgeblendeten " if sheet.hidden else ""
    needed = wanted.title(wanted.needed)
    return f"Auf dem {hidden}Blatt „{sheet.name}“ ({rows}) steht keine Liste mit „{needed}“. Es wird nicht gelesen."

"""The members' list as officers keep it: a spreadsheet saved as .csv or .xlsx, read into plain rows.

Nothing is judged here: whether an address is usable, a town known, a row a repeat, the importer decides.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from xml.parsers import expat

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 2_000_000
MAX_ROWS = 5_000
_MAX_UNPACKED = 20_000_000  # bytes: far more than 5,000 rows need, too little to fill a server's memory
_MAX_WIDTH = 100
_EXCEL_ROWS = 1_048_576
_HEADER_WITHIN = 30  # lines that are not blank: a title, an office's address, a date stand above the header

# What a column may be called, as _label() spells it; of several in one file the first named here counts.
_COLUMNS = {
    "email": (
        "emailadresse", "email", "mailadresse", "mail", "emails", "emailadressen", "emailaddress",
        "emailprivat", "emailadresse1", "email1", "email1value",
    ),
    "last": ("nachname", "familienname", "zuname", "lastname", "surname", "familyname", "name"),
    "first": ("vorname", "vornamen", "rufname", "firstname", "givenname"),
    "postcode": ("plz", "postleitzahl", "zip", "zipcode", "postcode"),
    "town": (
        "wohnort", "ort", "stadt", "gemeinde", "kommune", "plzort", "plzwohnort", "ortplz", "stadtgemeinde",
        "ortsteil", "stadtteil", "town", "city",
    ),
    "note": (
        "notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar", "kommentare",
        "hinweis", "hinweise", "note", "notes", "comment", "comments",
    ),
    "salutation": ("anrede", "ansprache", "salutation"),
    "children": ("geburtsjahrederkinder", "geburtsjahrekinder", "geburtsjahre", "kinder", "kind", "children"),
}  # fmt: skip

_Record = tuple[int, list[str]]
_Table = tuple[dict[str, int], list[_Record]]


class Unreadable(ValueError):
    """This file holds no list we can read; `reason` (and str()) is German for people and says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Row:
    """One line of the list; empty cells are ""."""

    line: int  # as the officer's program counts: line of the text file where the row begins, row of the sheet
    name: str
    email: str  # as it stands there, for addresses.normalise()
    town: str  # as it stands there, the postcode before it, for municipalities.find()
    note: str
    salutation: str
    children: list[int]  # years of birth


@dataclass(frozen=True)
class Sheet:
    """All rows below the header in their order, blank ones left out."""

    rows: list[Row]


def read(content: bytes, filename: str) -> Sheet:
    """Read an uploaded file: .csv or .txt in the encodings and separators that Excel knows, or .xlsx.

    Content tells what the file is; its name only helps to say what is wrong. Raises Unreadable, nothing else.
    """
    if not content.strip(b"\0 \t\r\n;,\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("Die Datei ist leer.")
    if len(content) > MAX_BYTES:
        raise Unreadable("Die Datei ist größer als 2 MB. Bitte nur die Liste speichern, ohne Bilder.")
    _refuse_other_kinds(content)
    table = _workbook(content) if content.startswith(b"PK\x03\x04") else _text_file(content, filename)
    if table is None:
        raise Unreadable(
            "Die Spalte mit den E-Mail-Adressen fehlt. Über der Liste muss eine Zeile mit Überschriften "
            "stehen, zum Beispiel: Nachname, Vorname, E-Mail-Adresse, Wohnort, Notiz."
        )
    columns, records = table
    if len(records) > MAX_ROWS:
        raise Unreadable("Die Liste hat mehr als 5.000 Zeilen. Bitte in mehrere Dateien teilen.")
    return Sheet([_row(line, cells, columns) for line, cells in records])


def damaged(name: str) -> bool:
    """Whether letters of the name were lost when the list was saved: "Y?lmaz", "G\ufffdl", "MÃ¼ller"."""
    if re.search(r"\w\?|\?\w|[\ufffd\x80-\x9f]", name):
        return True
    return any(_is_mistaken_utf8(word) for word in name.split())


def _is_mistaken_utf8(word: str) -> bool:
    """Whether this is UTF-8 that was taken for Windows-1252; what is rightly written hardly ever looks so."""
    try:
        return word.encode("cp1252").decode("utf-8") != word
    except UnicodeError:
        return False


def _refuse_other_kinds(content: bytes) -> None:
    save_as = "Bitte in Excel mit „Speichern unter“ als .xlsx oder .csv speichern."
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("Die Datei ist mit einem Passwort geschützt. Bitte ohne Passwort speichern.")
        raise Unreadable(f"Das ist eine alte Excel-Datei (.xls). {save_as}")
    if content.startswith(b"%PDF"):
        raise Unreadable(f"Das ist eine PDF-Datei, keine Tabelle. {save_as}")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")):
        raise Unreadable(f"Das ist ein Bild, keine Tabelle. {save_as}")


def _text_file(content: bytes, filename: str) -> _Table | None:
    """The table in a .csv or .txt: of the separators the one that shows most columns. Raises Unreadable."""
    text = _decode(content, filename)
    heads = {mark: list(islice(_lines(text, mark), _HEADER_WITHIN)) for mark in ";\t,"}
    separator = max(heads, key=lambda mark: len(_header(heads[mark])[0]))
    table = _below_header(_lines(text, separator))
    if table is not None:
        columns, records = table
        for line, cells in records:
            # A quote that nobody closed makes one cell of all rows up to the next: nobody may vanish unseen.
            fewest = max(1, len(columns) - 1)
            if any("\n" in cell and "@" in cell and cell.count(separator) >= fewest for cell in cells):
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
            if any(cells := [_text(value) for value in values]):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:  # a cell longer than 131,072 characters
        raise _unclosed_quote(line) from error


def _workbook(content: bytes) -> _Table | None:
    """The table in the first sheet of an .xlsx that has a header. Raises Unreadable."""
    try:
        _refuse_dangerous_parts(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot read (styles, validation) we do not need
            file = io.BytesIO(content)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            tables = (_below_header(_sheet_rows(sheet)) for sheet in book.worksheets)
            return next(filter(None, tables), None)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl answers a broken file with whatever went wrong inside
        raise Unreadable(
            "Die Datei lässt sich nicht als Excel-Datei öffnen. Bitte neu speichern, als .xlsx oder .csv."
        ) from error


def _refuse_dangerous_parts(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if "[Content_Types].xml" not in archive.namelist():
            raise Unreadable("Das ist keine Excel-Datei. Bitte die Liste als .xlsx oder .csv speichern.")
        if sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise Unreadable("Die Excel-Datei ist ausgepackt zu groß. Bitte die Liste als .csv speichern.")
        for part in parts:
            # openpyxl resolves entities, Excel never writes any: a document type is an attack.
            parser = expat.ParserCreate()
            parser.StartDoctypeDeclHandler = _refuse_doctype
            try:
                parser.Parse(archive.read(part), True)
            except expat.ExpatError:
                continue  # a picture, or broken: openpyxl reads no further than expat


def _refuse_doctype(*_declaration: object) -> None:
    raise Unreadable("Die Excel-Datei enthält unerlaubte Teile. Bitte die Liste als .csv speichern.")


def _sheet_rows(sheet: Worksheet) -> Iterator[_Record]:
    # Limits are given, not taken from the file: what it says about its own size may be wrong or without end.
    rows = sheet.iter_rows(min_row=1, max_row=_EXCEL_ROWS, max_col=_MAX_WIDTH, values_only=True)
    for line, values in enumerate(rows, 1):
        if values.count(None) < len(values) and any(cells := [_text(value) for value in values]):
            yield line, cells


def _below_header(lines: Iterator[_Record]) -> _Table | None:
    """The columns of the header and the records below it; None if no line names a column of addresses.

    Of more than MAX_ROWS records only so many are read that the excess can be seen.
    """
    records = list(islice(lines, MAX_ROWS + _HEADER_WITHIN + 1))
    columns, below = _header(records[:_HEADER_WITHIN])
    return (columns, records[below:]) if columns else None


def _header(records: list[_Record]) -> tuple[dict[str, int], int]:
    """The columns of the line that names most, and the index of the line below it; no columns, no header."""
    found = [_columns(cells) for _line, cells in records]
    best = max((columns for columns in found if "email" in columns), key=len, default={})
    return best, (found.index(best) + 1 if best else 0)


def _columns(cells: list[str]) -> dict[str, int]:
    labels = [_label(cell) for cell in cells]
    known = {column: next((name for name in names if name in labels), None) for column, names in _COLUMNS.items()}
    return {column: labels.index(name) for column, name in known.items() if name}


def _label(cell: str) -> str:
    """ " E-Mail-Adresse:" → "emailadresse"."""
    return "".join(char for char in unicodedata.normalize("NFKC", cell).casefold() if char.isalnum())


def _row(line: int, cells: list[str], columns: dict[str, int]) -> Row:
    value = {column: cells[index] for column, index in columns.items() if index < len(cells)}
    years = re.findall(r"(?<!\d)(?:19[89]|20\d)\d(?!\d)", value.get("children", ""))
    return Row(
        line=line,
        name=_name(value.get("first", ""), value.get("last", ""), value.get("email", "")),
        email=value.get("email", ""),
        town=" ".join(f"{value.get('postcode', '')} {value.get('town', '')}".split()),
        note=value.get("note", ""),
        salutation=value.get("salutation", ""),
        children=[int(year) for year in years],
    )


def _name(first: str, last: str, email: str) -> str:
    """First name before family name, "Patt, Olena" turned round; without either from "Patt, Olena <o@…>"."""
    shown, bracket, _address = email.partition("<")
    display = shown.strip("\"' ") if bracket and "@" not in shown else ""
    name = f"{first} {last}" if first and last else first or last or display
    family, _comma, given = name.partition(",")
    if given.strip() and "," not in given and not (first and last):
        name = f"{given} {family}"
    return " ".join(name.split())


def _text(value: object) -> str:
    """One cell as people see it: dates in German, whole numbers without ".0", line breaks as \\n."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    # The database takes no control characters; the mark keeps it visible that something stood there.
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text).strip()

"""Reads the members' list as officers keep it into plain rows.

Nothing is judged here: importing decides whether an address is usable, a town known, a row a repeat.
"""

import re
from dataclasses import dataclass, field

from kit.spreadsheets import reading
from kit.spreadsheets.reading import MAX_BYTES, Columns, TableRow, Unreadable
from members.details import Details

__all__ = ["MAX_BYTES", "Row", "Sheet", "Unreadable", "damaged", "read"]

# A column with the name of one of Details.FIELDS is taken over as it is written.
_NAMES = {
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
_COLUMNS = Columns(
    names=_NAMES,
    needed="email",
    missing="Die Spalte mit den E-Mail-Adressen fehlt. Über der Liste muss eine Zeile mit Überschriften "
    "stehen, zum Beispiel: Nachname, Vorname, E-Mail-Adresse, Wohnort, Notiz.",
    telltale="@",
)


@dataclass(frozen=True)
class Row:
    """One row of the list; empty cells are ""."""

    number: int  # as the officer's program counts: line of the text file where the row begins, row of the sheet
    name: str
    email: str  # as it stands there, for addresses.normalise()
    town: str  # as it stands there, the postcode before it, for municipalities.find()
    note: str
    salutation: str
    children: list[int]  # years of birth
    details: dict[str, str] = field(default_factory=dict)  # of Details.FIELDS, as written there


@dataclass(frozen=True)
class Sheet:
    """All rows below the header in their order, without blank ones."""

    rows: list[Row]


def read(content: bytes, filename: str) -> Sheet:
    """The list in an uploaded file; raises Unreadable, nothing else (see kit.spreadsheets.reading)."""
    return Sheet([_row(row) for row in reading.read(content, filename, _COLUMNS)])


def damaged(name: str) -> bool:
    """Whether letters of the name were lost when the list was saved: "Y?lmaz", "G�l", "MÃ¼ller"."""
    if re.search(r"\w\?|\?\w|[\ufffd\x80-\x9f]", name):
        return True
    return any(_is_mistaken_utf8(word) for word in name.split())


def _is_mistaken_utf8(word: str) -> bool:
    """Whether this is UTF-8 that was read as Windows-1252; correct text hardly ever looks like that."""
    try:
        return word.encode("cp1252").decode("utf-8") != word
    except UnicodeError:
        return False


def _row(row: TableRow) -> Row:
    value = row.cells
    years = re.findall(r"(?<!\d)(?:19[89]|20\d)\d(?!\d)", value.get("children", ""))
    return Row(
        number=row.number,
        name=_name(value.get("first", ""), value.get("last", ""), value.get("email", "")),
        email=value.get("email", ""),
        town=" ".join(f"{value.get('postcode', '')} {value.get('town', '')}".split()),
        note=value.get("note", ""),
        salutation=value.get("salutation", ""),
        children=[int(year) for year in years],
        details={name: cell for name, cell in value.items() if name in Details.FIELDS},
    )


def _name(first: str, last: str, email: str) -> str:
    """The first name before the family name: "Patt, Olena" is turned round; without either it is taken from "Patt,
    Olena <o@…>".
    """
    shown, bracket, _address = email.partition("<")
    display = shown.strip("\"' ") if bracket and "@" not in shown else ""
    name = f"{first} {last}" if first and last else first or last or display
    family, _comma, given = name.partition(",")
    if given.strip() and "," not in given and not (first and last):
        name = f"{given} {family}"
    return " ".join(name.split())

"""Reads the members' list as officers keep it into plain rows.

Nothing is judged here: importing decides whether an address is usable, a town known, a row a repeat.
"""

import re
from dataclasses import dataclass, field

from kit.spreadsheets.encodings import is_mistaken_utf8
from kit.spreadsheets.tables import Columns, TableRow
from members.details import Details

# As people call them, and as Outlook, Thunderbird, Google Contacts and Apple's programs do when they save a list.
# A column with the name of one of Details.FIELDS is taken over as it is written.
_NAMES = {
    "email": (
        "emailadresse", "email", "mailadresse", "mail", "emails", "emailadressen", "emailaddress",
        "primäreemailadresse", "primaryemail", "primaryemailaddress", "emailprivat", "privateemail", "homeemail",
        "emailadresse1", "email1", "email1value", "email1wert", "emailadresseprivat",
    ),
    "last": ("nachname", "familienname", "zuname", "lastname", "surname", "familyname", "name"),
    "first": ("vorname", "vornamen", "rufname", "firstname", "givenname"),
    "display": ("anzeigename", "displayname", "vollständigername", "fullname", "fileas", "speichernunter"),
    "postcode": (
        "plz", "postleitzahl", "zip", "zipcode", "postcode", "postleitzahlprivat", "plzprivat", "homepostalcode",
        "homezipcode", "homezip", "address1postalcode", "adresse1postleitzahl", "postalcode",
    ),
    "town": (
        "wohnort", "ort", "stadt", "gemeinde", "kommune", "plzort", "plzwohnort", "ortplz", "stadtgemeinde",
        "ortsteil", "stadtteil", "town", "city", "ortprivat", "stadtprivat", "homecity", "address1city",
        "adresse1stadt", "adresse1ort",
    ),
    "note": (
        "notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar", "kommentare",
        "hinweis", "hinweise", "note", "notes", "comment", "comments", "bemerkungintern", "internebemerkung",
        "notizintern", "internenotiz",
    ),
    "salutation": ("anrede", "ansprache", "salutation"),
    "children": (
        "geburtsjahrederkinder", "geburtsjahrekinder", "geburtsjahre", "geburtsjahrkinder", "geburtsjahrkind",
        "geburtsjahrdeskindes", "kinder", "kind", "children", "kinderjahrgang", "kinderjahrgänge", "jahrgangkinder",
        "jahrgangderkinder", "jahrgängederkinder", "jahrgängekinder", "jahrgänge", "kindergeburtsjahr",
        "kindergeburtsjahre", "kind1", "kind2", "kind3", "kind4", "kind1jahrgang", "kind2jahrgang", "kind3jahrgang",
        "kind1geburtsjahr", "kind2geburtsjahr", "kind3geburtsjahr",
    ),
}  # fmt: skip
COLUMNS = Columns(
    names=_NAMES,
    needed="email",
    missing="Die Spalte mit den E-Mail-Adressen fehlt. Über der Liste muss eine Zeile mit Überschriften "
    "stehen, zum Beispiel: Nachname, Vorname, E-Mail-Adresse, Wohnort, Notiz.",
    telltale="@",
    joined=frozenset({"note", "children"}),
    titles={
        "email": "E-Mail-Adresse",
        "last": "Nachname",
        "first": "Vorname",
        "display": "Name",
        "postcode": "Postleitzahl",
        "town": "Wohnort",
        "note": "Notiz, die die Person in „Meine Daten“ lesen kann",
        "salutation": "Anrede",
        "children": "Geburtsjahre der Kinder",
    },
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
    children: str  # their years of birth
    details: dict[str, str] = field(default_factory=dict)  # of Details.FIELDS, as written there


def rows_of(rows: list[TableRow]) -> list[Row]:
    """What the rows of a table with COLUMNS say."""
    return [_row(row) for row in rows]


def damaged(name: str) -> bool:
    """Whether letters of the name were lost when the list was saved: "Y?lmaz", "G�l", "MÃ¼ller"."""
    if re.search(r"\w\?|\?\w|[\ufffd\x80-\x9f]", name):
        return True
    return any(is_mistaken_utf8(word) for word in name.split())


def _row(row: TableRow) -> Row:
    value = row.cells
    return Row(
        number=row.number,
        name=_name(value.get("first", ""), value.get("last", ""), value.get("email", "")) or value.get("display", ""),
        email=value.get("email", ""),
        town=" ".join(f"{value.get('postcode', '')} {value.get('town', '')}".split()),
        note=value.get("note", ""),
        salutation=value.get("salutation", ""),
        children=value.get("children", ""),
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

"""The officers' list of offers: each row of the table becomes an OfferRow, or a sentence that says why it cannot."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import CharField

from kit import phones
from kit.spreadsheets import reading, tables
from kit.spreadsheets.tables import Columns, TableRow
from kit.spreadsheets.writing import unguarded
from mailings.addresses import InvalidAddress, normalise
from mailings.templates import one_line
from wegweiser import areas, languages
from wegweiser.imports.headings import HEADINGS
from wegweiser.models import Offer, Provider

COLUMNS = Columns(
    names={name: tuple(map(tables.label, headings)) for name, headings in HEADINGS.items()},
    needed="slug",
    missing="Die Spalte „id“ fehlt. Über der Liste muss eine Zeile mit Überschriften stehen: id, titel, anbieter, "
    "themen, beschreibung und so weiter.",
    titles={name: headings[0] for name, headings in HEADINGS.items()},
)
_REQUIRED = {
    "slug": "Die Kennung (id) fehlt.",
    "title": "Der Titel fehlt.",
    "provider": "Der Anbieter fehlt.",
    "topics": "Das Thema fehlt.",
    "description": "Die Beschreibung fehlt.",
}
# What stands at the same place in an address: no offer can be called so.
RESERVED = frozenset([
    "thema", "themen", "lebenslage", "lebenslagen", "angebot-melden", "angebote", "pruefen", "hinweis", "wegweiser",
    "feed", "services", "sitemap", "suche",
])  # fmt: skip
_ACCESS = {access.label: access.value for access in Offer.Access} | {"": Offer.Access.UNKNOWN}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"], 1
    )
}
_LONGEST_WORD = 100
_is_url = URLValidator(schemes=["http", "https"])


class InvalidRow(ValueError):
    """The row cannot be used; the message is a German sentence."""


@dataclass(frozen=True)
class OfferRow:
    """One offer of the list. `contents` are the fields of Offer that the list has columns for; topics are titles in
    lower case.
    """

    number: int
    slug: str
    provider: str
    topics: list[str]
    contents: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.contents["title"])

    @property
    def dials(self) -> str:
        """What the buttons of the offer's page will dial."""
        return phones.dials(self.contents.get("phones", []))

    @property
    def undialled(self) -> list[str]:
        """What looks like a number and cannot be called as it is."""
        return phones.undialled(self.contents.get("phones", []))

    @property
    def is_for_somebody(self) -> bool:
        """Whether the list says where people must live to use it: without that no town's list has it."""
        return (
            bool(self.contents.get("municipalities")) or self.contents.get("area", Offer.Area.LOCAL) != Offer.Area.LOCAL
        )


@dataclass(frozen=True)
class Rejected:
    """A row that a person must correct."""

    number: int
    title: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    rows: list[OfferRow]
    rejected: list[Rejected]


def read(content: bytes, filename: str) -> Sheet:
    """The offers of a file that holds one list. Raises Unreadable; an invalid row does not stop the others."""
    table = reading.read(content, filename, COLUMNS).suggested
    return sort(table.chosen(hidden=False) if table else [])


def sort(rows: list[TableRow]) -> Sheet:
    """Of two rows with the same id the first counts.

    A column that the table lacks says nothing, an empty cell says that there is nothing; so does a row that ends early.
    """
    offers: dict[str, OfferRow] = {}
    rejected = []
    columns = {name for row in rows for name in row.cells}
    for row in rows:
        try:
            offer = _offer_row(row, columns)
            if first := offers.get(offer.slug):
                raise InvalidRow(f"Die Kennung „{offer.slug}“ steht schon in Zeile {first.number}.")
            offers[offer.slug] = offer
        except InvalidRow as error:
            title = one_line(row.cells.get("title", "") or row.cells.get("slug", ""))
            rejected.append(Rejected(row.number, title[:150], str(error)))
    return Sheet(list(offers.values()), rejected)


def cost_kind(text: str) -> str:
    """The kind of cost that a text describes, for the filter; unknown rather than wrong."""
    words = text.casefold()
    if "einkommen" in words:
        return Offer.Cost.INCOME
    if re.search(r"\b(?:teil|zum teil|manche|meist|beratung kostenlos)", words):
        return Offer.Cost.PARTLY
    if re.search(r"kostenlos|kostenfrei|gratis|umsonst|gebührenfrei|^\s*(?:0\s*€|keine)\b", words):
        return Offer.Cost.FREE
    if re.search(r"kostenpflichtig|€|\beuro\b|gebühr|beitrag", words):
        return Offer.Cost.PAID
    return Offer.Cost.UNKNOWN


def website(text: str) -> str:
    """The website as a URL: "www.siegen.de" → "https://www.siegen.de". Raises InvalidRow if it is none."""
    if not text:
        return ""
    url = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        _is_url(url)
    except ValidationError as error:
        raise InvalidRow(f"„{text[:80]}“ ist keine Adresse einer Website.") from error
    return url


def clean(text: str) -> str:
    """A text of several lines without invisible characters."""
    lines = [one_line(line) for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _offer_row(row: TableRow, columns: set[str]) -> OfferRow:
    """Raises InvalidRow."""
    cells = {name: unguarded(row.cells.get(name, "")) for name in columns}
    if any("\ufffd" in cell for cell in cells.values()):
        raise InvalidRow("Hier sind beim Speichern Buchstaben verloren gegangen.")
    cells = {name: clean(text) if name == "description" else _one_line(text) for name, text in cells.items()}
    for name, reason in _REQUIRED.items():
        if not cells.get(name):
            raise InvalidRow(reason)
    offer = OfferRow(
        number=row.number,
        slug=_slug(cells["slug"]),
        provider=cells["provider"],
        topics=list(dict.fromkeys(topic.casefold() for topic in _list(cells["topics"]))),
        contents=_contents(cells),
    )
    _check_lengths(offer)
    return offer


def _contents(cells: dict[str, str]) -> dict[str, Any]:
    """The fields of the columns; the places tell the area too, and the text of the cost its kind."""
    held = {name: _READ[name](text) if name in _READ else text for name, text in cells.items() if name not in _APART}
    if "municipalities" in cells:
        held["municipalities"], held["area"] = _places(cells["municipalities"])
    if "cost" in cells:
        held["cost_kind"] = cost_kind(cells["cost"])
    return held


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", text):
        raise InvalidRow(f"Die Kennung „{text[:80]}“ darf nur aus a–z, 0–9 und einzelnen Bindestrichen bestehen.")
    if text in RESERVED:
        raise InvalidRow(f"Die Kennung „{text}“ braucht der Wegweiser selbst.")
    return text


def _places(text: str) -> tuple[list[str], str]:
    try:
        return areas.read(_list(text))
    except areas.UnknownTown as error:
        raise InvalidRow(f"Den Ort „{str(error)[:80]}“ kennt der Wegweiser nicht.") from error


def _postcode(text: str) -> str:
    if text and not re.fullmatch(r"[0-9]{5}", text):
        raise InvalidRow(f"„{text[:20]}“ ist keine Postleitzahl.")
    return text


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        return normalise(text)
    except InvalidAddress as error:
        raise InvalidRow(f"E-Mail-Adresse: {error.reason}") from error


def _languages(text: str) -> list[str]:
    codes = set()
    for name in _list(text):
        code = languages.find(name)
        if not code:
            raise InvalidRow(f"Die Sprache „{name[:40]}“ kennt der Wegweiser nicht.")
        codes.add(code)
    return [code for code in languages.LANGUAGES if code in codes]


def _access(text: str) -> str:
    if text.casefold() not in _ACCESS:
        raise InvalidRow(f"Bei „barrierefrei“ steht „{text[:40]}“. Möglich sind ja, teilweise, nein, unbekannt.")
    return _ACCESS[text.casefold()]


def _month(text: str) -> str:
    """Returns "2024-05"; also from the forms that Excel makes of it: "01.05.2024", "Mai 24", "05/2024"."""
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-\d{1,2})?",
        r"(?:\d{1,2}\.)?(?P<month>\d{1,2})[./](?P<year>\d{4})",
        r"(?P<year>\d{4})",
        r"(?P<name>[a-zä]{3,9})\.?[ -](?P<year>\d{2}|\d{4})",
    ):
        if match := re.fullmatch(pattern, text.casefold()):
            found = match.groupdict()
            year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
            month = int(found.get("month") or _MONTHS.get((found.get("name") or "")[:3], 0))
            if not "1900" <= year <= "2100":
                break
            if "month" not in found and "name" not in found:
                return year
            if 1 <= month <= 12:
                return f"{year}-{month:02}"
    if text:
        raise InvalidRow(f"Bei „stand“ steht „{text[:20]}“. Gebraucht werden Jahr und Monat, zum Beispiel 2024-05.")
    return ""


def _check_lengths(offer: OfferRow) -> None:
    held = offer.contents | {"slug": offer.slug}
    for column in Offer._meta.concrete_fields:
        value = held.get(column.name)
        most = getattr(column, "max_length", None)
        if isinstance(value, str) and most and len(value) > most:
            raise InvalidRow(f"„{column.verbose_name}“ ist zu lang: {len(value)} Zeichen, höchstens {most}.")
        if column.name in ("phones", "search_words") and any(
            len(text) > _LONGEST_WORD for text in held.get(column.name, [])
        ):
            raise InvalidRow(f"„{column.verbose_name}“ ist zu lang: höchstens {_LONGEST_WORD} Zeichen je Eintrag.")
    longest = Provider._meta.get_field("name")
    assert isinstance(longest, CharField)
    if len(offer.provider) > (longest.max_length or 0):
        raise InvalidRow(f"„Anbieter“ ist zu lang: höchstens {longest.max_length} Zeichen.")


def _list(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in (part.strip() for part in text.split(";")) if part))


def _one_line(text: str) -> str:
    return one_line(unicodedata.normalize("NFC", text))


_APART = {"slug", "provider", "topics"}
_READ: dict[str, Callable[[str], Any]] = {
    "postcode": _postcode,
    "phones": phones.split,
    "email": _email,
    "website": website,
    "languages": _languages,
    "accessible": _access,
    "search_words": _list,
    "source_month": _month,
}

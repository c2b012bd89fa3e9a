"""Finds the tables in the rows of a text file or a sheet, and says of every column whether it is read."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_LONGEST_HEADING = 80
_TITLE_LINES = 3  # above the header: what the list is, whose it is, of which day

_Places = dict[str, list[int]]


@dataclass(frozen=True)
class Columns:
    """The possible names of each column, spelt as `label` gives them; of several in one table the first counts.

    `needed` is the column that makes it such a table, `missing` the sentence for a file without it. A cell that spans
    lines, holds `telltale` and as many separators as a row has swallowed other rows: a quote was never closed.
    Of the columns in `joined` all count, one line of the cell for each. `titles` are their names on screen.
    """

    names: dict[str, tuple[str, ...]]
    needed: str
    missing: str
    telltale: str = "\n"
    joined: frozenset[str] = frozenset()
    titles: dict[str, str] = field(default_factory=dict)

    def title(self, column: str) -> str:
        return self.titles.get(column, column)


class Record(NamedTuple):
    """One row that is not blank, numbered as the officer's program counts: the line of the text file where it begins,
    or the row of the sheet.
    """

    number: int
    cells: list[str]
    hidden: bool = False


class Heading(NamedTuple):
    """`place` is the letter above the column, `column` what it is read as: "" if nobody reads it."""

    place: str
    written: str
    column: str


@dataclass(frozen=True)
class TableRow:
    """One row below the header."""

    number: int
    cells: dict[str, str]  # by column; what the table lacks is missing, empty cells are ""
    hidden: bool = False  # or filtered away


@dataclass(frozen=True)
class Table:
    """One list: a header and the rows below it, in their order and without blank ones."""

    sheet: str  # "" in a text file
    hidden: bool  # the sheet
    number: int  # of the header's row
    headings: list[Heading]
    rows: list[TableRow]

    @property
    def columns(self) -> list[str]:
        return [heading.column for heading in self.headings if heading.column]

    @property
    def hidden_rows(self) -> int:
        return sum(row.hidden for row in self.rows)

    def chosen(self, *, hidden: bool) -> list[TableRow]:
        """The rows that are read; the hidden ones only if they are wanted."""
        return [row for row in self.rows if hidden or not row.hidden]


class Found(NamedTuple):
    """The tables of one sheet, and sentences about what belongs to none."""

    tables: list[Table]
    remarks: list[str]


def find(records: list[Record], wanted: Columns, sheet: str = "", *, hidden: bool = False) -> Found:
    """A header names the needed column. One that names two others begins a table of another kind."""
    heads = _heads(records, wanted)
    found = Found([], [])
    parts: list[tuple[Record, _Places, list[Record]]] = []
    for (start, places), (end, _next) in pairwise([*heads, (len(records), {})]):
        below = records[start + 1 : end]
        if wanted.needed not in places:
            found.remarks.extend([_other_table(records[start], below, wanted, sheet)] if below else [])
        elif same := next((rows for _head, others, rows in parts if others == places), None):
            same.extend(below)  # the header stands again, as on every page of a printed list
        else:
            parts.append((records[start], places, below))
    found.tables.extend(
        Table(sheet, hidden, head.number, _headings(head, places, rows), [_row(row, places) for row in rows])
        for head, places, rows in parts
    )
    if parts and (above := records.index(parts[0][0])) > _TITLE_LINES:
        found.remarks.append(f"Über den Überschriften{_on(sheet)} stehen {above} Zeilen, die nicht gelesen werden.")
    return found


def suggested(tables: list[Table]) -> Table | None:
    """The table to show first; None if people must choose, because there are lists on several sheets, or hidden ones
    only.
    """
    visible = [table for table in tables if not table.hidden]
    if len({table.sheet for table in visible}) != 1:
        return None
    return max(visible, key=lambda table: len(table.columns))


def _heads(records: list[Record], wanted: Columns) -> list[tuple[int, _Places]]:
    """Where headers stand. One name alone is a title if another line has more.

    A line of the list may hold such words, too ("Kontakt: E-Mail", "Thema: Kinder"): below the first header, and in
    other kinds of tables, half of what is written must be names.
    """
    named = [(index, places) for index, record in enumerate(records) if (places := _places(record.cells, wanted))]
    fewest = min(2, max((len(places) for _index, places in named if wanted.needed in places), default=0))
    heads: list[tuple[int, _Places]] = []
    for index, places in named:
        is_needed = wanted.needed in places
        first = is_needed and not any(wanted.needed in others for _index, others in heads)
        half = sum(map(len, places.values())) * 2 >= sum(map(bool, records[index].cells))
        if fewest and len(places) >= (fewest if is_needed else 2) and (first or half):
            heads.append((index, places))
    return heads


def _places(cells: list[str], wanted: Columns) -> _Places:
    """Where the columns stand if this is a header."""
    labels = [label(cell) if len(cell) <= _LONGEST_HEADING else "" for cell in cells]
    if not any(labels):
        return {}
    found = {}
    for column, names in wanted.names.items():
        places = [place for name in names for place, written in enumerate(labels) if written == name]
        if places:
            found[column] = sorted(places) if column in wanted.joined else places[:1]
    return found


def _row(record: Record, places: _Places) -> TableRow:
    cells = record.cells
    held = {column: [cells[at] for at in ats if at < len(cells)] for column, ats in places.items()}
    texts = {column: "\n".join(filter(None, found)) for column, found in held.items() if found}
    return TableRow(record.number, texts, record.hidden)


def _headings(head: Record, places: _Places, rows: Iterable[Record]) -> list[Heading]:
    """The columns that have a heading, and those that have cells without one."""
    read_as = {place: column for column, found in places.items() for place in found}
    filled = {place for row in [head, *rows] for place, cell in enumerate(row.cells) if cell}
    written = dict(enumerate(head.cells))
    return [Heading(letter(at), written.get(at, ""), read_as.get(at, "")) for at in sorted(filled)]


def _other_table(head: Record, below: list[Record], wanted: Columns, sheet: str) -> str:
    rows = "1 Zeile wird" if len(below) == 1 else f"{len(below)} Zeilen werden"
    needed = wanted.title(wanted.needed)
    return f"Ab Zeile {head.number}{_on(sheet)} steht noch eine Tabelle, ohne „{needed}“: {rows} nicht gelesen."


def _on(sheet: str) -> str:
    return f" auf dem Blatt „{sheet}“" if sheet else ""


def letter(place: int) -> str:
    """The name of a column in a spreadsheet program: 0 → "A", 27 → "AB"."""
    more, last = divmod(place, 26)
    return (letter(more - 1) if more else "") + chr(ord("A") + last)


def label(cell: str) -> str:
    """Makes "emailadresse" of " E-Mail-Adresse:"."""
    return "".join(char for char in unicodedata.normalize("NFKC", cell).casefold() if char.isalnum())

"""What people are shown before a list is taken over: how its file was read, and what would become of each row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from kit.spreadsheets.reading import TableFile
from kit.spreadsheets.tables import Columns, Heading, Table, TableRow


class Section(NamedTuple):
    """Rows that have something in common. `head` names their cells; `is_long` ones are folded on the page, and left
    out by the command.
    """

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]]  # each with its number in the file
    text: str = ""
    is_long: bool = False

    @property
    def labelled(self) -> list[tuple[int, list[tuple[str, str]]]]:
        """The rows with the name of each cell beside it: on a phone nothing stands above them."""
        return [(number, list(zip(self.head, cells, strict=True))) for number, cells in self.rows]


class Plan(Protocol):
    """What would become of every row."""

    @property
    def counts(self) -> list[tuple[str, int]]: ...

    @property
    def changes_something(self) -> bool: ...

    @property
    def sections(self) -> list[Section]:
        """Empty ones are not shown."""


@dataclass(frozen=True)
class Choice:
    """Which of the tables is read, and whether with its hidden rows."""

    found: TableFile
    columns: Columns
    table: Table | None  # None: people must choose
    hidden: bool

    @classmethod
    def of(cls, found: TableFile, columns: Columns, asked: Mapping[str, str]) -> Self:
        """`asked` holds the place of the table, and "hidden" if that is wanted. Without it one is suggested."""
        tables = {str(place): table for place, table in enumerate(found.tables, 1)}
        return cls(found, columns, tables.get(asked.get("table", ""), found.suggested), bool(asked.get("hidden")))

    @property
    def rows(self) -> list[TableRow]:
        return self.table.chosen(hidden=self.hidden) if self.table else []

    @property
    def place(self) -> int:
        """The number of the chosen table in the file, counted from 1."""
        return next(place for place, table in enumerate(self.found.tables, 1) if table is self.table)

    @property
    def asks(self) -> bool:
        return len(self.found.tables) > 1 or self.has_hidden_rows

    @property
    def has_hidden_rows(self) -> bool:
        return any(table.hidden_rows for table in ([self.table] if self.table else self.found.tables))

    @property
    def names(self) -> list[tuple[int, str, bool]]:
        """Place, name and whether it is the chosen one, of every table."""
        return [(place, self.name(table), table is self.table) for place, table in enumerate(self.found.tables, 1)]

    def name(self, table: Table) -> str:
        """Such as "Blatt „Liste“, ab Zeile 2: 118 Zeilen, 3 davon ausgeblendet"."""
        several = Counter(each.sheet for each in self.found.tables)[table.sheet] > 1
        where = [f"Blatt „{table.sheet}“"] if table.sheet else []
        where += [f"ab Zeile {table.number}"] if several or not table.sheet else []
        name = f"{', '.join(where)}: {_rows(len(table.rows))}"
        name += f", {table.hidden_rows} davon ausgeblendet" if table.hidden_rows else ""
        return f"{name} (das Blatt ist ausgeblendet)" if table.hidden else name

    @property
    def columns_read(self) -> list[str]:
        return [self._column(heading) for heading in self._headings if heading.column]

    @property
    def columns_left(self) -> list[str]:
        return [self._column(heading) for heading in self._headings if not heading.column]

    @property
    def remarks(self) -> list[str]:
        """Sentences about what is not read, or not certain."""
        return [*self._other_tables(), *self._hidden_rows(), *self.found.remarks]

    @property
    def doubtful(self) -> Section:
        numbers = {row.number for row in self.rows}
        words = [(number, (word,)) for number, word in self.found.doubtful if number in numbers]
        text = (
            "Diese Wörter könnten anders gemeint sein. Sind sie falsch, speichern Sie die Liste in Ihrem Programm als "
            ".xlsx, und lesen Sie diese Datei ein."
        )
        return Section("Sind diese Umlaute richtig?", ("So gelesen",), words, text)

    @property
    def _headings(self) -> list[Heading]:
        return self.table.headings if self.table else []

    def _column(self, heading: Heading) -> str:
        if not heading.written:
            return f"Spalte {heading.place} ohne Überschrift"
        name = f"„{heading.written}“"
        title = self.columns.title(heading.column)
        if heading.column and title.casefold() != heading.written.casefold():
            return f"{name} (als {title})"
        twice = [each.written for each in self._headings].count(heading.written) > 1
        return f"{name} (Spalte {heading.place})" if twice else name

    def _other_tables(self) -> list[str]:
        others = [table for table in self.found.tables if table is not self.table]
        return [f"Nicht gelesen wird: {self.name(table)}." for table in others] if self.table else []

    def _hidden_rows(self) -> list[str]:
        count = self.table.hidden_rows if self.table else 0
        if not count:
            return []
        if count == 1:
            stays = "Sie wird mit gelesen." if self.hidden else "Sie bleibt weg."
            return [f"Eine Zeile ist in der Tabelle ausgeblendet oder weggefiltert. {stays}"]
        stay = "Sie werden mit gelesen." if self.hidden else "Sie bleiben weg."
        return [f"{count} Zeilen sind in der Tabelle ausgeblendet oder weggefiltert. {stay}"]


def _rows(count: int) -> str:
    return "1 Zeile" if count == 1 else f"{count} Zeilen"

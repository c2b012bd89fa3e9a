"""Reads a list that officers keep, from the bytes of its file."""

from kit.spreadsheets import reading
from members.imports import columns
from members.imports.columns import Row


def read(content: bytes, filename: str = "liste.csv") -> list[Row]:
    """The rows of the table that is shown first; raises Unreadable."""
    table = reading.read(content, filename, columns.COLUMNS).suggested
    assert table
    return columns.rows_of(table.chosen(hidden=False))

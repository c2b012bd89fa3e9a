"""The process that reads a workbook with bounded memory and time; workbook.py starts it.

It writes a line of JSON for each sheet, visible ones first, then how it ended. Without that a limit has ended it.
"""

import enum
import io
import json
import resource
import sys
import zipfile
from typing import Any

import python_calamine as calamine

from kit.spreadsheets import hidden_rows, parts
from kit.spreadsheets.cells import text_of

MEMORY = 150_000_000  # bytes of the whole process
SECONDS = 10  # of processor time
_MAX_TEXT = 10_000_000  # characters of all cells


class End(enum.StrEnum):
    GOOD = "good"
    TOO_LARGE = "too large"
    PROTECTED = "protected"
    NO_WORKBOOK = "no workbook"
    DAMAGED = "damaged"


def main() -> None:
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no dump of people's data
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    rows, columns = map(int, sys.argv[1:])
    sys.stdout.write(_write_sheets(content, rows, columns))


def _write_sheets(content: bytes, rows: int, columns: int) -> End:
    """calamine may answer a broken file with anything, a panic too."""
    try:
        file = _opened(content)
        if file is None:
            return End.NO_WORKBOOK
        book = calamine.load_workbook(file)
        ranges = hidden_rows.by_sheet(file) if content.startswith(b"PK") else {}
        text = _Room(_MAX_TEXT)
        worksheets = [
            (sheet.visible is not calamine.SheetVisibleEnum.Visible, index, sheet.name)
            for index, sheet in enumerate(book.sheets_metadata)
            if sheet.typ is calamine.SheetTypeEnum.WorkSheet
        ]
        for hidden, index, name in sorted(worksheets):
            found = _read(book.get_sheet_by_index(index), rows, columns, text)
            numbers = [number for number, _cells in found["rows"]]
            unseen = hidden_rows.among(numbers, ranges[name]) if name in ranges else None
            sys.stdout.write(json.dumps({"name": name, "hidden": hidden, "hidden_rows": unseen, **found}) + "\n")
            sys.stdout.flush()
    except (parts.TooLarge, MemoryError):
        return End.TOO_LARGE
    except calamine.PasswordError:
        return End.PROTECTED
    except BaseException:
        return End.DAMAGED
    return End.GOOD


def _opened(content: bytes) -> io.BytesIO | None:
    """What calamine may read; None if it is a zip of something else."""
    if not content.startswith(b"PK"):
        return io.BytesIO(content)  # .xls is not compressed: it holds no more than the file is long
    file = parts.repacked(content)
    names = zipfile.ZipFile(file).namelist()
    file.seek(0)
    return file if {"[Content_Types].xml", "content.xml"} & set(names) else None


class _Room:
    """What is left of a limit."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise parts.TooLarge


def _read(sheet: calamine.CalamineSheet, rows: int, columns: int, text: _Room) -> dict[str, Any]:
    """The first rows that are not blank, and whether they are wider than what is read of them."""
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out empty columns at the left, but no rows above
    width = max(0, columns - left)
    found, wider = [], False
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [""] * left + [text_of(value) for value in values[:width]]
        wider |= any(value != "" for value in values[width:])
        if any(cells):
            text.take(sum(map(len, cells)))
            found.append((number, cells))
            if len(found) == rows:
                break
    return {"rows": found, "wider": wider}

"""Reads the sheets of a workbook (.xlsx, .xls, .ods) in a process of its own, with bounded memory and time.

calamine holds a sheet as a rectangle: one cell in the far corner asks for half a terabyte, and where memory ends, it
ends the whole process. That must be no process that serves people.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kit.spreadsheets.tables import Record
from kit.spreadsheets.workbook_process import End

_LONGEST = 20  # seconds; a web process has 30
_ROOT = Path(__file__).parents[2]
_PROGRAM = "from kit.spreadsheets.workbook_process import main; main()"  # starts faster than -m


class Sheet(NamedTuple):
    """`wider` tells that there are cells beyond the columns that are read."""

    name: str
    hidden: bool
    records: list[Record]
    hidden_rows_unknown: bool
    wider: bool


class NotRead(Exception):
    """`end` says why."""

    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


def sheets(content: bytes, rows: int, columns: int) -> Iterator[Sheet]:
    """The sheets, visible ones first: of each the first `rows` that are not blank, numbered from 1, and the first
    `columns`.

    Raises NotRead when it comes to what cannot be read.
    """
    command = [sys.executable, "-c", _PROGRAM, str(rows), str(columns)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_LONGEST, cwd=_ROOT)
    except subprocess.TimeoutExpired:
        raise NotRead(End.TOO_LARGE) from None
    *lines, last = done.stdout.split(b"\n")
    for line in lines:
        yield _sheet(**json.loads(line))
    end = End.TOO_LARGE if done.returncode else End(last.decode())  # a limit has ended it
    if end is not End.GOOD:
        raise NotRead(end)


def _sheet(name: str, hidden: bool, rows: list[Any], hidden_rows: list[int] | None, wider: bool) -> Sheet:
    unseen = set(hidden_rows or [])
    records = [Record(number, cells, number in unseen) for number, cells in rows]
    return Sheet(name, hidden, records, hidden_rows is None, wider)

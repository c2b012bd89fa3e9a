"""Writes tables for spreadsheet programs; nothing in them is taken for a formula (S-10)."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

# What starts a formula, or a command, in one program or another.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%")
GUARD = "'"
_UNSEEN = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF])


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    file = io.BytesIO()
    write_csv(file, header, rows)
    return file.getvalue()


def xlsx_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, header, rows)
    return file.getvalue()


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with the byte order mark that Excel needs, separated by semicolons. A cell that could be a formula begins
    with "'". No more than one row is kept in memory.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    text.detach()  # or it would close the file


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """One sheet; every cell is text, so that "+49 …" stays as it is. Rows wait on the disk, not in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    for row in chain([header], rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value="")
            cell.value = _plain(text)[:32_767]
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = _plain(text).startswith(TRIGGERS)
            cells.append(cell)
        sheet.append(cells)
    book.save(file)


def guarded(text: str) -> str:
    """The text, changed so that no program takes it for a formula; leading blanks do not hide one."""
    text = _plain(text)
    return GUARD + text if text.lstrip(" \u00a0\ufeff\u200b").startswith(TRIGGERS) else text


def unguarded(text: str) -> str:
    """Undoes `guarded`."""
    return text[1:] if text.startswith(GUARD) and text[1:].lstrip().startswith(TRIGGERS) else text


def _plain(text: str) -> str:
    return "".join(char for char in text.translate(_UNSEEN) if not "\ud800" <= char <= "\udfff")

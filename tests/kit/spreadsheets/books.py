"""Workbooks as officers keep them: several sheets, some of them and some of their rows hidden."""

import io
from collections.abc import Callable

import openpyxl

HEADER = ["Name", "E-Mail"]
OLENA, TOM, KIM = (["Olena", "olena@example.org"], ["Tom", "tom@example.org"], ["Kim", "kim@example.org"])
Rows = list[list[str]]


def workbook(sheets: dict[str, Rows], change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def hide(*names: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for name in names:
            book[name].sheet_state = "hidden"
        book.active = next(at for at, sheet in enumerate(book.worksheets) if sheet.sheet_state == "visible")

    return change


def hide_rows(*numbers: int) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for number in numbers:
            book.worksheets[0].row_dimensions[number].hidden = True

    return change

"""Which rows of a sheet its program does not show: hidden by hand, or filtered away. calamine does not tell.

.xlsx and .ods say it of each row. Of .xls and .xlsb nothing is known here.
"""

import io
import zipfile
from bisect import bisect_right
from collections.abc import Callable
from posixpath import join, normpath
from xml.parsers import expat

_SHOWN = ("0", "false")
_MOST_ROWS = 1_048_576

Attributes = dict[str, str]
Hidden = dict[str, list[range]]


def by_sheet(file: io.BytesIO) -> Hidden:
    """The numbers of the hidden rows by sheet, of those sheets of which it is known."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "content.xml" in names:
                return _in_ods(archive)
            if "xl/workbook.xml" in names:
                return _in_xlsx(archive)
    except (expat.ExpatError, zipfile.BadZipFile, KeyError, ValueError):
        pass  # calamine reads more than is well-formed
    finally:
        file.seek(0)
    return {}


def among(numbers: list[int], ranges: list[range]) -> list[int]:
    """Those of the numbers that are hidden; a program writes its rows in their order."""
    places = [(number, bisect_right(ranges, number, key=lambda each: each.start) - 1) for number in numbers]
    return [number for number, place in places if place >= 0 and number in ranges[place]]


def _in_xlsx(archive: zipfile.ZipFile) -> Hidden:
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(_kind: str, its: Attributes) -> None:
        targets[its["Id"]] = its["Target"]

    def sheet(_kind: str, its: Attributes) -> None:
        target = targets[its["id"]]
        sheets[its["name"]] = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))

    _parse(archive, "xl/_rels/workbook.xml.rels", {"Relationship"}, relation)
    _parse(archive, "xl/workbook.xml", {"sheet"}, sheet)
    return {name: _in_worksheet(archive, part) for name, part in sheets.items() if "/worksheets/" in part}


def _in_worksheet(archive: zipfile.ZipFile, part: str) -> list[range]:
    found: list[range] = []
    number = 0

    def row(_kind: str, its: Attributes) -> None:
        nonlocal number
        number = int(its.get("r", number + 1))
        if its.get("hidden", "0") not in _SHOWN:
            _add(found, number, 1)

    _parse(archive, part, {"row"}, row)
    return found


def _in_ods(archive: zipfile.ZipFile) -> Hidden:
    found: Hidden = {}
    table, number, depth = "", 0, 0

    def begin(kind: str, its: Attributes) -> None:
        nonlocal table, number, depth
        if kind == "table":
            depth += 1
            if depth == 1:
                table, number = its["name"], 0
                found[table] = []
        elif depth == 1:  # a table within a cell has rows of its own
            count = min(int(its.get("number-rows-repeated", 1)), _MOST_ROWS)
            if its.get("visibility") in ("collapse", "filter"):
                _add(found[table], number + 1, count)
            number += count

    def end(kind: str) -> None:
        nonlocal depth
        depth -= kind == "table"

    _parse(archive, "content.xml", {"table", "table-row"}, begin, end)
    return found


def _add(ranges: list[range], first: int, count: int) -> None:
    """Neighbours become one: a program hides all rows to the end of its sheet, a million."""
    start = ranges.pop().start if ranges and ranges[-1].stop == first else first
    ranges.append(range(start, first + count))


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    kinds: set[str],
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
) -> None:
    """Calls for elements of these kinds; they and their attributes are named without their namespaces."""

    def start(name: str, its: Attributes) -> None:
        if (kind := _bare(name)) in kinds:
            begin(kind, {_bare(key): its[key] for key in its})

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = lambda name: end(_bare(name))
    with archive.open(part) as file:
        parser.ParseFile(file)


def _bare(name: str) -> str:
    return name.rpartition(" ")[2]

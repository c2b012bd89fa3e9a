"""The report as JSON and as a table. The keys of the JSON are an interface: they stay."""

import json
from collections.abc import Iterator
from typing import Any

from kit.spreadsheets import writing
from netzwerk.report.figures import FIGURES, Figure
from netzwerk.report.sheet import Column, Sheet


def as_json(sheet: Sheet) -> str:
    """One object for the span, `before` holds those of the two years before, the latest first."""
    *before, now = [_column(column) for column in sheet.columns]
    found = {"public": sheet.public, "note": sheet.marking, "as_of": sheet.as_of.isoformat()} | now
    found["before"] = before[::-1]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def header(sheet: Sheet) -> list[str]:
    marked = f" ({sheet.marking})" if sheet.marking else ""
    return ["Teil", "Zahl", *(f"{column.span.label}{marked}" for column in sheet.columns), "Zählt"]


def rows(sheet: Sheet) -> Iterator[list[str]]:
    """Every figure with its part, its name, its numbers from the oldest to the newest, and what it counts."""
    for figure in FIGURES:
        numbers = ["" if (value := column.of(figure.key)) is None else str(value) for column in sheet.columns]
        yield [figure.part.value, figure.label, *numbers, figure.counts + _since(sheet, figure)]
    for gap in sheet.now.gaps:
        subject = ", ".join(filter(None, (gap.topic, gap.town)))
        yield ["Gesucht und nicht gefunden", subject, "", "", str(gap.searches), ""]


def _since(sheet: Sheet, figure: Figure) -> str:
    """From which day on the figure was counted, where that is later than its column begins."""
    found = [(each.span.label, each.partial[figure.key]) for each in sheet.columns if figure.key in each.partial]
    return "".join(f" {label}: erst seit dem {day:%d.%m.%Y} gezählt." for label, day in found)


def as_csv(sheet: Sheet) -> bytes:
    return writing.csv_of(header(sheet), rows(sheet))


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"from": column.span.begin.isoformat(), "to": column.span.end.isoformat()}
    for figure in FIGURES:
        *parents, name = figure.key.split(".")
        inner = found
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = column.of(figure.key)
    return found | {
        "members_by_month": {day.isoformat(): number for day, number in column.months.items()},
        "gaps": [gap._asdict() for gap in column.gaps],
        "events_counted_at_the_door": column.doors,
        "counted_since": {key: day.isoformat() for key, day in column.partial.items()},
    }

"""The four plots of the report, each with its table, and the table of three years."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from kit import plots
from kit.plots import Chart, Series, number
from kit.tallies import Channel
from netzwerk.report.counting import Number
from netzwerk.report.figures import CHECKED, FIGURES, Figure, Part
from netzwerk.report.sheet import Column, Sheet

_UNKNOWN = "–"
_STYLES = ("older", "last", "")


class Plot(NamedTuple):
    """A drawing with its numbers; `rows` are named, and have a text for each of the three years."""

    key: str
    note: str
    chart: Chart
    drawing: SafeString
    rows: list[tuple[str, list[str]]]


class Row(NamedTuple):
    label: str
    cells: list[str]
    change: str


def plots_of(sheet: Sheet) -> list[Plot]:
    return [_members(sheet), _came(sheet), _answers(sheet), _checked(sheet)]


def table(sheet: Sheet) -> Iterator[tuple[Part, list[Row]]]:
    """All figures by part; parts of which nothing was ever counted are left out."""
    for part in Part:
        chosen = [figure for figure in FIGURES if figure.is_for(sheet.span, public=sheet.public)]
        figures = [figure for figure in chosen if figure.part == part]
        rows = [_row(sheet, figure) for figure in figures]
        if any(column.of(figure.key) is not None for figure in figures for column in sheet.columns):
            yield part, rows


def text(column: Column, key: str) -> str:
    """The number as people read it."""
    value = column.of(key)
    if value is None:
        return _UNKNOWN
    return f"{value}\u00a0%" if key == CHECKED else number(value)


def _row(sheet: Sheet, figure: Figure) -> Row:
    label = figure.label.removesuffix(", in Prozent")
    return Row(label, [text(column, figure.key) for column in sheet.columns], _change(sheet, figure.key))


def _change(sheet: Sheet, key: str) -> str:
    """The change, such as "+ 25", "− 10" or "gleich"; or since when it is counted."""
    if since := sheet.now.partial.get(key):
        return f"gezählt seit {date_format(since, 'j.n.Y')}"
    now, before = sheet.now.of(key), sheet.last.of(key)
    if now is None or before is None or key in sheet.last.partial:
        return ""
    points = "" if key != CHECKED else " Punkt" if abs(now - before) == 1 else " Punkte"
    return f"{'+' if now > before else '−'}\u00a0{number(abs(now - before))}{points}" if now != before else "gleich"


def years(sheet: Sheet) -> list[str]:
    """The same span of three years is told apart by its year."""
    return [str(column.span.end.year) for column in sheet.columns]


def _members(sheet: Sheet) -> Plot:
    ends = list(sheet.span.month_ends())
    series = [
        Series([column.months.get(day) for day in column.span.month_ends()], year, style)
        for column, year, style in zip(sheet.columns, years(sheet), _STYLES, strict=True)
    ]
    shorter = [each for each in series if len(each.values) == len(ends)]
    labels, short = ([date_format(day, form) for day in ends] for form in ("F", "b"))
    chart = Chart("Menschen auf der Liste", labels, shorter, [each.title() for each in short])
    rows = [("am Ende", [text(column, "members") for column in sheet.columns])]
    return Plot("members", "Am Ende jedes Monats", chart, plots.lines(chart), rows)


def _came(sheet: Sheet) -> Plot:
    kinds = [("Erwachsene", "came.adults", ""), ("Kinder", "came.children", "child")]
    return _bars(sheet, "came", "Bei Treffen dabei", "Unten Erwachsene, oben Kinder", kinds, plots.columns)


def _answers(sheet: Sheet) -> Plot:
    names = {Channel.LINK: ("Link", ""), Channel.PHONE: ("Telefon", "soft"), Channel.DOOR: ("Tür", "ink")}
    kinds = [(name, f"answers.{channel.value}", style) for channel, (name, style) in names.items()]
    return _bars(sheet, "answers", "Wie Eltern antworten", "Antworten auf Einladungen", kinds, plots.bars)


def _checked(sheet: Sheet) -> Plot:
    kinds = [("geprüft", CHECKED, "")]
    note = "Ein Fenster steht für fünf von hundert Angeboten"
    return _bars(sheet, "checked", "Geprüfte Angebote", note, kinds, plots.windows)


def _bars(
    sheet: Sheet,
    key: str,
    title: str,
    note: str,
    kinds: Sequence[tuple[str, str, str]],
    draw: Callable[[Chart], SafeString],
) -> Plot:
    values: list[tuple[str, str, list[Number]]] = [
        (name, style, [column.of(figure) for column in sheet.columns]) for name, figure, style in kinds
    ]
    chart = Chart(title, years(sheet), [Series(numbers, name, style) for name, style, numbers in values])
    rows = [(name, [text(column, figure) for column in sheet.columns]) for name, figure, _style in kinds]
    return Plot(key, note, chart, draw(chart), rows)

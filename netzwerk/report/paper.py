"""The report on two sheets of A4, black on white: accessible (PDF/UA-1), and fit for an archive (PDF/A-2a)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from kit import plots
from kit.printing import characters, typesetting
from netzwerk.report import charts
from netzwerk.report.charts import Plot
from netzwerk.report.counting import Number
from netzwerk.report.sheet import Sheet

TEMPLATE = settings.BASE_DIR / "templates" / "report" / "sheet.typ"
WARNING = "Nicht zur Veröffentlichung. Aus diesen genauen Zahlen ließe sich auf einzelne Menschen schließen."
_ROUNDED = (
    "Zahlen von Menschen und von dem, was sie tun, sind auf Vielfache von 5 gerundet. So lässt sich nicht "
    "auf einzelne Menschen schließen. Treffen, Gruppen, Angebote, Meldungen und Hinweise sind genau gezählt."
)
_MEANT = (
    "„Auf der Liste“ ist, wer sich angemeldet und das bestätigt hat. „Dabei“ ist, wer an der Tür gezählt wurde. Wer "
    "sich abmeldet oder alles löschen lässt, bleibt in diesen Zahlen enthalten, ohne Namen."
)
_DASH = "Ein Strich heißt: Das wurde damals noch nicht gezählt."
_LEFT_OUT = (
    "„Nicht genannt“ heißt: Zusammen mit den anderen Zahlen würde diese verraten, um wie viele Menschen es genau geht."
)
_GAPS = "Dazu haben Eltern im Wegweiser gesucht, ohne etwas zu finden. Ihre Wörter stehen nicht dabei."
_ROOM = 42  # lines of the second sheet; more are set closer


def pdf(sheet: Sheet) -> bytes:
    """Raises TypesettingFailed."""
    return typesetting.pdf(TEMPLATE, json.dumps(characters.text(_data(sheet))), archive=True)


def _data(sheet: Sheet) -> dict[str, Any]:
    parts = [{"title": part.value, "rows": [row._asdict() for row in rows]} for part, rows in charts.table(sheet)]
    lines = sum(len(part["rows"]) + 1 for part in parts) + len(sheet.now.gaps)
    return {
        "title": sheet.title,
        "lead": f"{sheet.span.in_words}, daneben die beiden Jahre davor.",
        "site": f"Alleinerziehenden-{settings.SITE_NAME}",
        "owners": settings.SITE_OWNERS,
        "as_of": date_format(sheet.as_of, "j. F Y"),
        "day": [sheet.as_of.year, sheet.as_of.month, sheet.as_of.day],
        "marking": sheet.marking,
        "warning": WARNING,
        "plots": [_plot(plot) for plot in charts.plots_of(sheet)],
        "counted": list(_counted(sheet)),
        "heads": charts.years(sheet),
        "parts": parts,
        "tight": 1 if lines <= _ROOM else 0.7,
        "gaps": [gap._asdict() | {"searches": plots.number(gap.searches)} for gap in sheet.now.gaps],
        "gaps_about": _GAPS,
    }


def _counted(sheet: Sheet) -> Iterator[str]:
    if sheet.public:
        yield _ROUNDED
    yield _MEANT
    yield f"{_DASH} {_LEFT_OUT}" if sheet.leaves_out else _DASH


def _plot(plot: Plot) -> dict[str, Any]:
    chart = plot.chart
    values = [value for series in chart.series for value in series.values if value is not None]
    return {
        "key": plot.key,
        "title": plot.title,
        "note": plot.note,
        "heads": plot.heads,
        "rows": [{"label": label, "cells": cells} for label, cells in plot.rows],
        "labels": list(chart.drawn),
        "every": max(-(-len(chart.labels) // 4), 1),
        "marks": [{"at": mark, "text": plots.number(mark)} for mark in plots.marks(max(values, default=0))],
        "series": [
            {"name": each.name, "style": each.style, "values": list(each.values), "label_at": _last(each.values)}
            for each in chart.series
        ],
    }


def _last(values: Sequence[Number | float]) -> Number | float:
    return next((value for value in reversed(values) if value is not None), None)

"""The report on two sheets of A4, black on white: accessible (PDF/UA-1), and fit for an archive (PDF/A-2a)."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from kit import plots
from kit.printing import characters, typesetting
from netzwerk.report import charts, wording
from netzwerk.report.charts import Plot
from netzwerk.report.counting import Number
from netzwerk.report.sheet import Sheet

TEMPLATE = settings.BASE_DIR / "templates" / "report" / "sheet.typ"
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
        "warning": wording.WARNING,
        "plots": [_plot(plot) for plot in charts.plots_of(sheet)],
        "counted": list(wording.counted(sheet)),
        "heads": charts.years(sheet),
        "parts": parts,
        "tight": 1 if lines <= _ROOM else 0.7,
        "gaps": [gap._asdict() | {"searches": plots.number(gap.searches)} for gap in sheet.now.gaps],
        "gaps_about": wording.GAPS,
    }


def _plot(plot: Plot) -> dict[str, Any]:
    chart = plot.chart
    values = [value for series in chart.series for value in series.values if value is not None]
    return {
        "key": plot.key,
        "title": chart.title,
        "note": plot.note,
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

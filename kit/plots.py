"""Small plots, drawn by the server as SVG: numbers in, a drawing out, whatever they count.

Colours come from the classes in static/css/plots.css, so that pages by night and on paper draw them in their own way.
What a plot shows stands in its <title> for screen readers. A page that needs each number adds a table of the same
Chart: its `labels` and the `values` of its `series`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 340  # of every drawing, in its own units; the text in it is 13 high
Number = float | int | None  # None: not counted then, which is not nought

_ROOM_FOR_TEXT = 17  # a part of a bar that is smaller carries no number
_LINE_HEIGHT = 15
_WINDOWS = 20  # one stands for five of a hundred


@dataclass(frozen=True)
class Series:
    """One row of numbers, as many as the chart has labels.

    `style` is a class: "child" for children, "soft" and "ink" to tell parts of a bar apart, "last" and "older" for
    lines of former years; "" is the main one.
    """

    values: Sequence[Number]
    name: str = ""
    style: str = ""


@dataclass(frozen=True)
class Chart:
    """What is plotted. `short` are the labels as drawn, if the full ones are too long; `now` is the label of today."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series] = field(default_factory=list)
    short: Sequence[str] = ()
    now: str = ""

    @property
    def drawn(self) -> Sequence[str]:
        return self.short or self.labels

    @property
    def most(self) -> float:
        """The highest stack, and never nought."""
        return max([sum(value or 0 for value in at) for at in self.columns()], default=0) or 1

    def columns(self) -> Iterator[tuple[Number, ...]]:
        """The numbers of each label."""
        return zip(*(series.values for series in self.series), strict=True)

    def in_words(self) -> str:
        """Such as "Dabei: März 14 Erwachsene und 18 Kinder, Juni 17 Erwachsene und 22 Kinder"."""
        said = [
            f"{label} {' und '.join(self._said(at))}"
            for label, at in zip(self.labels, self.columns(), strict=True)
            if any(value is not None for value in at)
        ]
        return _sentence(self, said)

    def _said(self, at: Iterable[Number]) -> Iterator[str]:
        for series, value in zip(self.series, at, strict=True):
            if value is not None:
                yield f"{number(value)} {series.name}".strip()


def number(value: float) -> str:
    """As people write it: 1.020, or 3,5."""
    text = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
    return text.translate(str.maketrans(",.", ".,"))


def columns(chart: Chart, height: int = 76) -> SafeString:
    """Upright bars, one for each label; several series stand on each other."""
    base, slot = height + 22, WIDTH / max(len(chart.labels), 1)
    width = min(57.0, slot * 0.68)
    parts: list[SafeString] = []
    for place, (label, short, at) in enumerate(zip(chart.labels, chart.drawn, chart.columns(), strict=True)):
        left, top = slot * place + (slot - width) / 2, float(base)
        now = label == chart.now
        for series, value in zip(chart.series, at, strict=True):
            tall = (value or 0) / chart.most * height
            if tall:
                parts.append(_rect(left, top - tall, width, tall, "now" if now else series.style))
            if len(chart.series) == 1 and value is not None:
                parts.append(_text(left + width / 2, top - tall - 5, number(value), "ink" if now else ""))
            elif value and tall >= _ROOM_FOR_TEXT:
                parts.append(_text(left + width / 2, top - tall / 2 + 4.5, number(value), _on(series.style)))
            top -= tall + (2 if tall else 0)
        parts.append(_text(left + width / 2, base + 17, short))
    parts.append(_line(0, WIDTH, base + 0.5))
    return _svg(base + 22, chart.in_words(), parts)


def bars(chart: Chart) -> SafeString:
    """Bars that lie, one for each label; several series follow each other, and a legend tells which is which."""
    several, step, tall = len(chart.series) > 1, 42, 30
    first = 28 if several else 0
    left = 10 + max((_wide(label) for label in chart.drawn), default=0)
    beside = 10 + _wide(number(chart.most)) if len(chart.series) == 1 else 2 * len(chart.series)
    scale = (WIDTH - left - beside) / chart.most
    parts = list(_legend(chart.series, left)) if several else []
    for place, (label, at) in enumerate(zip(chart.drawn, chart.columns(), strict=True)):
        top, x = first + step * place, float(left)
        parts.append(_text(0, top + 20, label, "ink", "start"))
        for series, value in zip(chart.series, at, strict=True):
            wide = (value or 0) * scale
            if wide:
                parts.append(_rect(x, top, wide, tall, series.style))
            if len(chart.series) == 1 and value is not None:
                parts.append(_text(x + wide + 6, top + 20, number(value), "ink", "start"))
            elif value and wide > _wide(number(value)) + 8:
                parts.append(_text(x + wide / 2, top + 20, number(value), _on(series.style)))
            x += wide + (1.5 if wide else 0)
    return _svg(first + step * len(chart.labels), chart.in_words(), parts)


def lines(chart: Chart, height: int = 146) -> SafeString:
    """One line for each series, over a scale that begins with nought; its name stands where it ends."""
    values = [value for series in chart.series for value in series.values if value is not None]
    step = _step(max(values, default=0))
    top_value = max(values, default=0) or step
    left = 8 + _wide(number(step * int(top_value / step)))
    right = WIDTH - 6 - max((_wide(series.name) for series in chart.series), default=0)
    xs = [left + (right - left) * place / max(len(chart.labels) - 1, 1) for place in range(len(chart.labels))]
    base = height + 20

    def y(value: float) -> float:
        return base - value / top_value * height

    parts = []
    for mark in marks(top_value):
        parts += [_line(left, right, y(mark), "grid"), _text(left - 6, y(mark) + 4, number(mark), "", "end")]
    for series in chart.series:
        parts += _path(series, xs, y)
    parts += _line_names(chart.series, right + 6, y)
    every = max(-(-len(chart.labels) // 6), 1)  # at most six labels
    parts += [_text(x, base + 18, label) for x, label in list(zip(xs, chart.drawn, strict=True))[::every]]
    return _svg(base + 24, _from_to(chart), parts)


def windows(chart: Chart) -> SafeString:
    """Shares in percent, one for each label: of twenty windows as many are lit as one in twenty is counted."""
    shares = chart.series[0].values if chart.series else []
    said = [
        f"{label} {number(share)} Prozent".strip()
        for label, share in zip(chart.labels, shares, strict=True)
        if share is not None
    ]
    if len(chart.labels) == 1:
        return _svg(70, _sentence(chart, said), list(_panes(shares[0], 1, 10, 24, 30, 34, 38)))
    parts: list[SafeString] = []
    for place, (label, share) in enumerate(zip(chart.drawn, shares, strict=True)):
        top = 50 * place
        parts.append(_text(0, top + 22, label, "ink", "start"))
        parts.append(_text(WIDTH, top + 22, "–" if share is None else f"{number(share)} %", "ink", "end"))
        parts += _panes(share, 44, _WINDOWS, 9, 34, 12.6, 0, top)
    return _svg(50 * len(chart.labels), _sentence(chart, said), parts)


def _panes(
    share: Number, left: float, in_a_row: int, width: float, tall: float, across: float, down: float, top: float = 0
) -> Iterator[SafeString]:
    lit = round((share or 0) / 100 * _WINDOWS)
    for place in range(_WINDOWS):
        row, column = divmod(place, in_a_row)
        yield _rect(left + across * column, top + down * row + 1, width, tall, "" if place < lit else "soft")


def _path(series: Series, xs: Sequence[float], y: Callable[[float], float]) -> Iterator[SafeString]:
    """The line, with gaps where nothing was counted, and a dot at the end of the main one."""
    points = [(x, y(value)) if value is not None else None for x, value in zip(xs, series.values, strict=True)]
    drawn = "".join(
        f"{'L' if before else 'M'}{here[0]:.1f} {here[1]:.1f}" for before, here in pairwise([None, *points]) if here
    )
    if drawn:
        yield format_html('<path{} d="{}"/>', _class(series.style), drawn)
    ends = [point for point in points if point]
    if ends and not series.style:
        yield format_html('<circle cx="{}" cy="{}" r="4"/>', _figure(ends[-1][0]), _figure(ends[-1][1]))


def _line_names(all_series: Sequence[Series], x: float, y: Callable[[float], float]) -> Iterator[SafeString]:
    """Where each line ends; moved apart where two would stand on each other."""
    ends = [(y(last), series) for series in all_series if (last := _last(series)) is not None]
    lowest = float("inf")
    for at, series in sorted(ends, key=lambda end: -end[0]):
        lowest = min(at + 4, lowest - _LINE_HEIGHT)
        yield _text(x, lowest, series.name, "" if series.style else "ink", "start")


def _from_to(chart: Chart) -> str:
    """Such as "Menschen auf der Liste: 2025 von 75 auf 95, 2026 von 95 auf 120"."""
    said = []
    for series in chart.series:
        counted = [value for value in series.values if value is not None]
        if counted:
            said.append(f"{series.name} von {number(counted[0])} auf {number(counted[-1])}".strip())
    return _sentence(chart, said)


def _sentence(chart: Chart, said: Sequence[str]) -> str:
    return f"{chart.title}: {', '.join(said) or 'noch keine Zahlen'}"


def _legend(all_series: Sequence[Series], left: float) -> Iterator[SafeString]:
    x = left
    for series in all_series:
        yield _rect(x, 2, 12, 12, series.style)
        yield _text(x + 17, 13, series.name, "", "start")
        x += 17 + _wide(series.name) + 16


def _last(series: Series) -> Number:
    return next((value for value in reversed(series.values) if value is not None), None)


def marks(most: float) -> list[float]:
    """The numbers beside a scale that reaches up to `most`."""
    step = _step(most)
    return [step * place for place in range(int(most / step) + 1)]


def _step(most: float) -> float:
    """A round number of which two to four fit below `most`."""
    step = 1
    while most / step >= 5:
        step *= 10
    for finer in (step / 5, step / 2):
        if finer >= 1 and most / finer < 5:
            return finer
    return step


def _svg(height: float, said: str, parts: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        WIDTH, _figure(height), said, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _rect(x: float, y: float, width: float, height: float, style: str = "") -> SafeString:
    box = [_figure(each) for each in (x, y, width, height)]
    return format_html('<rect{} x="{}" y="{}" width="{}" height="{}"/>', _class(style), *box)


def _line(left: float, right: float, y: float, style: str = "") -> SafeString:
    return format_html('<line{} x1="{}" x2="{}" y1="{}" y2="{}"/>', _class(style), *map(_figure, (left, right, y, y)))


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "middle") -> SafeString:
    return format_html(
        '<text{} x="{}" y="{}" text-anchor="{}">{}</text>', _class(style), _figure(x), _figure(y), anchor, text
    )


def _on(style: str) -> str:
    """The class of a number that stands in a bar of this style."""
    return f"on-{style}" if style else "on"


def _class(style: str) -> SafeString:
    return format_html(' class="{}"', style) if style else SafeString()


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _wide(text: str) -> float:
    """About how wide the text is."""
    return 7.8 * len(text)

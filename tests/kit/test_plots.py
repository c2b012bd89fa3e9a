"""Plots: what is drawn is what was counted, and screen readers hear the same."""

import re
from xml.etree import ElementTree

import pytest

from kit import plots
from kit.plots import Chart, Series

MONTHS = ["September", "Oktober", "November"]
NEW = Chart("Neue je Monat", MONTHS, [Series([7, None, 14])], ["Sep", "Okt", "Nov"], "November")
THERE = Chart("Dabei", ["März", "Juni"], [Series([14, 17], "Erwachsene"), Series([18, 1], "Kinder", "child")])
OF_2025, OF_2026 = Series([45, 60, 75], "2025", "last"), Series([75, None, 120], "2026")
YEARS = Chart("Auf der Liste", ["Jan", "Jul", "Dez"], [OF_2025, OF_2026])
SHARE = Chart("Geprüft", [""], [Series([84])])
DRAWN = [*(draw(chart) for draw in (plots.columns, plots.bars) for chart in (NEW, THERE)), plots.lines(YEARS)]
DRAWN += [plots.windows(SHARE)]


def drawing(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def rects(svg: str, style: str | None = None) -> list[dict[str, float]]:
    return [
        {name: float(rect.attrib[name]) for name in ("x", "y", "width", "height")}
        for rect in drawing(svg).iter("rect")
        if rect.get("class") == style
    ]


def words(svg: str) -> list[str]:
    return [text.text or "" for text in drawing(svg).iter("text")]


def test_a_bar_is_as_tall_as_its_number_and_the_month_that_runs_stands_out() -> None:
    svg = plots.columns(NEW)
    (september,), (november,) = rects(svg), rects(svg, "now")
    assert november["height"] == 2 * september["height"] == 76
    assert words(svg) == ["7", "Sep", "Okt", "14", "Nov"]  # nothing was counted in October: that is not nought


def test_children_stand_on_the_grown_ups_and_a_bar_without_room_carries_no_number() -> None:
    svg = plots.columns(THERE)
    adults, children = rects(svg), rects(svg, "child")
    assert [adult["y"] - child["height"] - 2 for adult, child in zip(adults, children, strict=True)] == pytest.approx(
        [child["y"] for child in children], abs=0.11
    )
    assert words(svg) == ["14", "18", "März", "17", "Juni"]


def test_bars_that_lie_have_a_legend() -> None:
    assert words(plots.bars(THERE)) == ["Erwachsene", "Kinder", "März", "14", "18", "Juni", "17"]


def test_a_line_begins_where_it_was_counted_and_stops_where_it_was_not() -> None:
    svg = plots.lines(YEARS)
    last, this = drawing(svg).findall("path")
    assert (last.get("class"), last.get("d", "").count("L")) == ("last", 2)
    assert (this.get("class"), this.get("d", "").count("M")) == (None, 2)
    assert words(svg) == ["0", "50", "100", "2025", "2026", "Jan", "Jul", "Dez"]


def test_names_of_lines_that_end_together_do_not_stand_on_each_other() -> None:
    both = Chart("x", ["a", "b"], [Series([1, 90], "2025", "last"), Series([2, 90], "2026")])
    places = {text.text: float(text.attrib["y"]) for text in drawing(plots.lines(both)).iter("text")}
    assert abs(places["2025"] - places["2026"]) >= 15


def test_of_twenty_windows_as_many_are_lit_as_one_in_twenty_is_checked() -> None:
    svg = plots.windows(SHARE)
    assert (len(rects(svg)), len(rects(svg, "soft"))) == (17, 3)
    rows = plots.windows(Chart("Geprüft", ["2025", "2026"], [Series([None, 50])]))
    assert (len(rects(rows)), len(rects(rows, "soft"))) == (10, 30)
    assert words(rows) == ["2025", "–", "2026", "50 %"]


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (plots.columns(NEW), "Neue je Monat: September 7, November 14"),
        (plots.columns(THERE), "Dabei: März 14 Erwachsene und 18 Kinder, Juni 17 Erwachsene und 1 Kinder"),
        (plots.lines(YEARS), "Auf der Liste: 2025 von 45 auf 75, 2026 von 75 auf 120"),
        (plots.windows(SHARE), "Geprüft: 84 Prozent"),
        (plots.columns(Chart("Neue", [])), "Neue: noch keine Zahlen"),
    ],
)
def test_a_screen_reader_hears_the_numbers(svg: str, said: str) -> None:
    assert drawing(svg).findtext("title") == said
    assert drawing(svg).get("role") == "img"


@pytest.mark.parametrize("svg", DRAWN)
def test_nothing_is_drawn_outside_and_nothing_is_styled_inline(svg: str) -> None:
    height = float(drawing(svg).attrib["viewBox"].split()[3])
    for rect in drawing(svg).iter("rect"):
        assert 0 <= float(rect.attrib["x"]) <= 340 - float(rect.attrib["width"]) + 0.11
        assert 0 <= float(rect.attrib["y"]) <= height - float(rect.attrib["height"])
    assert not re.search(r"style=|fill=|<script", svg)


def test_nought_everywhere_and_no_label_at_all_can_be_drawn() -> None:
    for draw in (plots.columns, plots.bars, plots.lines):
        assert draw(Chart("x", [], [Series([])]))
        assert rects(draw(Chart("x", ["a"], [Series([0])]))) == []


def test_a_name_is_text_and_never_markup() -> None:
    assert words(plots.bars(Chart("<i>", ["<b>"], [Series([1])])))[0] == "<b>"


def test_numbers_are_written_as_people_write_them() -> None:
    assert [plots.number(value) for value in (0, 1020, 3.5, 1234567, 4.0)] == ["0", "1.020", "3,5", "1.234.567", "4"]

"""The paragraph for the press says only what is true, whatever rounding did to the numbers."""

from datetime import date

import pytest

from kit.plots import number
from netzwerk.report import counting, press, spans
from netzwerk.report.rounding import five
from netzwerk.report.sheet import Column, Sheet


def text(
    now: dict[str, int | None],
    before: dict[str, int | None] | None = None,
    *,
    doors: int = 4,
    of: list[spans.Span] | None = None,
) -> str:
    values = [{}, before or {}, now]
    columns = [Column(span, found, doors=doors) for span, found in zip(of or SPANS, values, strict=True)]
    return press.paragraph(Sheet(columns, date(2027, 1, 11), public=True))


SPANS = spans.year(2026).with_two_before()
FULL_YEAR = {
    "members": 120, "events": 4, "came.adults": 85, "came.children": 110, "childcare.used": 80, "families": 10,
    "groups.founded": 4, "offers": 125, "percent.checked": 84,
}  # fmt: skip


def test_a_year_of_growth() -> None:
    assert text(FULL_YEAR, {"members": 95, "percent.checked": 71}) == (
        "Das Alleinerziehenden-Netzwerk Siegen-Wittgenstein ist 2026 gewachsen: Rund 120 Mütter und Väter standen Ende "
        "Dezember 2026 auf der Liste, etwa 25 mehr als ein Jahr zuvor. Zu vier Treffen kamen rund 85 Erwachsene und "
        "110 Kinder. Etwa 80 Plätze in der Betreuung waren vergeben. Etwa zehn Familien rückten von der Warteliste "
        "nach. Neu sind vier Gruppen, in denen Eltern sich selbst verabreden. Von 125 Hilfsangeboten im Wegweiser "
        "wurden 84 Prozent in den letzten zwölf Monaten geprüft; ein Jahr zuvor waren es 71 Prozent."
    )


def test_a_year_in_which_nothing_changed() -> None:
    found = text({"members": 95, "offers": 100, "percent.checked": 71}, {"members": 95, "percent.checked": 71})
    assert "ist 2026 ungefähr gleich groß geblieben: Rund 95 Mütter und Väter" in found
    assert "auf der Liste, ein Jahr zuvor ebenso viele." in found
    assert found.endswith("geprüft; ein Jahr zuvor waren es ebenso viele.")


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (0, 9, 0),
        (1, 3, 33),
        (2, 3, 67),
        (199, 200, 99),
        (200, 200, 100),
        (0, 0, None),
        (None, 3, None),
        (3, None, None),
    ],
)
def test_a_hundred_percent_are_all(part: int | None, whole: int | None, share: int | None) -> None:
    assert counting.percent(part, whole) == share


def test_of_one_offer_nobody_speaks_in_percent() -> None:
    assert "Hilfsangebot" not in text({"members": 95, "offers": 1, "percent.checked": 100})
    assert "Von 2 Hilfsangeboten" in text({"members": 95, "offers": 2, "percent.checked": 100})


def test_a_year_of_decline() -> None:
    found = text({"members": 1_095}, {"members": 1_120})
    assert "ist 2026 kleiner geworden: Rund 1.095 Mütter und Väter" in found
    assert "etwa 25 weniger als ein Jahr zuvor" in found


def test_a_half_year_is_compared_with_the_year_before() -> None:
    """In June 95, in December 130, in June 120: the network has grown in a year, though not in this half."""
    first, second = spans.halves(2026)
    assert text({"members": 120}, {"members": 95}, of=first.with_two_before()) == (
        "Das Alleinerziehenden-Netzwerk Siegen-Wittgenstein ist seit Juni 2025 gewachsen: Rund 120 Mütter und Väter "
        "standen Ende Juni 2026 auf der Liste, etwa 25 mehr als ein Jahr zuvor."
    )
    assert "ist seit Dezember 2025 kleiner geworden" in text(
        {"members": 60}, {"members": 95}, of=second.with_two_before()
    )


def test_of_few_people_both_numbers_are_said_and_no_verb() -> None:
    assert text({"members": 10}, {"members": 5}).endswith(
        "zieht Bilanz: Rund 10 Mütter und Väter standen Ende Dezember 2026 auf der Liste, ein Jahr zuvor rund 5."
    )
    assert "ungefähr gleich groß geblieben" in text({"members": 50}, {"members": 45})


@pytest.mark.parametrize("members", range(90, 101))
def test_no_rise_is_said_that_rounding_made(members: int) -> None:
    """One person more is no growth, even where rounding makes five of it; six are."""
    for more in range(-7, 8):
        found = text({"members": five(members + more)}, {"members": five(members)})
        assert ("gewachsen" in found) <= (more >= 6)
        assert ("kleiner geworden" in found) <= (more <= -6)


def test_what_is_not_known_is_not_said() -> None:
    assert text({}) == ""
    assert text({"events": 1, "came.adults": 0, "came.children": 0}) == "Es gab ein Treffen."
    assert text({"events": 4, "came.adults": 40, "came.children": 0}, doors=3) == (
        "Bei drei von vier Treffen wurde gezählt, wer kam: rund 40 Erwachsene."
    )
    assert text({"events": 1, "came.adults": 20, "came.children": 15}, doors=1) == (
        "Zu einem Treffen kamen rund 20 Erwachsene und 15 Kinder."
    )
    assert text({"groups.founded": 1}) == "Neu ist eine Gruppe, in der Eltern sich selbst verabreden."
    assert number(1_200) in text({"members": 1_200})

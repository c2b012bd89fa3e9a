"""The days of a series, as a wall calendar shows them."""

from datetime import date

import pytest

from events.series import days
from events.series.days import Days, Rhythm

TODAY = date(2026, 11, 29)


def found(first: str, rhythm: Rhythm, number: int, today: date = TODAY) -> Days:
    return days.following(date.fromisoformat(first), rhythm, number, today)


def iso(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("first", "rhythm", "expected"),
    [
        ("2026-12-05", Rhythm.WEEKLY, ["2026-12-12", "2026-12-19", "2026-12-26"]),
        ("2026-12-19", Rhythm.FORTNIGHTLY, ["2027-01-02", "2027-01-16", "2027-01-30"]),
        ("2026-12-05", Rhythm.DAY_OF_MONTH, ["2027-01-05", "2027-02-05", "2027-03-05"]),
        ("2026-12-05", Rhythm.WEEKDAY_OF_MONTH, ["2027-01-02", "2027-02-06", "2027-03-06"]),
        ("2026-12-26", Rhythm.LAST_OF_MONTH, ["2027-01-30", "2027-02-27", "2027-03-27"]),
    ],
)
def test_each_rhythm_goes_on_from_the_event(first: str, rhythm: Rhythm, expected: list[str]) -> None:
    assert found(first, rhythm, 3) == Days(iso(*expected))


def test_months_without_a_31st_are_left_out_and_named() -> None:
    assert found("2026-12-31", Rhythm.DAY_OF_MONTH, 4) == Days(
        iso("2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"), ["Februar 2027", "April 2027", "Juni 2027"]
    )
    assert found("2027-01-29", Rhythm.DAY_OF_MONTH, 12).without == ["Februar 2027"]
    assert found("2028-01-29", Rhythm.DAY_OF_MONTH, 12).without == []


def test_months_without_a_fifth_saturday_are_left_out_and_named() -> None:
    assert found("2027-01-30", Rhythm.WEEKDAY_OF_MONTH, 2) == Days(
        iso("2027-05-29", "2027-07-31"), ["Februar 2027", "März 2027", "April 2027", "Juni 2027"]
    )
    assert days.named(date(2027, 1, 30), Rhythm.WEEKDAY_OF_MONTH) == "fünften Samstag"


def test_after_an_event_of_long_ago_it_goes_on_from_today() -> None:
    assert found("2017-04-01", Rhythm.WEEKDAY_OF_MONTH, 2) == Days(iso("2026-12-05", "2027-01-02"))
    assert found("2026-11-22", Rhythm.WEEKLY, 2) == Days(iso("2026-11-29", "2026-12-06"))


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("2026-12-05", ["jeden Monat am 5.", "jeden Monat am ersten Samstag"]),
        ("2026-12-24", ["jeden Monat am 24.", "jeden Monat am vierten Donnerstag"]),
        (
            "2026-12-26",
            ["jeden Monat am 26.", "jeden Monat am vierten Samstag", "jeden Monat am letzten Samstag"],
        ),
    ],
)
def test_the_rhythms_are_named_as_one_says_them(first: str, words: list[str]) -> None:
    labels = [label for _rhythm, label in days.choices(date.fromisoformat(first))]
    weekday = words[1].rpartition(" ")[2]
    assert labels == [f"jede Woche am {weekday}", f"alle zwei Wochen am {weekday}", *words]

"""Spans of days that a report is about. Whole calendar years and half-years may be published (R-08)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from kit import months

_NAME = re.compile(r"(?P<year>20\d\d)(?:-(?P<half>[12]))?")
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """From one day to another, both inclusive."""

    begin: date
    end: date

    @property
    def name(self) -> str:
        """The span in URLs and file names, "2026" or "2026-1"; empty for one that may not be published."""
        half = f"-{1 if self.begin.month == 1 else 2}" if self.is_half else ""
        return f"{self.begin.year}{half}" if self.is_public else ""

    @property
    def is_year(self) -> bool:
        return (self.begin, self.end) == (date(self.begin.year, 1, 1), date(self.begin.year, 12, 31))

    @property
    def is_half(self) -> bool:
        return self in halves(self.begin.year)

    @property
    def is_public(self) -> bool:
        return self.is_year or self.is_half

    @property
    def label(self) -> str:
        """Over a column: "2026", "1. Halbjahr 2026", "3.5.–9.6.2026"."""
        if self.is_year:
            return str(self.begin.year)
        if self.is_half:
            return f"{1 if self.begin.month == 1 else 2}. Halbjahr {self.begin.year}"
        first = f"{self.begin.day}.{self.begin.month}."
        first += "" if self.begin.year == self.end.year else str(self.begin.year)
        return f"{first}–{self.end.day}.{self.end.month}.{self.end.year}"

    @property
    def in_words(self) -> str:
        """Such as "1. Januar bis 31. Dezember 2026"."""
        first = date_format(self.begin, "j. F" if self.begin.year == self.end.year else "j. F Y")
        return date_format(self.end, "j. F Y") if self.begin == self.end else f"{first} bis {_long(self.end)}"

    @property
    def eve(self) -> date:
        """The day before it begins."""
        return self.begin - _DAY

    def years_before(self, years: int) -> "Span":
        end = months.before(self.end, 12 * years)
        is_last = (self.end + _DAY).day == 1  # of its month, also in a leap year
        return Span(months.before(self.begin, 12 * years), _last_of_month(end) if is_last else end)

    def with_two_before(self) -> list["Span"]:
        """The oldest first."""
        return [self.years_before(2), self.years_before(1), self]

    def month_ends(self) -> Iterator[date]:
        """The last day of each of its months; of the last month the day on which the span ends."""
        day = _last_of_month(self.begin)
        while day < self.end:
            yield day
            day = _last_of_month(day + _DAY)
        yield self.end


def year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number, 12, 31))


def halves(number: int) -> tuple[Span, Span]:
    return Span(date(number, 1, 1), date(number, 6, 30)), Span(date(number, 7, 1), date(number, 12, 31))


def named(name: str) -> Span | None:
    """The year or half-year of this name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    number = int(found["year"])
    return halves(number)[int(found["half"]) - 1] if found["half"] else year(number)


def _last_of_month(day: date) -> date:
    return months.after(day.replace(day=1), 1) - _DAY


def _long(day: date) -> str:
    return date_format(day, "j. F Y")

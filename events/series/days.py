"""The days of a series: every week, or one day in each month, as calendars count (RFC 5545)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from dateutil import rrule  # type: ignore[import-untyped]
from django.db.models import TextChoices

from kit import months

FEWEST, MOST = 2, 12
_ORDINALS = ("ersten", "zweiten", "dritten", "vierten", "fünften")
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


class Rhythm(TextChoices):
    WEEKLY = "woche", "jede Woche"
    FORTNIGHTLY = "zwei-wochen", "alle zwei Wochen"
    DAY_OF_MONTH = "datum", "jeden Monat am selben Datum"
    WEEKDAY_OF_MONTH = "wochentag", "jeden Monat am selben Wochentag"
    LAST_OF_MONTH = "letzter", "jeden Monat am letzten dieses Wochentags"


@dataclass(frozen=True)
class Days:
    """The days that follow, and the months between them that have none, as "Februar 2027"."""

    found: list[date]
    without: list[str] = field(default_factory=list)


def choices(first: date) -> list[tuple[str, str]]:
    """The rhythms for an event on this day, in words: "jeden Monat am ersten Samstag"."""
    weekday = _WEEKDAYS[first.weekday()]
    named = {
        Rhythm.WEEKLY: f"jede Woche am {weekday}",
        Rhythm.FORTNIGHTLY: f"alle zwei Wochen am {weekday}",
        Rhythm.DAY_OF_MONTH: f"jeden Monat am {first.day}.",
        Rhythm.WEEKDAY_OF_MONTH: f"jeden Monat am {_ORDINALS[_nth(first) - 1]} {weekday}",
    }
    if months.after(first.replace(day=1), 1).toordinal() - first.toordinal() <= 7:
        named[Rhythm.LAST_OF_MONTH] = f"jeden Monat am letzten {weekday}"
    return [(rhythm.value, words) for rhythm, words in named.items()]


def named(first: date, rhythm: str) -> str:
    """What some months do not have: "31." or "fünften Samstag"."""
    if rhythm == Rhythm.DAY_OF_MONTH:
        return f"{first.day}."
    return f"{_ORDINALS[_nth(first) - 1]} {_WEEKDAYS[first.weekday()]}"


def following(first: date, rhythm: str, number: int, today: date) -> Days:
    """So many days after `first`, none of them before `today`."""
    rule = rrule.rrule(dtstart=datetime.combine(first, time()), **_rule(first, rhythm))
    found: list[date] = []
    for moment in rule.xafter(datetime.combine(max(first, today), time()), inc=first < today):
        found.append(moment.date())
        if len(found) == number:
            break
    return Days(found, _gaps(max(first, today), found) if rhythm in _MONTHLY else [])


_MONTHLY = (Rhythm.DAY_OF_MONTH, Rhythm.WEEKDAY_OF_MONTH, Rhythm.LAST_OF_MONTH)


def _rule(first: date, rhythm: str) -> dict[str, Any]:
    weekday = rrule.weekdays[first.weekday()]
    return {
        Rhythm.WEEKLY: {"freq": rrule.WEEKLY},
        Rhythm.FORTNIGHTLY: {"freq": rrule.WEEKLY, "interval": 2},
        Rhythm.DAY_OF_MONTH: {"freq": rrule.MONTHLY, "bymonthday": first.day},
        Rhythm.WEEKDAY_OF_MONTH: {"freq": rrule.MONTHLY, "byweekday": weekday(_nth(first))},
        Rhythm.LAST_OF_MONTH: {"freq": rrule.MONTHLY, "byweekday": weekday(-1)},
    }[Rhythm(rhythm)]


def _nth(day: date) -> int:
    """Which of its weekdays of the month the day is."""
    return (day.day - 1) // 7 + 1


def _gaps(start: date, found: list[date]) -> list[str]:
    """The months after `start` and before the last day that have no day of the series."""
    with_one = {day.replace(day=1) for day in found}
    month, gaps = months.after(start.replace(day=1), 1), []
    while found and month < found[-1].replace(day=1):
        if month not in with_one:
            gaps.append(months.in_words(month))
        month = months.after(month, 1)
    return gaps

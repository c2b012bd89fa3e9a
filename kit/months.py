"""Month arithmetic, as people count months."""

from calendar import monthrange
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format


def before(day: date, months: int) -> date:
    """The same day some months earlier; the last of the month where there is none (31 March → 28 February)."""
    return after(day, -months)


def after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_words(day: date) -> str:
    """Such as "März 2026"."""
    return date_format(day, "F Y")


def today() -> date:
    return timezone.localdate()

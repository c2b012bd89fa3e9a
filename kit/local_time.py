"""Converts between UTC and a clock in Berlin, where one hour is missing in spring and one comes twice in
autumn (D-12).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_datetime

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER, WINTER = "sommer", "winter"


def day(moment: datetime) -> str:
    """Such as "Samstag, 5. Dezember"."""
    return format_date(timezone.localtime(moment), "l, j. F")


def clock(moment: datetime) -> str:
    """Such as "15 Uhr" or "14.30 Uhr"."""
    local = timezone.localtime(moment)
    return f"{local:%-H.%M} Uhr" if local.minute else f"{local.hour} Uhr"


def date_in_words(on: date) -> str:
    """Such as "5. Dezember 2026"."""
    return format_date(on, "j. F Y")


def moment_in_words(moment: datetime) -> str:
    """Such as "Samstag, 5. Dezember, um 15 Uhr"; in the hour that comes twice it says which of the two."""
    season_named = {SUMMER: " (Sommerzeit)", WINTER: " (Winterzeit)"}[season(moment)]
    return f"{day(moment)}, um {clock(moment)}{season_named if len(instants(shown(moment))) > 1 else ''}"


def moment_in(text: str) -> datetime | None:
    """The aware moment that is written there as ISO 8601; None for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:  # 31 February
        return None
    return moment if moment and timezone.is_aware(moment) else None


def midnight(on: date) -> datetime:
    """The beginning of the day."""
    return datetime.combine(on, time(), BERLIN)


def instants(local: datetime) -> list[datetime]:
    """The instants at which a clock in Berlin shows `local` (naive): none, one, or two in order."""
    both = {local.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in both if shown(moment) == local)


def shown(moment: datetime) -> datetime:
    """The naive time that a clock in Berlin shows at the instant."""
    return moment.astimezone(BERLIN).replace(tzinfo=None, fold=0)


def season(moment: datetime) -> str:
    return SUMMER if moment.astimezone(BERLIN).dst() else WINTER


def missing(local: datetime) -> str:
    """The sentence that explains why a time does not exist."""
    return (
        f"{_clock(local)} gibt es am {local:%-d.%-m.%Y} nicht: In dieser Nacht werden die Uhren von 2 auf 3 Uhr "
        "vorgestellt. Nehmen Sie eine andere Uhrzeit."
    )


def twice(local: datetime) -> str:
    return f"{_clock(local)} gibt es am {local:%-d.%-m.%Y} zweimal. Welche meinen Sie?"


def _clock(local: datetime) -> str:
    return clock(local.replace(tzinfo=BERLIN))

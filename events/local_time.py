"""Times as a clock in Berlin shows them: in spring one hour is missing, in autumn one comes twice (D-12)."""

from datetime import UTC, datetime

from events.public.calendars import BERLIN
from events.wording import clock

SUMMER, WINTER = "sommer", "winter"


def instants(local: datetime) -> list[datetime]:
    """When a clock in Berlin shows `local` (naive): once, never, or twice, in order."""
    both = {local.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in both if shown(moment) == local)


def shown(moment: datetime) -> datetime:
    """What a clock in Berlin shows then, naive."""
    return moment.astimezone(BERLIN).replace(tzinfo=None, fold=0)


def season(moment: datetime) -> str:
    return SUMMER if moment.astimezone(BERLIN).dst() else WINTER


def missing(local: datetime) -> str:
    """Why a time cannot be taken, in a sentence."""
    return (
        f"{_clock(local)} gibt es am {local:%-d.%-m.%Y} nicht: In dieser Nacht werden die Uhren von 2 auf 3 Uhr "
        "vorgestellt. Nehmen Sie eine andere Uhrzeit."
    )


def twice(local: datetime) -> str:
    return f"{_clock(local)} gibt es am {local:%-d.%-m.%Y} zweimal. Welche meinen Sie?"


def _clock(local: datetime) -> str:
    return clock(local.replace(tzinfo=BERLIN))

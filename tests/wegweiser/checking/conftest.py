"""Moving from day to day."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone

from wegweiser.checking import checks


@pytest.fixture
def on(time_machine) -> Callable[[date], datetime]:
    """Moves to noon of the day and does the day's work."""

    def go(day: date) -> datetime:
        at = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=12)))
        time_machine.move_to(at, tick=False)
        checks.daily(at)
        return at

    return go

"""A pause from list mail, for whole months."""

import calendar
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from mailings.models import Address

MONTHS = [1, 3, 6]


def pause(address: Address, months: int) -> datetime:
    """No list mail until the same day `months` later, midnight in Berlin; from the 31st to the last day of a shorter
    month. Returns the end."""
    today = timezone.localdate()
    year, month = divmod(today.month - 1 + months, 12)
    year, month = today.year + year, month + 1
    day = min(today.day, calendar.monthrange(year, month)[1])
    until = timezone.make_aware(datetime.combine(today.replace(year=year, month=month, day=day), time()))
    _set(address, until)
    return until


def resume(address: Address) -> None:
    _set(address, None)


def _set(address: Address, until: datetime | None) -> None:
    rows: QuerySet[Address] = Address.objects.filter(pk=address.pk)
    rows.update(paused_until=until)
    address.paused_until = until

"""A pause from list mail, for whole months."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from kit.local_time import midnight
from kit.months import after
from mailings.models import Address

MONTHS = [1, 3, 6]


def pause(address: Address, months: int) -> datetime:
    """No list mail until the same day `months` later, midnight in Berlin; from the 31st to the last day of a shorter
    month. Returns the end."""
    until = midnight(after(timezone.localdate(), months))
    _set(address, until)
    return until


def resume(address: Address) -> None:
    _set(address, None)


def _set(address: Address, until: datetime | None) -> None:
    rows: QuerySet[Address] = Address.objects.filter(pk=address.pk)
    rows.update(paused_until=until)
    address.paused_until = until

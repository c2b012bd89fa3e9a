"""What `events` holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime
from typing import Any

from mailings.models import Address
from mailings.personal_data import Use

FIELDS: dict[type, dict[str, Use | None]] = {}


def export(address: Address) -> dict[str, Any]:
    return {}


def erase(address: Address) -> None:
    pass


def expire(now: datetime) -> None:
    pass


def keeps(address_ids: list[int]) -> set[int]:
    """Those of the addresses that are still needed here."""
    return set()

"""What a reported barrier holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime, timedelta
from typing import Any

from mailings.models import Address
from mailings.personal_data import DUTY, NOT_PERSONAL, Use
from netzwerk.models import BarrierReport

ANSWERED_DAYS = 90
MOST_DAYS = 365

_REPORT = Use(
    "gemeldete Barrieren, mit einer E-Mail-Adresse nur, wenn Sie eine Antwort möchten",
    "die Barriere zu beseitigen und Ihnen zu antworten",
    DUTY,
    f"{ANSWERED_DAYS} Tage nach der Antwort, längstens {MOST_DAYS} Tage",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    BarrierReport: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(["text", "page", "email", "at", "interim_at", "answered_at", "answered_by"], _REPORT),
    }
}


def export(address: Address) -> dict[str, Any]:
    """Under a heading that appears only if there is something, because nearly nobody reports one."""
    held = BarrierReport.objects.filter(email=address.email)
    rows = [{"Text": row.text, "Seite": row.page, "gemeldet": row.at, "beantwortet": row.answered_at} for row in held]
    return {"Gemeldete Barrieren": rows} if rows else {}


def erase(address: Address) -> None:
    BarrierReport.objects.filter(email=address.email).delete()


def expire(now: datetime) -> None:
    BarrierReport.objects.filter(answered_at__lt=now - timedelta(days=ANSWERED_DAYS)).delete()
    BarrierReport.objects.filter(at__lt=now - timedelta(days=MOST_DAYS)).delete()


def keeps(address_ids: list[int]) -> set[int]:
    """No address: a report holds a mail address as text, which nobody has confirmed."""
    return set()

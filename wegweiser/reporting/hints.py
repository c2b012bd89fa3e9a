""" "Angabe stimmt nicht": a reader's note becomes a task for the officers. Nobody learns or stores who wrote it."""

from django.db import transaction

from mailings import limits
from wegweiser.models import Hint, Offer

MOST_OPEN = 20  # of one offer: more tell the officers nothing new


class TooMany(Exception):
    """Too many hints from one place; no more are stored."""


@transaction.atomic
def record(offer: Offer, text: str, ip: str) -> None:
    """Stores the hint. Raises TooMany beyond the limits that mails have, counted for this offer and this place."""
    verdict = limits.allow("hint", f"{offer.pk}@{ip}", ip)
    if not verdict.allowed or Hint.objects.filter(offer=offer, done_at=None, by_provider=False).count() >= MOST_OPEN:
        raise TooMany
    Hint.objects.create(offer=offer, text=text)

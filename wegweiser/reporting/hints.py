""" "Angabe stimmt nicht": a reader's word becomes the officers' to-do. Who it was, nobody learns or keeps."""

from django.db import transaction

from mailings import limits
from wegweiser.models import Hint, Offer

MOST_OPEN = 20  # of one offer: more tell the officers nothing new


class TooMany(Exception):
    """So many from one place that nothing more is kept."""


@transaction.atomic
def record(offer: Offer, text: str, ip: str) -> None:
    """Keeps the hint. Raises TooMany beyond the limits that mails have, counted for this offer and this place."""
    verdict = limits.allow("hint", f"{offer.pk}@{ip}", ip)
    if not verdict.allowed or Hint.objects.filter(offer=offer, done_at=None, by_provider=False).count() >= MOST_OPEN:
        raise TooMany
    Hint.objects.create(offer=offer, text=text)

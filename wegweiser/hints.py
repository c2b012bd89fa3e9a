""" "Angabe stimmt nicht": a reader's word becomes the officers' to-do. Who it was, nobody learns or keeps."""

from django.db import transaction

from mailings import limits
from wegweiser.models import Hint, Offer

MOST_OPEN = 20  # of one offer: more tell the officers nothing new


def give(offer: Offer, text: str, ip: str) -> None:
    """Keeps the hint; beyond the limits (as for mails, per place and altogether) nothing is kept and nothing told."""
    with transaction.atomic(), transaction.atomic():
        verdict = limits.take_place("hint", ip)
        enough = Hint.objects.filter(offer=offer, done_at=None, by_provider=False).count() >= MOST_OPEN
        Hint.objects.create(offer=offer, text=text)
        if enough or not verdict.allowed:
            transaction.set_rollback(True)

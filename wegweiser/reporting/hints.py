"""The form "Angabe stimmt nicht": a reader's note becomes the officers' task. Nobody learns or stores who wrote it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kit import tallies
from kit.tallies import What
from mailings import limits
from mailings.limits import NotNow, Overrun
from wegweiser.models import Hint, Offer

KIND = "hint"
# Hints a day to one offer from one network, by the length of its prefix; beyond them with a proof of work.
NETWORKS = {64: 3, 56: 6, 48: 12, 32: 3, 24: 12}
# Open hints to one offer: more come in only with a proof of work, and then none.
MANY_OPEN, MOST_OPEN = 20, 60


class TooMany(NotNow):
    """So many hints to this offer are open that one more would tell the officers nothing new."""

    def __init__(self) -> None:
        text = _(
            "Zu diesem Angebot haben wir schon viele Hinweise und sehen es uns an. Ist es eilig? Rufen Sie uns an: "
            "%(phone)s."
        )
        super().__init__(text % {"phone": settings.CONTACT_PHONE})


def record(offer: Offer, text: str, ip: str, proof: str = "") -> None:
    """Stores the hint. Raises NotNow beyond the limits; hints are counted by themselves, for each offer and network."""
    opened = Hint.objects.filter(offer=offer, done_at=None, by_provider=False)
    request = limits.Request(KIND, ip, proof, scope=f"{KIND} {offer.pk}", networks=NETWORKS, longest_wait=timedelta())
    if limits.take_turn(request, crowded=opened.count() >= MANY_OPEN).overrun:
        raise Overrun
    with transaction.atomic():
        if opened.count() >= MOST_OPEN:
            raise TooMany
        Hint.objects.create(offer=offer, text=text)
        tallies.count(What.HINTED)

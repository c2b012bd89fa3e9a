"""The limits as they were, for tests that show what the new ones mend: refused requests were rolled back uncounted,
hints shared the keys of mails, a network was one /64, and one queue held everybody's mail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from events.answering import signups
from mailings.addresses import canonical
from mailings.limits import NotNow
from mailings.models import Address, RateHit
from members import signup
from netzwerk.privacy import my_data
from wegweiser.models import Hint, Offer
from wegweiser.reporting import hints

PER_PLACE_DAY, ALTOGETHER_HOUR = 20, 100


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    due_at: datetime


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the portal's actions use what is in this module."""
    for module in (signup, signups, my_data):
        monkeypatch.setattr(module, "mail_to_stranger", mail_to_stranger)
    monkeypatch.setattr(hints, "record", record)


def allow(what: str, mailbox: str, place: str) -> Verdict:
    """`place` is the address, for IPv6 its /64, as the caller knows it."""
    now = timezone.now()
    box, place, everybody = f"{what}:{mailbox}", f"place:{place}"[:64], "all"
    day = RateHit.objects.filter(at__gt=now - timedelta(days=1))
    ten_minutes = RateHit.objects.filter(key=box, at__gt=now - timedelta(minutes=10)).count()
    allowed = not ten_minutes and day.filter(key=box).count() < 3 and day.filter(key=place).count() < PER_PLACE_DAY
    last = RateHit.objects.filter(key=everybody).order_by("-at").values_list("at", flat=True)
    hundredth = last[ALTOGETHER_HOUR - 1 : ALTOGETHER_HOUR].first()
    due = max(now, hundredth + timedelta(hours=1)) if hundredth else now
    hits = [(box, now), (place, now), (everybody, due)]
    RateHit.objects.bulk_create(RateHit(key=key, at=at) for key, at in hits)
    return Verdict(allowed, due)


@contextmanager
def mail_to_stranger(
    kind: str, email: str, ip: str, proof: str = "", about: str = ""
) -> Iterator[tuple[Address, Verdict]]:
    with transaction.atomic(), transaction.atomic():
        verdict = allow(kind, canonical(email), ip)
        yield Address.objects.ensure(email), verdict
        if not verdict.allowed:
            transaction.set_rollback(True)


@transaction.atomic
def record(offer: Offer, text: str, ip: str, proof: str = "") -> None:
    if not allow("hint", f"{offer.pk}@{ip}", ip).allowed:
        raise NotNow("Wir haben schon einen Hinweis von Ihnen. In zehn Minuten geht der nächste.")
    Hint.objects.create(offer=offer, text=text)

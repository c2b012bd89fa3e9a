"""Records bounces and complaints, from whatever source, and what follows for the address (M-11).

The result depends on which events there were, never on their order or number.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.module_loading import import_string

from kit import locks
from kit.locks import Lock
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address, Delivery, Feedback, Suppression
from mailings.sending.queue import LONGEST_ID
from mailings.suppression import suppress

Kind, State = Feedback.Kind, Delivery.State

SOFT_COPIES, SOFT_SPAN = 5, timedelta(days=7)


@dataclass(frozen=True)
class Report:
    """One event, and how to find its copy: the provider's id, our Message-ID, or the address.

    `event` identifies the event in every report of it; only its SHA-256 is stored.
    """

    event: str
    kind: Feedback.Kind
    at: datetime
    provider_id: str = ""
    copy: uuid.UUID | None = None
    email: str = ""
    words: str = ""  # the server's own: one line, at most 300 characters, without mail addresses


def record(report: Report) -> bool:
    """Records one report, all of it or nothing; False if it is known already or concerns nobody we have written to.

    A complaint calls everything in settings.ON_COMPLAINT with the address, in this transaction. They are dotted names
    in the settings, because mailings must not import the apps that use it.
    """
    with transaction.atomic():
        address, delivery = _find(report)
        if address is None:
            return False
        _one_at_a_time(address)
        event = hashlib.sha256(report.event.encode()).hexdigest()
        facts = {"kind": report.kind, "address": address, "delivery": delivery, "at": report.at}
        if not Feedback.objects.get_or_create(event=event, defaults=facts)[1]:
            return False
        if report.kind == Kind.COMPLAINT:
            _complained(address, report.at)
        elif report.kind == Kind.HARD:
            _bounced(address, report.at)
        elif since := _worn_out(address):
            _bounced(address, since)
        if delivery is not None:
            _came_back(delivery, report)
        return True


def _find(report: Report) -> tuple[Address | None, Delivery | None]:
    """The address and its copy. Without an id: the last copy sent there before. For an erased person: nothing."""
    rows = Delivery.objects.select_related("address")
    delivery = None
    if report.provider_id:
        delivery = rows.filter(provider_id=report.provider_id[:LONGEST_ID]).first()
    if delivery is None and report.copy:
        delivery = rows.by_message_id(report.copy).first()
    if delivery is not None:
        return delivery.address, delivery
    try:
        address = Address.objects.filter(email=normalise(report.email)).first()
    except InvalidAddress:
        return None, None
    sent = Delivery.objects.filter(
        address=address, state__in=[State.SENT, State.BOUNCED, State.COMPLAINED], finished_at__lte=report.at
    )
    return address, sent.order_by("-finished_at", "-pk").first() if address else None


def _one_at_a_time(address: Address) -> None:
    """Serialises reports for one address until the transaction ends. A row lock would not do: leaving locks rows in
    another order.
    """
    locks.take(Lock.ADDRESS_FEEDBACK, address.pk)


def _bounced(address: Address, at: datetime) -> None:
    Address.objects.filter(pk=address.pk).update(bounced_at=Least("bounced_at", Value(at)))
    suppress(address.email, Suppression.Reason.BOUNCE)


def _complained(address: Address, at: datetime) -> None:
    for name in settings.ON_COMPLAINT:
        import_string(name)(address)
    Address.objects.filter(pk=address.pk).update(list_mail=False, complained_at=Least("complained_at", Value(at)))
    suppress(address.email, Suppression.Reason.COMPLAINT)


def _worn_out(address: Address) -> datetime | None:
    """When the fifth copy within seven days came back; None if fewer did. A copy counts once."""
    first: dict[int, datetime] = {}
    soft = Feedback.objects.filter(address=address, kind=Kind.SOFT).order_by("at")
    for number, delivery, at in soft.values_list("pk", "delivery", "at"):
        first.setdefault(delivery or -number, at)
    times = sorted(first.values())
    spans = zip(times, times[SOFT_COPIES - 1 :], strict=False)
    return min((end for start, end in spans if end - start <= SOFT_SPAN), default=None)


def _came_back(delivery: Delivery, report: Report) -> None:
    """Sets the copy's state, whatever it was: a report may overtake the worker's own record. A complaint outranks a
    bounce.
    """
    complained = report.kind == Kind.COMPLAINT
    Delivery.objects.filter(pk=delivery.pk).exclude(state=State.COMPLAINED).update(
        state=State.COMPLAINED if complained else State.BOUNCED,
        reason="",
        lease="",
        leased_until=None,
        finished_at=Coalesce("finished_at", Value(timezone.now())),
    )

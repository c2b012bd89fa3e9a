"""Records bounces and complaints, from whatever source, and what follows for the address (M-11).

The result depends on which events there were, never on their order or number.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.module_loading import import_string

from kit import tallies
from kit.tallies import What
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address, Delivery, Feedback, Suppression
from mailings.returns import bounce_groups, consequences
from mailings.sending.queue import LONGEST_ID
from mailings.sending.transport import discreet_answer
from mailings.suppression import suppress

Kind, State = Feedback.Kind, Delivery.State


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
        bounce_groups.one_at_a_time(address.domain)
        feedback = _store(report, address, delivery)
        if feedback is None:
            return False
        if report.kind == Kind.COMPLAINT:
            _complained(address, report.at)
        elif report.kind == Kind.SOFT or not bounce_groups.add(feedback, address):
            consequences.apply([address.pk])
        if delivery is not None:
            _came_back(delivery, report)
        return True


def _find(report: Report) -> tuple[Address | None, Delivery | None]:
    """The address and its copy. Without an id: the last copy sent there before. For an erased person: nothing."""
    rows = Delivery.objects.select_related("address", "mailing")
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


def _store(report: Report, address: Address, delivery: Delivery | None) -> Feedback | None:
    """None if the event is known already."""
    facts = {
        "kind": report.kind,
        "address": address,
        "delivery": delivery,
        "at": report.at,
        "words": discreet_answer(report.words, delivery or Delivery(address=address)),
    }
    event = hashlib.sha256(report.event.encode()).hexdigest()
    feedback, is_new = Feedback.objects.get_or_create(event=event, defaults=facts)
    return feedback if is_new else None


def _complained(address: Address, at: datetime) -> None:
    for name in settings.ON_COMPLAINT:
        import_string(name)(address)
    Address.objects.filter(pk=address.pk).update(list_mail=False, complained_at=Least("complained_at", Value(at)))
    suppress(address.email, Suppression.Reason.COMPLAINT)


def _came_back(delivery: Delivery, report: Report) -> None:
    """Sets the copy's state, whatever it was: a report may overtake the worker's own record. A complaint outranks a
    bounce.
    """
    complained = report.kind == Kind.COMPLAINT
    rows = Delivery.objects.filter(pk=delivery.pk)
    if not complained:
        tallies.count(What.MAIL_BOUNCED, rows.exclude(state__in=[State.BOUNCED, State.COMPLAINED]).count())
    rows.exclude(state=State.COMPLAINED).update(
        state=State.COMPLAINED if complained else State.BOUNCED,
        reason="",
        lease="",
        leased_until=None,
        finished_at=Coalesce("finished_at", Value(timezone.now())),
    )

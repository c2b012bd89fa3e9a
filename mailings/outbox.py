"""Writes mails into the database, in the transaction of the deed that causes them. Nothing is sent here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from mailings.letters import Letter
from mailings.links import Link
from mailings.models import Address, Delivery, Mailing


@dataclass(frozen=True)
class Recipient:
    """Who gets a copy, the values of the letter's placeholders for them, and their personal links by name."""

    address: Address
    values: dict[str, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


def queue(letter: Letter, recipients: Iterable[Recipient], due_at: datetime | None = None) -> Mailing:
    """One mailing with one delivery per recipient, due at once or at `due_at`.

    Raises TransactionManagementError outside a transaction: a mail belongs to the deed that causes it.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A mail is queued in the transaction of its deed.")
    now = timezone.now()
    mailing = letter.create_mailing()
    rank = Delivery.PERSONAL_RANK if letter.kind == Mailing.Kind.PERSONAL else Delivery.LIST_RANK
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            address=recipient.address,
            rank=rank,
            values=recipient.values,
            links={name: link.stored() for name, link in recipient.links.items()},
            queued_at=now,
            due_at=due_at or now,
        )
        for recipient in recipients
    )
    return mailing

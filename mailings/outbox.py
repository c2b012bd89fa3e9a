"""Writes mails into the database, in the transaction of the action that causes them. Nothing is sent here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from kit.patience import patient
from mailings.links import Link
from mailings.models import Address, Delivery, Mailing
from mailings.templates import MailTemplate

PATIENCE = "25s"  # for queueing to many, some 700,000; the web server ends what takes 30 s
# What differs between copies; the database fills in the rest of a delivery.
_COLUMNS = "mailing_id, address_id, priority, values, links, queued_at, due_at"


@dataclass(frozen=True)
class Recipient:
    """An address, the values of the template's placeholders for it, and its personal links by name."""

    address: Address
    values: dict[str, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


def queue_all(template: MailTemplate, recipients: QuerySet[Any], links: dict[str, Link]) -> Mailing:
    """Like `queue`, but in one statement for any number of recipients, who are fixed from then on.

    `recipients` yields the key of the address and the values as a JSON object, and as an optional third column more
    links in the form of `Link.stored`. `links` are the same for all: those that open the delivery itself.
    """
    _in_transaction()
    mailing = template.create_mailing()
    now = timezone.now()
    select, parameters = recipients.query.sql_with_params()
    stored = json.dumps({name: link.stored() for name, link in links.items()})
    with_own = len(recipients.query.values_select) + len(recipients.query.annotation_select) > 2
    columns, own = ("address, values, links", "|| chosen.links") if with_own else ("address, values", "")
    with patient(PATIENCE, "statement_timeout") as cursor:
        cursor.execute(
            f"INSERT INTO mailings_delivery ({_COLUMNS})"  # noqa: S608 - our own column names, Django's SELECT
            f" SELECT %s, chosen.address, %s, chosen.values, %s::jsonb {own}, %s, %s"
            f" FROM ({select}) AS chosen ({columns})",
            [mailing.pk, _priority(template), stored, now, now, *parameters],
        )
    return mailing


def queue(template: MailTemplate, recipients: Iterable[Recipient], due_at: datetime | None = None) -> Mailing:
    """One mailing with one delivery per recipient, due at once or at `due_at`.

    Raises TransactionManagementError outside a transaction: a mail belongs to the action that causes it.
    """
    _in_transaction()
    now = timezone.now()
    mailing = template.create_mailing()
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            address=recipient.address,
            priority=_priority(template),
            values=recipient.values,
            links={name: link.stored() for name, link in recipient.links.items()},
            queued_at=now,
            due_at=due_at or now,
        )
        for recipient in recipients
    )
    return mailing


def _priority(template: MailTemplate) -> int:
    """Confirmations and other personal mail go before list mail, however long the list is."""
    return Delivery.PERSONAL_PRIORITY if template.kind == Mailing.Kind.PERSONAL else Delivery.LIST_PRIORITY


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("A mail is queued in the transaction of its action.")

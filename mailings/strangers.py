"""Writes a mail that a stranger asked for, without telling the stranger anything about the address (P-04, P-26).

One protocol for all public forms: `limits` counts the request and commits, and only then is anything asked about the
address. Known people never wait behind strangers: mail to somebody whom we know is due at once (S-22).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from mailings import limits
from mailings.addresses import canonical
from mailings.limits import Overrun
from mailings.models import Address, Delivery, DeliveryQuerySet, Mailing


@dataclass(frozen=True)
class Verdict:
    """Whether a mail to this address may be sent on this request, and when it is due.

    `overrun`: strangers get none now; mail to people whom we know is written.
    """

    allowed: bool
    due_at: datetime
    overrun: bool = False


@contextmanager
def admitted(kind: str, email: str, ip: str | None, proof: str = "", about: str = "") -> Iterator[Verdict]:
    """Counts the request and commits; then looks whether we know the address, and gives its verdict to the block.

    Raises ProofNeeded before the block, having counted nothing, and Overrun after it, for every address. The same
    statements run for every address, and the counts that they leave are the same. Must not be entered in a transaction,
    unless `ip` is None: then no stranger has asked but the address' own link, or the demo, and nothing is counted.
    """
    if ip is None:
        yield Verdict(allowed=True, due_at=timezone.now())
        return
    turn = limits.take_turn(limits.Request(kind, ip, proof, canonical(email), about))
    with limits.forgiving(turn):
        known = known_addresses().filter(email=email).exists()
        due_at = timezone.now() if known else turn.due_at
        yield Verdict(turn.allowed and (known or not turn.overrun), due_at, turn.overrun)
    if turn.overrun:
        raise Overrun


@contextmanager
def mail_to_stranger(
    kind: str, email: str, ip: str | None, proof: str = "", about: str = ""
) -> Iterator[tuple[Address, Verdict]]:
    """The address' row and the verdict of `admitted`, for a block that queues one mail, due at `verdict.due_at`.

    Known and unknown addresses must look the same, in the page and in the time that it takes. So the caller runs the
    same statements in the same order for every address, and what must not happen is rolled back at the end: here if
    the mail is not allowed, in the block by `transaction.set_rollback(True)`. Counts were committed before and stay.

    There are two transactions for that: a rollback undoes the inner one, and the outer one commits as always.
    """
    with admitted(kind, email, ip, proof, about) as verdict, transaction.atomic():
        with transaction.atomic():
            address = Address.objects.ensure(email)
            yield address, verdict
            if not verdict.allowed:
                transaction.set_rollback(True)
        mark(kind, address, verdict)


def mark(kind: str, address: Address, verdict: Verdict) -> None:
    """Notes at the mail that a stranger asked for it, so that officers can throw it away while it waits."""
    Mailing.objects.filter(deliveries__address=address, deliveries__due_at=verdict.due_at).update(request=kind)


def known_addresses() -> QuerySet[Address]:
    """Addresses of people and offices whose mailbox has proven itself, or that officers have entered.

    `settings.KNOWN_ADDRESSES` names functions of the apps above; each returns a condition on an Address.
    """
    return Address.objects.filter(reduce(or_, (import_string(name)() for name in settings.KNOWN_ADDRESSES)))


def waiting(now: datetime) -> DeliveryQuerySet:
    """Mails of strangers whose turn has not come: never tried, and to nobody whom we know."""
    held = Delivery.objects.filter(state=Delivery.State.QUEUED, priority=Delivery.PERSONAL_PRIORITY, due_at__gt=now)
    return held.filter(attempts=0).exclude(mailing__request="").exclude(address__in=known_addresses())


def number_waiting(now: datetime) -> dict[str, int]:
    """How many mails wait, by kind of request."""
    rows = waiting(now).order_by().values("mailing__request").annotate(number=Count("pk"))
    return {row["mailing__request"]: row["number"] for row in rows}


@transaction.atomic
def discard(kind: str) -> int:
    """Cancels the mails of this kind that wait, and empties the queue. Returns the number of mails."""
    now = timezone.now()
    limits.clear_queue(kind, now)
    return waiting(now).filter(mailing__request=kind).cancel(Delivery.Reason.STOPPED, now)

"""Writes a mail that a stranger asked for, without telling the stranger anything about the address (P-04)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from mailings import limits
from mailings.addresses import canonical
from mailings.limits import Verdict
from mailings.models import Address


@contextmanager
def mail_to_stranger(kind: str, email: str, ip: str) -> Iterator[tuple[Address, Verdict]]:
    """The address' row and the verdict of the limits, for a block that queues one mail of the sort `kind`.

    Known and unknown addresses must look the same, in the page and in the time that it takes. So the caller runs the
    same statements in the same order for every address, and what must not happen is rolled back at the end: here if
    the limits forbid the mail, in the block by `transaction.set_rollback(True)`.

    There are two transactions for that: a rollback undoes the inner one, and the outer one commits as always.
    """
    with transaction.atomic(), transaction.atomic():
        verdict = limits.allow(kind, canonical(email), ip)
        yield Address.objects.ensure(email), verdict
        if not verdict.allowed:
            transaction.set_rollback(True)

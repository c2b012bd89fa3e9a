"""Addresses that must not be written to, stored so that nobody can read them (P-09)."""

import hmac
from collections.abc import Iterable

from django.conf import settings

from mailings.models import Suppression

_GRAVEST_FIRST: list[str] = [Suppression.Reason.OBJECTION, Suppression.Reason.COMPLAINT, Suppression.Reason.BOUNCE]


def key(email: str) -> str:
    """HMAC-SHA256 of the address with HASH_KEY, which the database does not hold. Hex, 64 digits."""
    return hmac.new(settings.HASH_KEY.encode(), email.encode(), "sha256").hexdigest()


def suppress(email: str, reason: Suppression.Reason) -> None:
    """Stores the graver of two reasons, in whatever order they come: a person's objection outranks a
    server's report.
    """
    suppress_all([email], reason)


def suppress_all(emails: Iterable[str], reason: Suppression.Reason) -> None:
    """Like `suppress`, for any number of addresses in two statements."""
    keys = sorted(map(key, emails))
    Suppression.objects.bulk_create([Suppression(key=key, reason=reason) for key in keys], ignore_conflicts=True)
    graver = _GRAVEST_FIRST[: _GRAVEST_FIRST.index(reason)]
    Suppression.objects.filter(key__in=keys).exclude(reason__in=[*graver, reason]).update(reason=reason)


def is_suppressed(email: str) -> bool:
    return Suppression.objects.filter(key=key(email)).exists()


def suppressed_among(emails: list[str]) -> set[str]:
    """Those of `emails` that must not be written to; one query."""
    keys = {key(email): email for email in emails}
    return {keys[found] for found in Suppression.objects.filter(key__in=keys).values_list("key", flat=True)}


def unsuppress(email: str) -> None:
    """Only the person's own confirmation may call this."""
    Suppression.objects.filter(key=key(email)).delete()


def forgive_bounces(emails: Iterable[str]) -> None:
    """For addresses whose bounce is lifted. What a person wants, an objection or a complaint, stays."""
    keys = sorted(map(key, emails))
    Suppression.objects.filter(key__in=keys, reason=Suppression.Reason.BOUNCE).delete()

"""System checks of the mail settings: `manage.py check` reports a bad combination before a mail is lost."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from mailings.sending.email_url import provider_in

LONGEST_WAIT = 30  # seconds (M-07)
# The worker renews a lease when less than half of it is left, and a message may meet more than one slow answer.
WAITS_PER_LEASE = 3
SAFE = 128  # bits (M-11)
MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def check_times(**_: Any) -> list[CheckMessage]:
    """Every wait for the mail server must end, and no lease may run out during one: that would send a mail twice."""
    found: list[CheckMessage] = []
    timeout, lease = settings.EMAIL_TIMEOUT, settings.MAIL_LEASE
    if not timeout or not 0 < timeout <= LONGEST_WAIT:
        found.append(
            Error(
                f"EMAIL_TIMEOUT must be 1 to {LONGEST_WAIT} seconds, not {timeout}.",
                hint="Longer, and one silent mail server holds up everybody's mail.",
                id="mailings.E001",
            )
        )
    elif lease < WAITS_PER_LEASE * timeout:
        found.append(
            Error(
                f"MAIL_LEASE must be at least {WAITS_PER_LEASE} × EMAIL_TIMEOUT ({WAITS_PER_LEASE * timeout} seconds),"
                f" not {lease}.",
                hint="Shorter, and a second worker sends what the first is still waiting for.",
                id="mailings.E002",
            )
        )
    return found


def check_webhook(**_: Any) -> list[CheckMessage]:
    """A report of a bounce can stop somebody's mail, so a public portal accepts reports from its provider
    only (M-11).
    """
    known = settings.WEBHOOK_SECRET
    if not known and provider_in(settings.EMAIL_URL) and not settings.LOCAL:
        return [
            Error(
                "WEBHOOK_SECRET is missing: the provider in EMAIL_URL cannot report bounces and complaints.",
                hint=MAKE_ONE,
                id="mailings.E003",
            )
        ]
    if len(known) > 2 or any(bits(secret) < SAFE for secret in known):
        return [
            Error(
                f"WEBHOOK_SECRET must be one secret of {SAFE} bits or more, or two while they change.",
                hint=MAKE_ONE,
                id="mailings.E004",
            )
        ]
    return []


def bits(secret: str) -> float:
    """The most entropy that a secret of this length can hold, drawn from hex digits or from letters and digits."""
    if len(set(secret)) < 8:
        return 0
    return len(secret) * (4 if re.fullmatch("[0-9a-fA-F]+", secret) else 5.95)

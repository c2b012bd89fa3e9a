"""What must hold between the settings of the mail worker; `manage.py check` says so before anything is lost."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

LONGEST_WAIT = 30  # seconds (M-07)
# The worker renews a lease when less than half of it is left, and a message may meet more than one slow answer.
WAITS_PER_LEASE = 3


def check_times(**_: Any) -> list[CheckMessage]:
    """No wait for the mail server is endless, and no lease runs out during one: that would send a mail twice."""
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

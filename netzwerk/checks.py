"""System checks: settings that protect nothing where others can reach the portal, and a pooler that it cannot use."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from kit import pooler
from mailings.checks import MAKE_ONE, SAFE, bits

_HERE = {"127.0.0.1", "localhost", "::1"}


def check_keys(**_: Any) -> list[CheckMessage]:
    """Personal links, the suppression list and second factors are worth as much as their keys (S-07, P-09, S-04)."""
    if settings.LOCAL:
        return []
    keys = {name: [getattr(settings, name)] for name in ("SECRET_KEY", "HASH_KEY", "FACTOR_KEY")}
    keys |= {name: getattr(settings, name) for name in ("SECRET_KEY_FALLBACKS", "FACTOR_KEY_FALLBACKS")}
    return [
        Error(
            f"{name} must hold {SAFE} bits or more: it is too short or too simple.", hint=MAKE_ONE, id="netzwerk.E001"
        )
        for name, held in keys.items()
        if any(bits(key) < SAFE for key in held)
    ]


def check_hosts(**_: Any) -> list[CheckMessage]:
    """Each name under which the portal is reached is named (S-16)."""
    wild = [host for host in settings.ALLOWED_HOSTS if host.startswith((".", "*"))]
    if settings.LOCAL or not wild:
        return []
    return [
        Error(
            f"ALLOWED_HOSTS must name each host in full, not {', '.join(wild)}.",
            hint="Unset, it is the host of SITE_URL.",
            id="netzwerk.E002",
        )
    ]


def check_passwords(**_: Any) -> list[CheckMessage]:
    """A password that goes over a network goes over TLS, from a local portal too."""
    found: list[CheckMessage] = []
    for name, plain, number in (("EMAIL_URL", "smtp", 3), ("BOUNCE_IMAP_URL", "imap", 4)):
        parts = urlsplit(getattr(settings, name))
        away = (parts.hostname or "localhost") not in _HERE
        if parts.scheme == plain and parts.password and away and parse_qs(parts.query).get("tls") != ["1"]:
            found.append(
                Error(
                    f"{name} sends its password to {parts.hostname} without TLS.",
                    hint=f"{plain}s://… if the server speaks TLS at once, {plain}://…?tls=1 for STARTTLS.",
                    id=f"netzwerk.E00{number}",
                )
            )
    return found


def check_pooler(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asks the database only where a command says that it may (Django's tag `database`)."""
    if not databases or not pooler.refuses_transactions():
        return []
    return [
        Error(
            "DATABASE_URL leads to a pooler that allows no transactions; the portal needs them.",
            hint="pgbouncer: pool_mode = transaction (or session), not statement.",
            id="netzwerk.E005",
        )
    ]

"""Limits how many mails strangers can make us send: to one address, from one network, altogether (P-05).

Keys are HMACs with a key of the day: nobody can tell whose they were, and after a day they match nothing.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from mailings.models import RateHit

PER_ADDRESS_TEN_MINUTES = 1
PER_ADDRESS_DAY = 3
PER_PLACE_DAY = 20
ALTOGETHER_HOUR = 100
_EVERYBODY = "all"

_COUNT = """
    SELECT count(*) FILTER (WHERE key = ANY(%(address)s) AND at > %(ten_minutes)s),
           count(*) FILTER (WHERE key = ANY(%(address)s)),
           count(*) FILTER (WHERE key = ANY(%(place)s)),
           (SELECT at FROM mailings_ratehit WHERE key = %(everybody)s ORDER BY at DESC OFFSET %(offset)s LIMIT 1)
    FROM mailings_ratehit
    WHERE key = ANY(%(address)s || %(place)s) AND at > %(day)s
"""


@dataclass(frozen=True)
class Verdict:
    """Whether a mail to this address may be sent on this request, and when it is due."""

    allowed: bool
    due_at: datetime


def allow(what: str, canonical: str, ip: str) -> Verdict:
    """Counts one mail of the sort `what` to an address (in its canonical form) asked for from `ip`; says whether it may
    go.

    Must be called in a transaction; the caller rolls it back if the mail is refused. The same two statements run
    whatever the verdict is. Above ALTOGETHER_HOUR mails an hour they are held: due as soon as the hour has room.
    """
    now = timezone.now()
    address_keys = _keys(f"{what}:{canonical}", now)
    place_keys = _keys(f"place:{_place(ip)}", now)
    locks.take(Lock.STRANGER_MAIL)
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "address": address_keys,
                "place": place_keys,
                "everybody": _EVERYBODY,
                "offset": ALTOGETHER_HOUR - 1,
                "ten_minutes": now - timedelta(minutes=10),
                "day": now - timedelta(days=1),
            },
        )
        ten_minutes, day, place, hundredth = cursor.fetchone()
    due = max(now, hundredth + timedelta(hours=1)) if hundredth else now
    RateHit.objects.bulk_create(
        [
            RateHit(key=address_keys[0], at=now),
            RateHit(key=place_keys[0], at=now),
            RateHit(key=_EVERYBODY, at=due),
        ]
    )
    allowed = ten_minutes < PER_ADDRESS_TEN_MINUTES and day < PER_ADDRESS_DAY and place < PER_PLACE_DAY
    return Verdict(allowed, due)


def held_since(now: datetime) -> datetime | None:
    """When the last of the held mails is due; None unless the hourly limit is holding any back. The
    officers are told.
    """
    last = RateHit.objects.filter(key=_EVERYBODY, at__gt=now).order_by("-at").first()
    return last.at if last else None


def forget(now: datetime) -> int:
    """Deletes counts that are no longer needed; returns the number of rows."""
    return RateHit.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]


def _keys(what: str, now: datetime) -> list[str]:
    """Today's key and yesterday's, because 24 hours touch two days."""
    return [_key(what, now), _key(what, now - timedelta(days=1))]


def _key(what: str, day: datetime) -> str:
    daily = hmac.digest(settings.HASH_KEY.encode(), f"limits {day:%Y-%m-%d}".encode(), "sha256")
    return hmac.new(daily, what.encode(), "sha256").hexdigest()


def _place(ip: str) -> str:
    """The network that counts as one place: the address itself, for IPv6 its /64. All unreadable addresses count as
    one.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)

"""The mail server (relay) as all workers share it: how many use it, how fast, and whether it is up.

One row in the database and a few advisory locks: no worker needs to know another.
"""

import contextlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from mailings.models import RelayStatus

_RESERVE = """
    INSERT INTO mailings_relaystatus (id, next_at, answer) VALUES (1, %(now)s::timestamptz + %(takes)s::interval, '')
    ON CONFLICT (id) DO UPDATE SET next_at = greatest(mailings_relaystatus.next_at, %(now)s) + %(takes)s::interval
    RETURNING next_at - %(takes)s::interval
"""
_DOWN = """
    INSERT INTO mailings_relaystatus (id, next_at, down_since, retry_at, answer)
    VALUES (1, %(now)s, %(now)s, %(retry)s, %(answer)s)
    ON CONFLICT (id) DO UPDATE SET down_since = coalesce(mailings_relaystatus.down_since, %(now)s),
        retry_at = %(retry)s, answer = %(answer)s
"""


class ConnectionSlots:
    """The right to some of the MAIL_CONNECTIONS connections (M-17); it is lost with the connection to the database."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._numbers: set[int] = set()
        self._session: object = None

    def take(self) -> int:
        """How many connections this worker may use: those it has already, and free ones up to `wanted`."""
        connection.ensure_connection()
        if self._session is not connection.connection:
            self._numbers, self._session = set(), connection.connection
        for number in range(settings.MAIL_CONNECTIONS):
            wanted = number not in self._numbers and len(self._numbers) < self._wanted
            if wanted and locks.try_take(Lock.RELAY_CONNECTION, number):
                self._numbers.add(number)
        return len(self._numbers)

    def lost(self) -> bool:
        """Whether its slots are gone: other workers may have them by now."""
        return bool(self._numbers) and self._session is not connection.connection

    def leave(self) -> None:
        numbers, self._numbers = self._numbers, set()
        if numbers and self._session is connection.connection:
            # A database that is away has released them.
            with contextlib.suppress(DatabaseError, InterfaceError):
                for number in numbers:
                    locks.release(Lock.RELAY_CONNECTION, number)


def may_use(now: datetime) -> bool:
    """Whether a worker may use the relay. While it is down, one worker at a time may try it after each pause (M-08)."""
    status = RelayStatus.objects.filter(pk=RelayStatus.THE_ONE, down_since__isnull=False).first()
    if status is None:
        return True
    # The worker that moves the time of the next try is the one that tries.
    mine = RelayStatus.objects.filter(pk=RelayStatus.THE_ONE, down_since__isnull=False, retry_at__lte=now)
    return mine.update(retry_at=now + timedelta(seconds=settings.EMAIL_TIMEOUT + 10)) == 1


def mark_down(answer: str, pause: float) -> None:
    """Keeps all workers away from the relay for `pause` seconds; the officers see since when, and what the
    server said.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, {"now": now, "retry": now + timedelta(seconds=pause), "answer": answer[:300]})


def mark_up() -> None:
    RelayStatus.objects.filter(pk=RelayStatus.THE_ONE, down_since__isnull=False).update(
        down_since=None, retry_at=None, answer=""
    )


def reserve(number: int) -> tuple[datetime, timedelta]:
    """When the first of `number` mails may go, and the interval to the next, so that all workers keep
    MAIL_PER_MINUTE.
    """
    now = timezone.now()
    if not settings.MAIL_PER_MINUTE:
        return now, timedelta()
    each = timedelta(minutes=1) / settings.MAIL_PER_MINUTE
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, {"now": now, "takes": str(each * number)})
        return cursor.fetchone()[0], each

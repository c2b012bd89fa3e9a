"""The mail server (relay) as all workers share it: how many use it, how fast, and whether it is up.

A few rows in the database: no worker needs to know another, and none depends on a session that a pooler may lend on.
"""

import contextlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mailings.models import ConnectionSlot, RelayStatus
from mailings.sending.lease import LeaseClock

# When mail is tried again that only officers can let go (D-08).
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
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
    WHERE mailings_relaystatus.retry_at IS DISTINCT FROM %(never)s
"""
_UNRECORDED = """
    INSERT INTO mailings_relaystatus (id, next_at, answer, unrecorded_since) VALUES (1, %(now)s, '', %(now)s)
    ON CONFLICT (id) DO UPDATE SET unrecorded_since = coalesce(mailings_relaystatus.unrecorded_since, %(now)s)
"""


class ConnectionSlots:
    """The right to some of the MAIL_CONNECTIONS connections (M-17), under a lease: those of a dead worker come free
    when it ends.
    """

    def __init__(self, lease: str, wanted: int) -> None:
        self._lease = lease
        self._wanted = wanted
        self._number = 0
        self._clock = LeaseClock()
        self._made = False

    def take(self) -> int:
        """How many connections this worker may use: those it has already, and free ones up to `wanted`."""
        wanted = min(self._wanted, settings.MAIL_CONNECTIONS)
        if self._number != wanted or self._clock.is_half_over():
            self._make()
            self._clock.restart()
            self._number = self._lease_up_to(wanted)
        return self._number

    def renew(self) -> bool:
        """Renews the lease when half of it is over; False if slots are lost: other workers may have them by now."""
        if self._clock.is_over():
            return not self._number
        if self._number and self._clock.is_half_over():
            self._clock.restart()
            return self._mine().update(leased_until=_lease_end()) >= self._number
        return True

    def leave(self) -> None:
        if self._number:
            self._number = 0
            # A database that is away learns it from the end of the lease.
            with contextlib.suppress(DatabaseError, InterfaceError):
                self._mine().update(lease="", leased_until=None)

    def _mine(self) -> QuerySet[ConnectionSlot]:
        return ConnectionSlot.objects.filter(lease=self._lease)

    def _make(self) -> None:
        if not self._made:
            numbers = range(settings.MAIL_CONNECTIONS)
            ConnectionSlot.objects.bulk_create([ConnectionSlot(number=n) for n in numbers], ignore_conflicts=True)
            self._made = True

    def _lease_up_to(self, wanted: int) -> int:
        mine = Q(lease=self._lease)
        free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
        with transaction.atomic():
            rows = ConnectionSlot.objects.select_for_update(skip_locked=True).annotate(mine=mine)
            found = rows.filter(mine | free, number__lt=settings.MAIL_CONNECTIONS).order_by("-mine", "number")
            chosen = ConnectionSlot.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:wanted]))
            return chosen.update(lease=self._lease, leased_until=_lease_end())


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.MAIL_LEASE)


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
        moments = {"now": now, "retry": now + timedelta(seconds=pause), "never": NEVER}
        cursor.execute(_DOWN, moments | {"answer": answer[:300]})


def mark_unrecorded() -> None:
    """Tells the officers that the database does not take down what became of mails."""
    with connection.cursor() as cursor:
        cursor.execute(_UNRECORDED, {"now": timezone.now()})


def mark_up() -> None:
    """Mail gets out, and is recorded."""
    trouble = Q(down_since__isnull=False) | Q(unrecorded_since__isnull=False)
    RelayStatus.objects.filter(trouble, pk=RelayStatus.THE_ONE).exclude(retry_at=NEVER).update(
        down_since=None, retry_at=None, answer="", unrecorded_since=None
    )


def hold() -> None:
    """Keeps all workers away from the relay until `let_go`, whatever is queued meanwhile."""
    held = {"down_since": timezone.now(), "retry_at": NEVER, "answer": ""}
    RelayStatus.objects.update_or_create(pk=RelayStatus.THE_ONE, defaults=held, create_defaults=held)


def held_since() -> datetime | None:
    """Since when officers' release is waited for; None if mail may go out."""
    held = RelayStatus.objects.filter(pk=RelayStatus.THE_ONE, retry_at=NEVER)
    return held.values_list("down_since", flat=True).first()


def let_go() -> bool:
    """Ends `hold`; False if nothing was held. Of two who press at once one lets go."""
    rows = RelayStatus.objects.filter(pk=RelayStatus.THE_ONE, retry_at=NEVER)
    return rows.update(down_since=None, retry_at=None) == 1


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

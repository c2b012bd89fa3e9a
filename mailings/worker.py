"""The mail worker: claims what is due, sends it, records what became of it, rests.

As many may run as wanted, on as many machines as wanted. A message is recorded right after the server has taken it,
so that a crash repeats one at the most.
"""

import contextlib
import functools
import logging
import queue
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from mailings import claims, line
from mailings.mime import Build
from mailings.models import Delivery, Mailing
from mailings.outcomes import Refused, TryLater, Unavailable
from mailings.transport import Transport, from_url

log = logging.getLogger(__name__)

REST = 1.0  # seconds between two looks at an empty queue
KEPT_BUILDS = 32


class Worker:
    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport or from_url(settings.EMAIL_URL)
        self._lease = claims.new_lease()
        self._slot = line.Slot()
        self._stopping = False
        # It may be put into at any moment; an Event locks up if the signal comes while it is just being waited for.
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._renew_at = 0.0  # as time.time() has it: a computer may sleep meanwhile
        self._build = functools.lru_cache(maxsize=KEPT_BUILDS)(_build)

    def stop(self) -> None:
        """Finish the message in hand, give back the rest. For signal handlers too, at any moment."""
        self._stopping = True
        self._wake.put(None)

    def run(self) -> None:
        """Works until `stop`. A database that is away is waited for; the process need not be restarted (D-10)."""
        while not self._stopping:
            try:
                close_old_connections()
                if self._slot.take() and line.is_open(timezone.now()) and self.work():
                    line.is_up()
                    continue
                self._rest()
            except Unavailable as error:
                log.warning("No mail gets out now: %s", error)
                self._keep(functools.partial(line.is_down, str(error), error.wait or settings.MAIL_PAUSE))
                self._rest()
            except (DatabaseError, InterfaceError) as error:
                if not _away(error):
                    raise
                log.warning("Database is away (%s), trying again.", type(error).__name__)
                connection.close()
                self._pause(3 * REST)  # whoever has something to record comes first
        self._transport.close()

    def _rest(self) -> None:
        self._transport.close()
        self._slot.leave()
        self._pause(REST)

    def _pause(self, seconds: float) -> None:
        if not self._stopping:
            with contextlib.suppress(queue.Empty):
                self._wake.get(timeout=seconds)

    def work(self) -> bool:
        """Claims and sends one batch; False if nothing was due, or after `stop`.

        Raises Unavailable with everything given back.
        """
        if self._stopping:
            return False
        self._renew_at = time.time() + settings.MAIL_LEASE / 2
        batch = claims.claim(self._lease)
        if batch is None:
            return False
        try:
            start, each = line.reserve(len(batch))
            for number, delivery in enumerate(batch):
                if each:
                    self._wait_until(start + number * each)
                if self._stopping or not self._hold():
                    break
                self._send(delivery, batch[number + 1] if number + 1 < len(batch) else None)
        finally:
            self._keep(functools.partial(claims.give_back, batch, self._lease))
        return True

    def _wait_until(self, moment: datetime) -> None:
        """Keeps to the pace (M-17), and to what is ours meanwhile; ends at once with `stop`."""
        while (left := (moment - timezone.now()).total_seconds()) > 0 and not self._stopping:
            self._hold()
            self._pause(min(left, settings.MAIL_LEASE / 4))

    def _hold(self) -> bool:
        """Renews the lease of the batch before it could run out while a message is in hand; False if it has run out:
        the database was away, or this computer asleep, and others have taken over.
        """
        now = time.time()
        if now > self._renew_at + settings.MAIL_LEASE / 2:
            return False
        if now > self._renew_at:
            self._renew_at = now + settings.MAIL_LEASE / 2
            claims.renew(self._lease)
        return True

    def _send(self, delivery: Delivery, following: Delivery | None) -> None:
        assert delivery.address is not None
        outcome: Callable[[], None]
        try:
            message = self._build(delivery.mailing, delivery.address.discreet).bytes_for(delivery)
        except Exception as error:
            # A text that cannot be filled will not get better by waiting, and must not stop the others.
            log.error("Delivery %s cannot be written: %s", delivery.pk, type(error).__name__)
            self._keep(functools.partial(claims.refused, delivery, self._lease, type(error).__name__))
            return
        try:
            provider_id = self._transport.send(delivery, message, following)
        except Unavailable:
            raise
        except Refused as error:
            outcome = functools.partial(claims.refused, delivery, self._lease, str(error))
        except TryLater as error:
            outcome = functools.partial(claims.try_later, delivery, self._lease, str(error))
        except Exception as error:
            # Nobody foresaw this. Given back at once, it would end one worker after the other.
            log.exception("Delivery %s could not be sent.", delivery.pk)
            self._transport.close()
            outcome = functools.partial(claims.try_later, delivery, self._lease, type(error).__name__)
        else:
            outcome = functools.partial(claims.sent, delivery, provider_id)
        self._keep(outcome)

    def _keep(self, record: Callable[[], None]) -> None:
        """Records an outcome, however long the database is away: only this process knows it."""
        while True:
            try:
                return record()
            except (DatabaseError, InterfaceError) as error:
                if not _away(error):
                    log.exception("An outcome could not be recorded.")
                    return None
                connection.close()
                time.sleep(REST)


def _away(error: DatabaseError | InterfaceError) -> bool:
    """Whether the database is at fault. psycopg2 reports a connection lost in mid-statement as a mere DatabaseError."""
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def _build(mailing: Mailing, discreet: bool) -> Build:
    return Build(mailing, discreet)

"""The mail worker: claims what is due, sends it, records the outcome, rests.

Any number may run, on any number of machines. A message is recorded right after the server has taken it, before the
next one is handed over on the same connection: a crash repeats at most one for each connection.
"""

import functools
import logging
import time
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending import queue, relay
from mailings.sending.exceptions import Answer, Refused, TryLater, Unavailable
from mailings.sending.message import MessageBuilder
from mailings.sending.transport import Transport

log = logging.getLogger(__name__)

REST = 1.0  # seconds between two looks at an empty queue
STEP = 0.1  # seconds, after which a resting worker notices that it should stop
KEPT_BUILDS = 32


class Worker:
    def __init__(self, transport: Transport, *more: Transport) -> None:
        """Takes one transport for each connection that it may use at once.

        With a rate limit (MAIL_PER_MINUTE) only one connection is used.
        """
        self._transports = (transport,) if settings.MAIL_PER_MINUTE else (transport, *more)
        self._lease = queue.new_lease()
        self._slots = relay.ConnectionSlots(len(self._transports))
        self._stopping = False
        self._renew_at = 0.0  # as time.time() has it: a computer may sleep meanwhile
        self._builder_of = functools.lru_cache(maxsize=KEPT_BUILDS)(MessageBuilder)

    def stop(self) -> None:
        """Lets the worker finish the messages in hand and release the rest. Safe in a signal handler, at any moment."""
        self._stopping = True

    def run(self) -> None:
        """Works until `stop`. While the database is away the worker waits; it need not be restarted (D-10)."""
        while not self._stopping:
            try:
                close_old_connections()
                allowed = self._allowed()
                if allowed and relay.may_use(timezone.now()) and self.work(allowed):
                    relay.mark_up()
                    continue
                self._rest()
            except Unavailable as error:
                log.warning("No mail gets out now: %s", error)
                self._record_until_stored(
                    functools.partial(relay.mark_down, str(error), error.wait or settings.MAIL_PAUSE)
                )
                self._rest()
            except (DatabaseError, InterfaceError) as error:
                if not _is_connection_lost(error):
                    raise
                log.warning("Database is away (%s), trying again.", type(error).__name__)
                connection.close()
                self._close()  # our slots are lost with the database
                self._pause(3 * REST)  # workers with outcomes to record come first
        self._close()

    def work_all(self) -> None:
        """Sends what is due now, unless other workers have all connections. Raises Unavailable."""
        try:
            while (allowed := self._allowed()) and self.work(allowed):
                pass
        finally:
            self._close()
            self._slots.leave()

    def _allowed(self) -> int:
        """How many connections may be used now; the others are closed."""
        allowed = self._slots.take()
        self._close(allowed)
        return allowed

    def _close(self, first: int = 0) -> None:
        for transport in self._transports[first:]:
            transport.close()

    def _rest(self) -> None:
        self._close()
        self._slots.leave()
        self._pause(REST)

    def _pause(self, seconds: float) -> None:
        """Sleeps in steps, without a lock: an Event deadlocks if the signal arrives while it starts to wait, and a
        SimpleQueue waits for ever if its time is up before it starts to wait (CPython up to 3.13 at least).
        """
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, STEP))

    def work(self, connections: int | None = None) -> bool:
        """Claims and sends one batch over `connections` connections (default: all); False if nothing was due, or after
        `stop`.

        Raises Unavailable after releasing everything.
        """
        if self._stopping:
            return False
        self._renew_at = time.time() + settings.MAIL_LEASE / 2
        batch = queue.claim(self._lease)
        if batch is None:
            return False
        try:
            start, each = relay.reserve(len(batch))
            transports = self._transports[:connections]
            number = 0
            while number < len(batch):
                if each:
                    self._wait_until(start + number * each)
                if self._stopping or self._slots.lost() or not self._renew_lease():
                    break
                width = len(transports)
                copies, following = batch[number : number + width], batch[number + width : number + 2 * width]
                used = self._send(list(zip_longest(transports, copies, following))[: len(copies)])
                # Copies that found no connection are released with the batch; this keeps connections in step.
                transports, number = transports[:used], number + width
        finally:
            self._record_until_stored(functools.partial(queue.release, batch, self._lease))
        return True

    def _wait_until(self, moment: datetime) -> None:
        """Waits for the next mail's time (M-17), renewing the lease; ends at once after `stop`."""
        while (left := (moment - timezone.now()).total_seconds()) > 0 and not self._stopping:
            self._renew_lease()
            self._pause(min(left, settings.MAIL_LEASE / 4))

    def _renew_lease(self) -> bool:
        """Renews the batch's lease before it could run out with a message in hand. False if it has run out: the
        database was away, or this computer asleep, and other workers have taken over.
        """
        now = time.time()
        if now > self._renew_at + settings.MAIL_LEASE / 2:
            return False
        if now > self._renew_at:
            self._renew_at = now + settings.MAIL_LEASE / 2
            queue.renew(self._lease)
        return True

    def _send(self, turns: list[tuple[Transport, Delivery, Delivery | None]]) -> int:
        """Sends one copy over each connection: all are handed over before the first answer is awaited.

        Returns how many connections were used: fewer than wanted if the server accepts no more, or if time was short.
        Raises Unavailable if there was none; everything else is recorded before.
        """
        in_hand: list[tuple[Transport, Delivery, Answer | Exception]] = []
        for transport, delivery, following in turns:
            answer = self._hand_over(transport, delivery, following)
            if in_hand and isinstance(answer, Unavailable):
                log.warning("No more than %s connections: %s", len(in_hand), answer)
                break
            in_hand.append((transport, delivery, answer))
            # The lease must last until the messages in hand are recorded; it is renewed only between rounds.
            if isinstance(answer, Unavailable) or self._stopping or time.time() > self._renew_at:
                break
        outcomes = [(transport, delivery, _outcome(answer)) for transport, delivery, answer in in_hand]
        taken = [(delivery, outcome) for _, delivery, outcome in outcomes if isinstance(outcome, str)]
        if taken:
            self._record_until_stored(functools.partial(queue.record_sent, taken))
        for transport, delivery, outcome in outcomes:
            if isinstance(outcome, Exception):
                self._not_taken(transport, delivery, outcome)
        for _, _, outcome in outcomes:
            if isinstance(outcome, Unavailable):
                raise outcome
        return len(in_hand)

    def _hand_over(self, transport: Transport, delivery: Delivery, following: Delivery | None) -> Answer | Exception:
        assert delivery.address is not None
        try:
            message = self._builder_of(delivery.mailing, delivery.address.discreet).bytes_for(delivery)
        except Exception as error:
            # A text that cannot be filled stays so, and must not stop the others.
            log.error("Delivery %s cannot be written: %s", delivery.pk, type(error).__name__)
            return Refused(type(error).__name__)
        try:
            return transport.hand_over(delivery, message, following)
        except Exception as error:
            return error

    def _not_taken(self, transport: Transport, delivery: Delivery, error: Exception) -> None:
        record: Callable[[], None]
        match error:
            case Unavailable():
                return  # nothing was handed over
            case Refused():
                record = functools.partial(queue.record_refused, delivery, self._lease, str(error))
            case TryLater():
                record = functools.partial(queue.retry_later, delivery, self._lease, str(error))
            case _:
                # An unforeseen error: released at once, the delivery would end one worker after the other.
                log.error("Delivery %s could not be sent.", delivery.pk, exc_info=error)
                transport.close()
                record = functools.partial(queue.retry_later, delivery, self._lease, type(error).__name__)
        self._record_until_stored(record)

    def _record_until_stored(self, record: Callable[[], None]) -> None:
        """Records an outcome, however long the database is away: only this process knows it."""
        while True:
            try:
                return record()
            except (DatabaseError, InterfaceError) as error:
                if not _is_connection_lost(error):
                    log.exception("An outcome could not be recorded.")
                    return None
                connection.close()
                time.sleep(REST)


def _is_connection_lost(error: DatabaseError | InterfaceError) -> bool:
    """Whether the database is at fault. psycopg2 reports a connection lost during a statement as a plain
    DatabaseError.
    """
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def _outcome(answer: Answer | Exception) -> str | Exception:
    """The provider's number for a copy that was taken, or why it was not."""
    if isinstance(answer, Exception):
        return answer
    try:
        return answer()
    except Exception as error:
        return error

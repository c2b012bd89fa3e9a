"""The mail worker: claims what is due, sends it, records the outcome, rests.

Any number may run, on any number of machines. A message is recorded right after the server has taken it, before the
next one is handed over on the same connection: a crash repeats at most one for each connection. So does a database
that refuses the record: what is in hand keeps its lease, and this worker sends nothing more until that is over.
"""

import functools
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending import queue, recording, relay
from mailings.sending.batch import Batch, Turn
from mailings.sending.due import DueMail
from mailings.sending.exceptions import PendingReply, Refused, TryLater, Unavailable
from mailings.sending.message import MessageBuilder
from mailings.sending.recording import NotRecorded, is_connection_lost
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
        self._slots = relay.ConnectionSlots(queue.new_lease(), len(self._transports))
        self._due_mail = DueMail()
        self._stopping = False
        self._builder_of = functools.lru_cache(maxsize=KEPT_BUILDS)(MessageBuilder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections and gives back the right to them."""
        self._close_from(0)
        self._slots.leave()

    def stop(self) -> None:
        """Lets the worker finish the messages in hand and release the rest. Safe in a signal handler, at any moment."""
        self._stopping = True

    def run(self) -> None:
        """Works until `stop`. While the database is away the worker waits; it need not be restarted (D-10)."""
        while not self._stopping:
            try:
                close_old_connections()
                self._due_mail.queue()
                # Looking first: a worker without work needs no slot, and writes nothing.
                allowed = self.allowed_connections() if queue.has_work() else 0
                if allowed and relay.may_use(timezone.now()) and self.work(allowed):
                    relay.mark_up()
                    continue
                self._rest()
            except Unavailable as error:
                log.warning("No mail gets out now: %s", error)
                self._keep_away(str(error), error.wait or settings.MAIL_PAUSE)
                self._rest()
            except NotRecorded as refusal:
                log.error("Mails in hand wait for the end of their lease, and may then be sent again: %s", refusal)
                self._rest()
            except (DatabaseError, InterfaceError) as error:
                if not is_connection_lost(error):
                    raise
                log.warning("Database is away (%s), trying again.", type(error).__name__)
                connection.close()
                self._close_from(0)  # our slots may be somebody else's when it is back
                self.pause(3 * REST)  # workers with outcomes to record come first
        self._close_from(0)

    def work_all(self) -> None:
        """Sends what is due now, unless it is held or other workers have all connections.

        Raises Unavailable and NotRecorded.
        """
        try:
            self._due_mail.queue()
            while self._may_go_on() and (allowed := self.allowed_connections()) and self.work(allowed):
                pass
        finally:
            self.close()

    def _may_go_on(self) -> bool:
        return queue.has_work() and not relay.held_since()

    def allowed_connections(self) -> int:
        """How many connections may be used now; the others are closed."""
        allowed = self._slots.take()
        self._close_from(allowed)
        return allowed

    def _close_from(self, first: int) -> None:
        for transport in self._transports[first:]:
            transport.close()

    def _rest(self) -> None:
        self.close()
        self.pause(REST)

    def pause(self, seconds: float) -> None:
        """Sleeps in steps, without a lock: an Event deadlocks if the signal arrives while it starts to wait, and a
        SimpleQueue waits for ever if its time is up before it starts to wait (CPython up to 3.13 at least).
        """
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, STEP))

    def work(self, connections: int | None = None) -> bool:
        """Claims and sends one batch over `connections` connections (default: all); False if nothing was due, or after
        `stop`.

        Raises Unavailable after releasing everything, and NotRecorded after releasing what is not in hand.
        """
        if self._stopping:
            return False
        batch = Batch.claim()
        if batch is None:
            return False
        try:
            self._send_all(batch, self._transports[:connections])
        finally:
            self._release(batch)
        return True

    def _send_all(self, batch: Batch, transports: tuple[Transport, ...]) -> None:
        """Sends the batch in rounds, one copy over each connection; ends early after `stop` or without a lease.

        Measured: a round over three connections costs the database half of what a commit for every mail costs.
        """
        start, each = relay.reserve(len(batch))
        number = 0
        while number < len(batch):
            if each:
                self._wait_until(start + number * each, batch)
            if self._stopping or not self._renew(batch):
                break
            used = self._send(batch.turns(number, transports), batch)
            # Copies that found no connection are released with the batch; this keeps connections in step.
            transports, number = transports[:used], number + len(transports)

    def _renew(self, batch: Batch) -> bool:
        """Whether both leases last, of the connections and of the batch."""
        return self._slots.renew() and batch.renew()

    def _wait_until(self, moment: datetime, batch: Batch) -> None:
        """Waits for the next mail's time (M-17), renewing the lease; ends at once after `stop`."""
        while (left := (moment - timezone.now()).total_seconds()) > 0 and not self._stopping:
            self._renew(batch)
            self.pause(min(left, settings.MAIL_LEASE / 4))

    def _send(self, turns: list[Turn], batch: Batch) -> int:
        """Sends one copy over each connection: all are handed over before the first answer is awaited.

        Returns how many connections were used: fewer than wanted if the server accepts no more, or if time was short.
        Raises Unavailable if there was none; everything else is recorded before.
        """
        in_hand: list[tuple[Turn, PendingReply | Exception]] = []
        for turn in turns:
            batch.take_in_hand(turn.delivery)
            reply = self._hand_over(turn)
            if in_hand and isinstance(reply, Unavailable):
                log.warning("No more than %s connections: %s", len(in_hand), reply)
                batch.settle(turn.delivery)
                break
            in_hand.append((turn, reply))
            # The lease must last until the messages in hand are recorded; it is renewed only between rounds.
            if isinstance(reply, Unavailable) or self._stopping or batch.clock.is_half_over():
                break
        outcomes = [(turn, _outcome(reply)) for turn, reply in in_hand]
        taken = [(turn.delivery, outcome) for turn, outcome in outcomes if isinstance(outcome, str)]
        if taken:
            self._record(batch, functools.partial(queue.record_sent, taken), *[delivery for delivery, _ in taken])
        for turn, outcome in outcomes:
            if isinstance(outcome, Exception):
                self._not_taken(turn, outcome, batch)
        for _, outcome in outcomes:
            if isinstance(outcome, Unavailable):
                raise outcome
        return len(in_hand)

    def _hand_over(self, turn: Turn) -> PendingReply | Exception:
        delivery = turn.delivery
        assert delivery.address is not None
        try:
            message = self._builder_of(delivery.mailing, delivery.address.discreet).bytes_for(delivery)
        except Exception as error:
            # A text that cannot be filled stays so, and must not stop the others.
            log.error("Delivery %s cannot be written: %s", delivery.pk, type(error).__name__)
            return Refused(type(error).__name__)
        try:
            return turn.transport.hand_over(delivery, message, turn.following)
        except Exception as error:
            return error

    def _not_taken(self, turn: Turn, error: Exception, batch: Batch) -> None:
        record: Callable[[], None]
        delivery = turn.delivery
        match error:
            case Unavailable():
                batch.settle(delivery)  # nothing was handed over
                return
            case Refused():
                record = functools.partial(queue.record_refused, delivery, batch.lease, str(error))
            case TryLater():
                record = functools.partial(queue.retry_later, delivery, batch.lease, str(error))
            case _:
                # An unforeseen error: released at once, the delivery would end one worker after the other.
                log.error("Delivery %s could not be sent.", delivery.pk, exc_info=error)
                turn.transport.close()
                record = functools.partial(queue.retry_later, delivery, batch.lease, type(error).__name__)
        self._record(batch, record, delivery)

    def _record(self, batch: Batch, record: Callable[[], None], *deliveries: Delivery) -> None:
        """Records what became of these copies. Raises NotRecorded if the database refuses it until their lease ends."""
        try:
            self.record_until_stored(record)
        except NotRecorded as refusal:
            recording.alarm(refusal)
            self._release(batch)  # other workers may send the rest
            self.record_until_stored(record, batch.clock.ends_at)
        batch.settle(*deliveries)

    def _release(self, batch: Batch) -> None:
        """If the database refuses it, all of the batch waits for the end of its lease."""
        self._record_or_alarm(batch.release)

    def _keep_away(self, answer: str, pause: float) -> None:
        """Keeps all workers away from the relay; if the database refuses that, at least this one."""
        if not self._record_or_alarm(functools.partial(relay.mark_down, answer, pause)):
            self._close_from(0)
            self.pause(pause)

    def _record_or_alarm(self, record: Callable[[], None]) -> bool:
        try:
            self.record_until_stored(record)
        except NotRecorded as refusal:
            recording.alarm(refusal)
            return False
        return True

    def record_until_stored(self, record: Callable[[], None], until: float = 0) -> None:
        """Records something, however long the database is away.

        Raises NotRecorded if the database refuses it, after trying again until that moment or until `stop`.
        """
        recording.until_stored(record, lambda: self._stopping or time.time() > until)


def _outcome(reply: PendingReply | Exception) -> str | Exception:
    """The provider's id for a copy that was taken, or the reason why it was not."""
    if isinstance(reply, Exception):
        return reply
    try:
        return reply.result()
    except Exception as error:
        return error

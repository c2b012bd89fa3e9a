"""The queue: workers claim deliveries with a lease, and record every outcome under that lease.

PostgreSQL is the queue. Only one worker holds a delivery at a time; the lease of a worker that dies runs out, and
another worker takes the delivery up again with the same Message-ID (M-05).
"""

import random
import time
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from psycopg2.extensions import cursor as PlainCursor  # type: ignore[import-untyped]

from kit import tallies
from kit.tallies import What
from mailings.models import Delivery, DeliveryQuerySet, Mailing, Receipt
from mailings.sending.transport import discreet_answer

BATCH = 100
MAX_CRASHES = 5
RETRY_MINUTES = [1, 5, 15, 60, 240]
# After 1 + 5 + 15 + 60 + 9 × 240 minutes, about 37 hours. Counted in attempts, not in hours since the mail was written:
# a mail that was held, or waited for a server that was away, has not been tried yet.
MOST_ATTEMPTS = 14
LONGEST_ID = 200  # of a provider; longer ids are cut: an outcome that cannot be stored would be sent again

# Runs for every single mail, hence without Django's wrappers and without limits (kit.transactions): it waits for no row
# of another. Not prepared, because that would belong to a session; planning VALUES costs no more.
_RECEIPTS = "INSERT INTO mailings_receipt (delivery_id, at, provider_id) VALUES {} ON CONFLICT DO NOTHING"
_RECEIPT = "(%s, to_timestamp(%s), %s)"
# Merges receipts, by any worker, into deliveries, whatever their state is by now. By primary key, because that is the
# index that both tables have.
_CARRY_OVER = """
    WITH taken AS (DELETE FROM mailings_receipt WHERE delivery_id = ANY(%(numbers)s) RETURNING *),
    merged AS (
        UPDATE mailings_delivery d SET state = 'sent', reason = '', answer = '', attempts = attempts + 1, lease = '',
            leased_until = NULL, finished_at = taken.at, provider_id = taken.provider_id
        FROM taken
        WHERE d.id = ANY(%(numbers)s) AND d.id = taken.delivery_id AND d.state IN ('queued', 'held', 'sending')
    )
    SELECT count(*) FROM taken
"""


def new_lease() -> str:
    return uuid.uuid4().hex


def has_work() -> bool:
    """Whether there is something to claim."""
    now = timezone.now()
    return Delivery.objects.due(now).exists() or Delivery.objects.abandoned(now).exists()


def claim(lease: str) -> list[Delivery] | None:
    """Leases the next deliveries to this worker, ready to be sent; None if nothing is due.

    An abandoned delivery comes first and alone: if it is what kills workers, no other is harmed, and after MAX_CRASHES
    it is set aside. Deliveries that may no longer be sent are cancelled here (M-04).
    """
    now = timezone.now()
    with transaction.atomic():
        rows = Delivery.objects.select_related("address").select_for_update(skip_locked=True, of=("self",))
        found = _abandoned(rows, now) or list(rows.due(now)[:BATCH])
        if not found:
            return None
        mailings = Mailing.objects.in_bulk({delivery.mailing_id for delivery in found})
        for delivery in found:
            delivery.mailing = mailings[delivery.mailing_id]
        mine = [delivery for delivery in found if not _set_aside(delivery, now) and not _is_forbidden(delivery, now)]
        until = now + timedelta(seconds=settings.MAIL_LEASE)
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in mine]).update(
            state=Delivery.State.SENDING, lease=lease, leased_until=until
        )
        return mine


def renew(lease: str) -> None:
    """Extends this lease, for all that is still under it."""
    until = timezone.now() + timedelta(seconds=settings.MAIL_LEASE)
    Delivery.objects.filter(state=Delivery.State.SENDING, lease=lease).update(leased_until=until)


def record_sent(taken: list[tuple[Delivery, str]]) -> None:
    """Records that the server has taken these copies, with the provider's ids for them, or "".

    Durable when this returns; `release` then merges it into the deliveries.
    """
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy does it for every attribute
    database.ensure_connection()
    now = time.time()
    values = [value for delivery, name in taken for value in (delivery.pk, now, name[:LONGEST_ID])]
    with database.wrap_database_errors, database.connection.cursor(cursor_factory=PlainCursor) as plain:
        plain.execute(_RECEIPTS.format(", ".join([_RECEIPT] * len(taken))), values)


def record_refused(delivery: Delivery, lease: str, answer: str) -> None:
    """Records a permanent refusal, for this recipient only."""
    _finish(delivery, lease, Delivery.State.FAILED, Delivery.Reason.REFUSED, answer)


def retry_later(delivery: Delivery, lease: str, answer: str) -> None:
    """Schedules the next try after 1, 5, 15, 60, 240, 240 … minutes, ±20 %; gives up with the 14th, within 30 to 45
    hours (M-06).
    """
    if delivery.attempts + 1 >= MOST_ATTEMPTS:
        _finish(delivery, lease, Delivery.State.FAILED, Delivery.Reason.GIVEN_UP, answer)
        return
    minutes = RETRY_MINUTES[min(delivery.attempts, len(RETRY_MINUTES) - 1)]
    due = timezone.now() + timedelta(minutes=minutes * random.uniform(0.8, 1.2))  # noqa: S311 - spreads tries, keeps no secret
    _still_leased([delivery], lease).update(
        state=Delivery.State.QUEUED,
        lease="",
        leased_until=None,
        due_at=due,
        attempts=F("attempts") + 1,
        answer=discreet_answer(answer, delivery),
    )


def release(batch: list[Delivery], lease: str) -> None:
    """Merges the receipts of those that have been sent; the others become free at once, as if they had not been
    claimed.
    """
    with transaction.atomic():
        _carry_over([delivery.pk for delivery in batch])
        _still_leased(batch, lease).update(state=Delivery.State.QUEUED, lease="", leased_until=None)


def free_all() -> None:
    """Merges all receipts and ends all leases: for a database that no worker knows yet (D-08)."""
    with transaction.atomic():
        _carry_over(list(Receipt.objects.values_list("pk", flat=True)))
        left = Delivery.objects.filter(state=Delivery.State.SENDING)
        left.update(state=Delivery.State.QUEUED, lease="", leased_until=None)


def _carry_over(numbers: list[int]) -> None:
    """Each receipt is merged once, so it is counted once: one tally for many mails."""
    with connection.cursor() as cursor:
        cursor.execute(_CARRY_OVER, {"numbers": numbers})
        [taken] = cursor.fetchone()
    tallies.count(What.MAIL_SENT, taken)


def _still_leased(deliveries: list[Delivery], lease: str) -> DeliveryQuerySet:
    """The rows of which the lease is still ours: a worker that has lost it must not overwrite what the next one
    recorded.
    """
    return Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries], state=Delivery.State.SENDING, lease=lease
    )


def _finish(delivery: Delivery, lease: str, state: Delivery.State, reason: str, answer: str) -> None:
    _still_leased([delivery], lease).update(
        state=state,
        reason=reason,
        answer=discreet_answer(answer, delivery),
        attempts=F("attempts") + 1,
        lease="",
        leased_until=None,
        finished_at=timezone.now(),
    )


def _abandoned(rows: DeliveryQuerySet, now: datetime) -> list[Delivery]:
    """One copy whose worker has not come back. First merges the receipts of all abandoned copies, of however many
    workers: one with a receipt was sent, and would be sent again.
    """
    left = list(Delivery.objects.abandoned(now).values_list("pk", flat=True))
    if not left:
        return []
    _carry_over(left)
    return list(rows.abandoned(now).filter(pk__in=left)[:1])


def _is_forbidden(delivery: Delivery, now: datetime) -> bool:
    """Cancels or holds the delivery if consent or an officer's order forbids it; True if it must not be sent."""
    halt, reason = delivery.mailing.halt, _reason_to_stop(delivery, now)
    if not reason and not halt:
        return False
    row = Delivery.objects.filter(pk=delivery.pk)
    if not reason and halt == Mailing.Halt.HELD:
        return row.update(state=Delivery.State.HELD, lease="", leased_until=None) == 1
    row.cancel(Delivery.Reason(reason or Delivery.Reason.STOPPED), now)
    return True


def _reason_to_stop(delivery: Delivery, now: datetime) -> str:
    """What the address says, and for a group's mail also the group: a consent of its own (P-02)."""
    address, mailing = delivery.address, delivery.mailing
    if address is None:
        return Delivery.Reason.ERASED
    reason = address.stops(mailing.kind, now)
    if reason or mailing.kind != Mailing.Kind.GROUP:
        return reason
    return str(import_string(settings.GROUP_CONSENT)(mailing.list_key, address, now))


def _set_aside(delivery: Delivery, now: datetime) -> bool:
    """Counts a worker that did not come back; True if the delivery has now failed for good."""
    if delivery.state != Delivery.State.SENDING:
        return False
    crashes = delivery.crashes + 1
    over = crashes >= MAX_CRASHES
    change: dict[str, object] = {"crashes": crashes}
    if over:
        change |= {
            "state": Delivery.State.FAILED,
            "reason": Delivery.Reason.POISON,
            "lease": "",
            "leased_until": None,
            "finished_at": now,
        }
    Delivery.objects.filter(pk=delivery.pk).update(**change)
    return over

"""Receipts: that the server has taken a copy, kept before the next copy is handed over (M-05).

The one statement on the way of every single mail: planned once for each connection, and past Django's wrappers.
"""

import contextlib
import time
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from mailings.models import Delivery

# Seconds. To keep a receipt takes a disk about as long as all the rest of a mail: where a server is as fast as that,
# several go to disk together. One that keeps what it is given, or is far away, is slower: then each goes by itself.
WITHIN = 0.004
LONGEST_ID = 200  # of a provider; an outcome that cannot be stored would be sent again

# ON CONFLICT would cost every mail what only a lost answer needs. The setting holds for this one transaction.
_PREPARE = """
    PREPARE mailings_receipt (bigint, float8, text) AS
    INSERT INTO mailings_receipt (delivery_id, at, provider_id) VALUES ($1, to_timestamp($2), $3);
    PREPARE mailings_receipt_soon (bigint, float8, text) AS
    INSERT INTO mailings_receipt (delivery_id, at, provider_id)
    SELECT $1, to_timestamp($2), $3 FROM set_config('synchronous_commit', 'off', true)
"""
_prepared: WeakSet[Any] = WeakSet()  # connections that know both
_AT_ONCE = "EXECUTE mailings_receipt (%s, %s, %s)"
_SOON = "EXECUTE mailings_receipt_soon (%s, %s, %s)"
# Writes in any case: where nothing is written, nothing is put on disk.
_AGAIN = """
    INSERT INTO mailings_receipt (delivery_id, at, provider_id) VALUES (%s, to_timestamp(%s), %s)
    ON CONFLICT (delivery_id) DO UPDATE SET at = excluded.at
"""
# Receipts, whoever has left them, become sent deliveries, whatever others have made of these meanwhile. By number, for
# which every table has an index.
_CARRY_OVER = """
    WITH taken AS (DELETE FROM mailings_receipt WHERE delivery_id = ANY(%(numbers)s) RETURNING *)
    UPDATE mailings_delivery d SET state = 'sent', reason = '', answer = '', attempts = attempts + 1, lease = '',
        leased_until = NULL, finished_at = taken.at, provider_id = taken.provider_id
    FROM taken WHERE d.id = ANY(%(numbers)s) AND d.id = taken.delivery_id AND d.state IN ('queued', 'held', 'sending')
"""


class Receipts:
    """What one worker has handed over.

    When `write` returns, PostgreSQL has the receipt: whatever becomes of the worker, nobody gets the copy again. And
    it is on disk, unless another was put there within the last 4 ms; then it follows by the next one, or at the end of
    the batch. If PostgreSQL dies before, the worker writes it once more. Only if both die together, and the server was
    so fast, is what the worker sent within the 4 ms sent again: at the pace of a real server, one copy.
    """

    def __init__(self) -> None:
        self._database: BaseDatabaseWrapper = connection
        self._session: Any = None
        self._on_disk_at = 0.0
        self._not_on_disk: dict[int, tuple[int, float, str]] = {}

    def catch_up(self) -> None:
        """Before anything is recorded: puts what may be lost with the last connection on disk by a new one."""
        self._database = connections[DEFAULT_DB_ALIAS]  # once for each record: finding it takes a while
        self._database.ensure_connection()
        if self._session is self._database.connection:
            return
        with self._database.cursor() as cursor:
            session = self._database.connection
            if session not in _prepared:
                cursor.execute(_PREPARE)
                _prepared.add(session)
            for receipt in self._not_on_disk.values():
                cursor.execute(_AGAIN, receipt)
        self._session = session
        self._not_on_disk.clear()

    def write(self, delivery: Delivery, provider_id: str = "") -> None:
        """The server has taken this copy. After `catch_up`; both again if the database went away meanwhile."""
        receipt = (delivery.pk, time.time(), provider_id[:LONGEST_ID])
        soon = time.monotonic() - self._on_disk_at < WITHIN
        self._not_on_disk[delivery.pk] = receipt
        session, self._session = self._session, None  # until we know that it is written
        # there already: by another worker, which took it for abandoned
        with contextlib.suppress(IntegrityError), self._database.wrap_database_errors, session.cursor() as cursor:
            cursor.execute(_SOON if soon else _AT_ONCE, receipt)
            if not soon:
                self._on_disk_at = time.monotonic()
                self._not_on_disk.clear()
        self._session = session

    def carried_over(self) -> None:
        """They are on disk, with the deliveries that they belong to."""
        self._not_on_disk.clear()


def carry_over(numbers: list[int]) -> None:
    """Deliveries with a receipt are sent. Of other workers too."""
    with connection.cursor() as cursor:
        cursor.execute(_CARRY_OVER, {"numbers": numbers})

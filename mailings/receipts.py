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

# Seconds. A disk takes as long to keep one receipt as the rest of a mail takes; no server that keeps what it is given
# answers so fast that a worker hands it two copies within this time.
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
# Receipts, whoever has left them, become sent deliveries. By number, for which every table has an index.
_CARRY_OVER = """
    WITH taken AS (DELETE FROM mailings_receipt WHERE delivery_id = ANY(%(numbers)s) RETURNING *)
    UPDATE mailings_delivery d SET state = 'sent', reason = '', answer = '', attempts = attempts + 1, lease = '',
        leased_until = NULL, finished_at = taken.at, provider_id = taken.provider_id
    FROM taken WHERE d.id = ANY(%(numbers)s) AND d.id = taken.delivery_id AND d.state = 'sending'
"""


class Receipts:
    """What one worker has handed over.

    When `write` returns, PostgreSQL has the receipt: whatever becomes of the worker, nobody gets the copy again. And
    the receipt is on disk, unless another was put there within the last 4 ms; then it follows by the next one, or with
    `carry_over`. If PostgreSQL dies in between, the worker lives and writes it once more. Only a machine that dies as
    a whole while it sends faster than that, as in a benchmark, repeats what each worker has sent within the 4 ms.
    """

    def __init__(self) -> None:
        self._session: Any = None
        self._on_disk_at = 0.0
        self._not_on_disk: dict[int, tuple[int, float, str]] = {}

    def write(self, delivery: Delivery, provider_id: str = "") -> None:
        """The server has taken this copy. May be called again if the database went away meanwhile."""
        now = time.monotonic()
        receipt = (delivery.pk, time.time(), provider_id[:LONGEST_ID])
        self._not_on_disk[delivery.pk] = receipt
        database = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy does it for each word
        if self.write_again(database):
            return
        if now - self._on_disk_at < WITHIN:
            _execute(database, _SOON, receipt)
            return
        _execute(database, _AT_ONCE, receipt)
        self._on_disk_at = now
        self._not_on_disk.clear()

    def write_again(self, database: BaseDatabaseWrapper) -> bool:
        """Puts what may be lost with the last connection on disk by a new one; False if it is still the same."""
        database.ensure_connection()
        if self._session is database.connection:
            return False
        if database.connection not in _prepared:
            with database.cursor() as cursor:
                cursor.execute(_PREPARE)
            _prepared.add(database.connection)
        for receipt in self._not_on_disk.values():
            _execute(database, _AT_ONCE, receipt)
        self._session = database.connection
        self._not_on_disk.clear()
        return True

    def carried_over(self) -> None:
        """They are on disk, with the deliveries that they belong to."""
        self._not_on_disk.clear()


def carry_over(numbers: list[int]) -> None:
    """Deliveries with a receipt are sent. Of other workers too."""
    with connection.cursor() as cursor:
        cursor.execute(_CARRY_OVER, {"numbers": numbers})


def _execute(database: BaseDatabaseWrapper, statement: str, receipt: tuple[int, float, str]) -> None:
    """A receipt that is there already stays: its answer was lost, not it."""
    with contextlib.suppress(IntegrityError), database.wrap_database_errors, database.connection.cursor() as cursor:
        cursor.execute(statement, receipt)

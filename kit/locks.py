"""The advisory locks of PostgreSQL that the portal uses: all numbers in one place, so that no two are equal.

Each belongs to a transaction, never to a session: behind a pooler the session is somebody else's a moment later.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from enum import IntEnum, unique

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kit.patience import patient

PATIENCE = "20s"  # an import of 5,000 rows takes 5 s; the web server ends what takes 30 s
# A transaction that only holds a lock is idle all the time. PostgreSQL 15 does not know the second.
NO_END = """
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
"""


@unique
class Lock(IntEnum):
    """What a lock guards. A lock with parts has one lock for each number of a second key."""

    STRANGER_MAIL = 7_205_001
    DAILY = 7_205_002
    DEMO_DATA = 7_205_004
    OFFER_IMPORT = 7_205_005
    NEW_EVENT = 7_205_006
    NEW_PEOPLE = 7_205_007
    DOMAIN_FEEDBACK = 7_205_008  # parts: checksums of domains
    SEARCH_INDEX = 7_205_011
    FORM_STAMP = 7_205_012  # parts: the beginning of a used stamp's key
    BACKUP = 7_205_013
    TOMBSTONES = 7_205_014
    PUBLISHED_REPORT = 7_205_021
    SIGN_IN = 7_205_031  # parts: checksums of networks


def take(lock: Lock, part: int | None = None) -> None:
    """Waits for the lock and holds it until the transaction ends. Raises OperationalError after lock_timeout."""
    _ask(connection, "pg_advisory_xact_lock", lock, part)


def take_patiently(lock: Lock) -> None:
    """Like `take`, for a lock that somebody may hold for longer than a page takes: waits for up to PATIENCE."""
    with patient(PATIENCE, "lock_timeout", "statement_timeout"):
        take(lock)


@contextmanager
def held(lock: Lock) -> Iterator[bool]:
    """Holds the lock during the block, whatever transactions begin and end in it; yields False if another has it.

    A transaction on a connection of its own holds it: it ends with this process, however that ends.
    """
    with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as own:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute(NO_END)
        try:
            yield bool(_ask(own, "pg_try_advisory_xact_lock", lock, None))
        finally:
            with suppress(DatabaseError, InterfaceError):  # lost with its connection
                own.rollback()


def _ask(on: BaseDatabaseWrapper, function: str, lock: Lock, part: int | None) -> object:
    keys = [int(lock)] if part is None else [int(lock), part % 2**31]  # the second key has 32 bits
    with on.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(keys))})", keys)
        return cursor.fetchone()[0]

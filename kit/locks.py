"""The advisory locks of PostgreSQL that the portal uses: all numbers in one place, so that no two are equal."""

from enum import IntEnum, unique

from django.db import connection

from kit.patience import patient

PATIENCE = "20s"  # an import of 5,000 rows takes 5 s; the web server ends what takes 30 s


@unique
class Lock(IntEnum):
    """What a lock guards. A lock with parts has one lock for each number of a second key."""

    STRANGER_MAIL = 7_205_001
    DAILY = 7_205_002
    RELAY_CONNECTION = 7_205_003  # parts: 0 to MAIL_CONNECTIONS - 1
    DEMO_DATA = 7_205_004
    OFFER_IMPORT = 7_205_005
    NEW_EVENT = 7_205_006
    NEW_PEOPLE = 7_205_007
    ADDRESS_FEEDBACK = 7_205_008  # parts: keys of addresses
    SEARCH_INDEX = 7_205_011
    FORM_STAMP = 7_205_012  # parts: the beginning of a used stamp's key


def take(lock: Lock, part: int | None = None) -> None:
    """Waits for the lock and holds it until the transaction ends. Raises OperationalError after lock_timeout."""
    _ask("pg_advisory_xact_lock", lock, part)


def take_patiently(lock: Lock) -> None:
    """Like `take`, for a lock that somebody may hold for longer than a page takes: waits for up to PATIENCE."""
    with patient(PATIENCE, "lock_timeout", "statement_timeout"):
        take(lock)


def try_take(lock: Lock, part: int | None = None) -> bool:
    """Takes the lock for this database session, until `release`; False if another session has it."""
    return bool(_ask("pg_try_advisory_lock", lock, part))


def release(lock: Lock, part: int | None = None) -> None:
    """Gives back a lock that `try_take` took in this session."""
    _ask("pg_advisory_unlock", lock, part)


def _ask(function: str, lock: Lock, part: int | None) -> object:
    keys = [int(lock)] if part is None else [int(lock), part % 2**31]  # the second key has 32 bits
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(keys))})", keys)
        return cursor.fetchone()[0]

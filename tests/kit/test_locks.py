"""Advisory locks: each guards one thing, and no two can wait for each other."""

import subprocess
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from kit import locks
from kit.locks import Lock


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """Another session with the same database."""
    session = connections.create_connection("default")
    yield session
    session.close()


def free(session: BaseDatabaseWrapper, *keys: int) -> bool:
    with session.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({', '.join(map(str, keys))})")
        return bool(cursor.fetchone()[0])


def test_all_locks_have_a_number_of_their_own() -> None:
    assert len({lock.value for lock in Lock.__members__.values()}) == len(Lock.__members__) == 9


def test_no_other_module_takes_an_advisory_lock_by_number() -> None:
    found = subprocess.run(
        ["git", "grep", "-l", "pg_.*advisory", "--", "*.py", ":!tests", ":!kit/locks.py"],
        cwd=settings.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout == ""


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_held_until_the_transaction_ends(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        locks.take(Lock.NEW_EVENT)
        assert not free(other, Lock.NEW_EVENT)
        assert free(other, Lock.NEW_PEOPLE)
    assert free(other, Lock.NEW_EVENT)


@pytest.mark.django_db(transaction=True)
def test_a_bounce_for_one_of_the_first_addresses_takes_no_connection_from_a_worker(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        for address in (0, 1, 2):
            locks.take(Lock.ADDRESS_FEEDBACK, address)
            assert not free(other, Lock.ADDRESS_FEEDBACK, address)
            assert free(other, Lock.RELAY_CONNECTION, address)


@pytest.mark.django_db(transaction=True)
def test_a_session_gives_its_lock_back(other: BaseDatabaseWrapper) -> None:
    assert locks.try_take(Lock.DAILY)
    assert not free(other, Lock.DAILY)
    locks.release(Lock.DAILY)
    assert free(other, Lock.DAILY)


@pytest.mark.django_db(transaction=True)
def test_keys_of_addresses_beyond_32_bits_have_a_lock_too(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        locks.take(Lock.ADDRESS_FEEDBACK, 2**40 + 7)
        assert not free(other, Lock.ADDRESS_FEEDBACK, 7)

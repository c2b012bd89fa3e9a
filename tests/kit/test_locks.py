"""Advisory locks: each guards one thing, and no two can wait for each other."""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
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
    assert len({lock.value for lock in Lock.__members__.values()}) == len(Lock.__members__) == 13


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
def test_each_address_has_a_lock_of_its_own(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        for address in (0, 1, 2):
            locks.take(Lock.DOMAIN_FEEDBACK, address)
            assert not free(other, Lock.DOMAIN_FEEDBACK, address)


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_held_for_a_whole_block_whatever_is_committed_in_it(other: BaseDatabaseWrapper) -> None:
    with locks.held(Lock.DAILY) as alone:
        assert alone
        with transaction.atomic():
            locks.take(Lock.NEW_EVENT)
        assert not free(other, Lock.DAILY)
        with locks.held(Lock.DAILY) as twice:
            assert not twice
        assert not free(other, Lock.DAILY), "the second gives back nothing of the first"
    assert free(other, Lock.DAILY)


@pytest.fixture
def hasty(other: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A database that ends transactions which are idle for 50 ms."""
    role = f'ALTER ROLE CURRENT_USER IN DATABASE "{other.settings_dict["NAME"]}"'
    with other.cursor() as cursor:
        cursor.execute(f"{role} SET idle_in_transaction_session_timeout = 50")
        yield other
        cursor.execute(f"{role} RESET idle_in_transaction_session_timeout")


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_held_however_little_an_idle_transaction_may_live(hasty: BaseDatabaseWrapper) -> None:
    with locks.held(Lock.DAILY), closing(connections.create_connection("default")) as control:
        control.set_autocommit(False)
        for session, sql in ((control, "SELECT 1"), (hasty, "SELECT pg_sleep(0.2)")):
            with session.cursor() as cursor:
                cursor.execute(sql)
        assert not free(hasty, Lock.DAILY)
        with pytest.raises(OperationalError), control.cursor() as cursor:
            cursor.execute("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_keys_of_addresses_beyond_32_bits_have_a_lock_too(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        locks.take(Lock.DOMAIN_FEEDBACK, 2**40 + 7)
        assert not free(other, Lock.DOMAIN_FEEDBACK, 7)


def limits_after(take: Callable[[Lock], None]) -> tuple[str, str]:
    """What lock_timeout and statement_timeout are, in a transaction of another session, after it has the lock."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            cursor.execute("SET LOCAL statement_timeout = '100ms'")
            take(Lock.NEW_PEOPLE)
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            return cursor.fetchone()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_patient_wait_is_longer_than_a_page_may_take_and_the_page_keeps_its_limits() -> None:
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            locks.take(Lock.NEW_PEOPLE)
            waiting = pool.submit(limits_after, locks.take_patiently)
            wait([waiting], timeout=0.5)
            assert waiting.running()
        assert waiting.result() == ("50ms", "100ms")


@pytest.mark.django_db(transaction=True)
def test_control_an_impatient_wait_ends_with_lock_timeout() -> None:
    with ThreadPoolExecutor() as pool, transaction.atomic():
        locks.take(Lock.NEW_PEOPLE)
        with pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(limits_after, locks.take).result()

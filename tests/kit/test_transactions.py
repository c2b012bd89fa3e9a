"""The limits of a transaction: each begins with its own, and none of them reaches the next on the same connection."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from kit.patience import patient
from kit.transactions import cursor_with

LIMITS = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"


def connected(**limits: float) -> BaseDatabaseWrapper:
    own = connections.create_connection("default")
    options = own.settings_dict["OPTIONS"] | {"cursor_factory": cursor_with(**limits)}
    own.settings_dict = own.settings_dict | {"OPTIONS": options}
    return own


@pytest.fixture
def web() -> Iterator[BaseDatabaseWrapper]:
    """A connection of a web server: no statement longer than 100 ms."""
    own = connected(statement_timeout=100, lock_timeout=50)
    yield own
    own.close()


def limits(own: BaseDatabaseWrapper) -> tuple[str, str]:
    with own.cursor() as cursor:
        cursor.execute(LIMITS)
        return cursor.fetchone()


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_statement_and_every_statement_of_a_transaction_have_them(web: BaseDatabaseWrapper) -> None:
    assert limits(web) == ("100ms", "50ms")
    web.set_autocommit(False)
    assert [limits(web), limits(web)] == [("100ms", "50ms")] * 2
    web.rollback()
    assert limits(web) == ("100ms", "50ms"), "the next transaction, too"


def test_a_statement_that_takes_too_long_is_ended(web: BaseDatabaseWrapper) -> None:
    with web.cursor() as cursor, pytest.raises(OperationalError, match="statement timeout"):
        cursor.execute("SELECT pg_sleep(%s)", [60])


def test_nothing_is_left_of_them_for_whoever_gets_the_connection_next(web: BaseDatabaseWrapper) -> None:
    """As behind a pooler: the same session of the database, a program with other limits, or with none."""
    before = limits(web)
    session = web.connection
    with session.cursor(cursor_factory=cursor_with()) as bare:
        bare.execute(LIMITS)
        assert bare.fetchone() == ("0", "0")
    with session.cursor(cursor_factory=cursor_with(lock_timeout=7)) as other:
        other.execute(LIMITS)
        assert other.fetchone() == ("0", "7ms")
    assert limits(web) == before


def test_control_what_a_session_sets_reaches_the_next(web: BaseDatabaseWrapper) -> None:
    with web.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")
    with web.connection.cursor(cursor_factory=cursor_with()) as bare:
        bare.execute(LIMITS)
        assert bare.fetchone() == ("100ms", "0")


def test_patience_outlasts_the_first_statement_of_a_transaction() -> None:
    with transaction.atomic():
        with patient("20s", "lock_timeout") as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("20s",)
        assert limits(connection)[1] == "3s"


def test_a_long_wait_after_a_savepoint_is_rolled_back_has_them_still(web: BaseDatabaseWrapper) -> None:
    web.set_autocommit(False)
    with web.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert limits(web) == ("100ms", "50ms")
    web.rollback()


def test_what_must_stand_alone_stands_alone(web: BaseDatabaseWrapper) -> None:
    with web.cursor() as cursor:
        cursor.execute("VACUUM mailings_relaystatus")
        cursor.execute("DROP DATABASE IF EXISTS netzwerk_nirgends")


def test_the_time_zone_is_said_when_connecting() -> None:
    """Django would set it in the session; every pooler takes note of what is said at the start."""
    own = connections.create_connection("default")
    own.force_debug_cursor = True
    own.ensure_connection()
    assert own.connection.info.parameter_status("TimeZone") == "UTC"
    assert [query["sql"] for query in own.queries if "imezone" in query["sql"].lower()] == []
    own.close()

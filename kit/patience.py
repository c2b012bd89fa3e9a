"""Statements that may take longer than the others of a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def patient(limit: str, *timeouts: str) -> Iterator[CursorWrapper]:
    """A cursor with `timeouts` ("statement_timeout", "lock_timeout") raised to `limit`; they are restored afterwards.

    Works in a transaction only, and never beyond it: after an error the rollback restores them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s) AS name", [list(timeouts)])
        usual = [(name, value) for name, value in cursor.fetchall() if value != "0"]  # 0: no limit
        _set(cursor, [(name, limit) for name, _ in usual])
        yield cursor
        _set(cursor, usual)


def _set(cursor: CursorWrapper, values: list[tuple[str, str]]) -> None:
    for pair in values:
        cursor.execute("SELECT set_config(%s, %s, true)", pair)

"""What the database is asked: the statements of a block, and blocks of which nothing stays."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def recorded() -> Iterator[list[str]]:
    """The SQL of the statements that run in the block, in their order; savepoints are left out."""
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        if not re.match("(SAVEPOINT|RELEASE|ROLLBACK TO)", sql):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


@contextmanager
def undone() -> Iterator[None]:
    """Undoes what the block writes, in a test that runs in a transaction.

    By a bare savepoint: the portal counts requests in transactions that refuse to be part of another one.
    """
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)

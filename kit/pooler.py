"""What stands between us and PostgreSQL, as far as it matters."""

from contextlib import closing

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections


def refuses_transactions() -> bool:
    """Whether it takes statements and no transactions, as pgbouncer does with pool_mode=statement.

    It hangs up without a word, as a database that ends does; hence the second look. False while the database is away.
    """
    return all(_works(autocommit=True) and not _works(autocommit=False) for _ in range(2))


def _works(autocommit: bool) -> bool:
    try:
        with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as own:
            own.set_autocommit(autocommit)
            with own.cursor() as cursor:
                cursor.execute("SELECT 1")
        return True
    except (DatabaseError, InterfaceError):
        return False

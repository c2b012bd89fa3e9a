"""Settings of PostgreSQL that hold for one transaction at a time.

A pooler hands a connection from one client to the next after each transaction: what a session has set gets lost there,
or reaches somebody else. So every transaction sets its own limits, in the message of its first statement. That costs no
round trip, and nothing of it is left when the transaction ends.
"""

import re
from typing import Any, ClassVar

from psycopg2.extensions import TRANSACTION_STATUS_IDLE, cursor  # type: ignore[import-untyped]

# PostgreSQL refuses some of these beside another statement, and they come from migrations and tools only.
_ALONE = re.compile(r"\s*(CREATE|DROP|ALTER|VACUUM|REINDEX|CLUSTER)\b", re.IGNORECASE)


class LimitedCursor(cursor):  # type: ignore[misc]
    """A cursor whose transactions begin with `limits`. Those of a named cursor do not: it would declare them."""

    limits: ClassVar[dict[str, float]] = {}

    def execute(self, query: str, vars: Any = None) -> None:
        if self._begins_transaction(query):
            query = "".join(f"SET LOCAL {name} = {value};" for name, value in self.limits.items()) + query
        super().execute(query, vars)

    def _begins_transaction(self, query: str) -> bool:
        connection = self.connection
        if self.name or connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            return False
        return not (connection.autocommit and _ALONE.match(query))


def cursor_with(**limits: float) -> type[LimitedCursor]:
    """A class of cursors, for OPTIONS["cursor_factory"] of a database, whose transactions begin with `limits`."""
    return type("Cursor", (LimitedCursor,), {"limits": limits})

"""How the portal connects to PostgreSQL, with or without a pooler in between (docs/decisions/no-session-state.md)."""

import os
from typing import Any

import dj_database_url

from kit.transactions import cursor_with
from netzwerk.environment import DATA_DIR

LOCK_TIMEOUT = 3000  # ms
# PostgreSQL reckons a jump four times as dear as reading on: true of turning disks, not of memory and flash.
RANDOM_PAGE_COST = 1.1
# The embedded PostgreSQL, whose starter left the address of its socket here.
_SOCKET = DATA_DIR / "postgres.socket"
_NONE = "postgres://netzwerk@127.0.0.1:1/netzwerk"


def configuration(url: str, statement_timeout: int) -> dict[str, Any]:
    """The entry of DATABASES for `url`, "" for the embedded PostgreSQL; `statement_timeout` in ms, 0 for none."""
    found: Any = dj_database_url.parse(url or _embedded() or _NONE, conn_max_age=60, conn_health_checks=True)
    # Nothing may depend on the session: each transaction sets its own limits, and no cursor outlives one.
    found.setdefault("OPTIONS", {})["cursor_factory"] = cursor_with(
        statement_timeout=statement_timeout, lock_timeout=LOCK_TIMEOUT, random_page_cost=RANDOM_PAGE_COST
    )
    found["DISABLE_SERVER_SIDE_CURSORS"] = True
    # Said when connecting, where every pooler takes note of it; else Django would set it in the session.
    os.environ["PGTZ"] = "UTC"
    return dict(found)


def _embedded() -> str:
    return f"postgres://netzwerk@:5432/netzwerk?host={_SOCKET.read_text().strip()}" if _SOCKET.is_file() else ""

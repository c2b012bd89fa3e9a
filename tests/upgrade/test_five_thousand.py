"""Five thousand people of an earlier version are migrated within a minute; nobody is lost (D-09). For `make proof`."""

import time
from typing import Any

import pytest
from django.core.management import call_command

from tests.upgrade.test_upgrade import DUMP, column, execute, migrated

pytestmark = pytest.mark.proof
COPIES = 460  # of the eleven members of the earlier version
IN_STATE = {"active": 9, "left": 1, "pending": 1}
TABLES = ("mailings_address", "members_member", "mailings_delivery", "events_reply")
COUNTS = "SELECT " + " || ' ' || ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
OTHERWISE = {
    "id": "id + 1000 * copy",
    "address_id": "address_id + 1000 * copy",
    "email": "copy || '.' || email",
    "nonce": "encode(sha256((nonce || copy)::bytea), 'hex')",
    "mark": "gen_random_uuid()",
}


def multiply() -> None:
    """Adds COPIES copies of every person, with mails and answers."""
    execute("SET session_replication_role = replica")  # the rows of a table refer to those of the next
    for table in TABLES:
        columns = DUMP["tables"][table]["columns"]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(OTHERWISE.get(name, f'"{name}"') for name in columns)
        execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {COPIES}) AS copy")
    execute("SET session_replication_role = DEFAULT")


def test_five_thousand_people_are_migrated_within_a_minute(django_db_setup: None, django_db_blocker: Any) -> None:
    begun: list[float] = []

    def fill() -> None:
        multiply()
        assert column(COUNTS) == ["5993 5071 15213 4149"]
        begun.append(time.monotonic())

    with django_db_blocker.unblock(), migrated(fill):
        assert time.monotonic() - begun[0] < 60  # D-09 names the minute; it takes a sixth of it
        call_command("migrate", "--check")
        assert column(COUNTS) == ["5993 5071 15213 4149"]
        states = "SELECT state || ' ' || count(*) FROM members_member GROUP BY state ORDER BY state"
        assert column(states) == [f"{state} {each * (COPIES + 1)}" for state, each in IN_STATE.items()]

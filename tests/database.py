"""pytest's database: a PostgreSQL of its own for the whole run, in a folder of its own.

It is migrated once, and filled once with what many tests begin with (tests.rows); each worker of pytest-xdist gets a
copy. The tables of an earlier version are kept for tests/upgrade. With DATABASE_URL another server can be used, as a
superuser.
"""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from netzwerk.local import SETTINGS
from netzwerk.local.postgres import running

# The last migration of each app at the commit whose rows tests/upgrade keeps.
EARLIER: dict[str, str] = json.loads((Path(__file__).parent / "upgrade/portal-5534b9c.json").read_text())["facts"][
    "migrations"
]
_EARLIER = "earlier"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django reads the settings. Workers of pytest-xdist inherit the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = contextlib.ExitStack()
        early_config.add_cleanup(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-tests-")))
        (folder / "static").mkdir()
        database = os.environ.get("DATABASE_URL")
        for name in SETTINGS:  # the operator's portal is none of our business
            os.environ.pop(name, None)
        os.environ["DATA_DIR"] = str(folder)
        os.environ["DATABASE_URL"] = database or stack.enter_context(running(folder / "postgres", throwaway=True))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """The first worker compiles all tests, with what pytest puts into them; the others wait and read what it wrote."""
    with _in_run("collected") as collected:
        try:
            fcntl.flock(collected, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(collected, fcntl.LOCK_SH)
        return (yield)


def take_copy(fill: Callable[[], None]) -> None:
    """Connects to a database of this worker alone; the first that asks makes the original and calls `fill` there.

    Undone by `drop_copy`.
    """
    creation = connection.creation
    original = creation._get_test_db_name()
    with _in_run("original") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        is_made = bool(made.seek(0, os.SEEK_END))
        if not is_made:
            creation._create_test_db(verbosity=0, autoclobber=True)
        _use(original)
        if not is_made:
            _migrate()
            fill()
            made.write("yes")
        creation.clone_test_db(_copy(), verbosity=0, autoclobber=True)
    _use(f"{original}_{_copy()}")


def _migrate() -> None:
    """Stops on the way where the earlier version was, to keep its tables."""
    executor = MigrationExecutor(connection)
    executor.migrate([(app, EARLIER.get(app, last)) for app, last in executor.loader.graph.leaf_nodes()])
    connection.creation.clone_test_db(_EARLIER, verbosity=0, autoclobber=True)
    call_command("migrate", verbosity=0)


@contextlib.contextmanager
def earlier() -> Iterator[None]:
    """Connects to a database of this worker that has the tables of the earlier version, and drops it at the end."""
    own = connection.settings_dict["NAME"]
    with contextlib.ExitStack() as stack:
        stack.callback(_use, own)
        _use(f"{own.removesuffix(_copy())}{_EARLIER}")
        connection.creation.clone_test_db(_copy(), verbosity=0, autoclobber=True)
        _use(f"{connection.settings_dict['NAME']}_{_copy()}")
        stack.callback(drop_copy)
        yield


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


@contextlib.contextmanager
def limited(**limits: float) -> Iterator[None]:
    """Other limits (lock_timeout …) for the transactions that begin in this block, in all threads."""
    factory = settings.DATABASES["default"]["OPTIONS"]["cursor_factory"]
    with mock.patch.dict(factory.limits, limits):
        yield


def drop_copy() -> None:
    """Ends what is still connected, too: a browser's last request may be in the hands of the server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.creation.destroy_test_db(verbosity=0)


def _in_run(name: str) -> TextIO:
    """A file that all workers of this run share."""
    return Path(os.environ["DATA_DIR"], name).open("a")


def _copy() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")

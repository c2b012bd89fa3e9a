"""pytest's database: a PostgreSQL of its own for the whole run, in a folder of its own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netzwerk.local import SETTINGS
from netzwerk.local.postgres import running


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

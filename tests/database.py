"""pytest's database: a PostgreSQL of its own for the whole run, in a folder of its own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netzwerk.local.postgres import running

# What would make settings.py describe the operator's portal instead of the tests'.
FOREIGN = [
    *("SITE_URL", "PORT", "DEMO", "DEBUG", "ALLOWED_HOSTS", "PROXY_COUNT", "STATEMENT_TIMEOUT"),
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "HASH_KEY", "WEBHOOK_SECRET"),
    *("EMAIL_URL", "DEFAULT_FROM_EMAIL", "REPLY_TO", "BACKUP_DIR"),
    *("SITE_NAME", "SITE_OWNERS", "REGION", "CONTACT_PHONE", "EXIT_URL"),
]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django reads the settings. Workers of pytest-xdist inherit the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = contextlib.ExitStack()
        early_config.add_cleanup(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-tests-")))
        (folder / "static").mkdir()
        for name in FOREIGN:
            os.environ.pop(name, None)
        os.environ["DATA_DIR"] = str(folder)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = stack.enter_context(running(folder / "postgres", throwaway=True))
    return (yield)

"""Fails any test that uses an unknown template variable, or logs an error that it does not expect."""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.template.base import FilterExpression, Node
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

from netzwerk.pages import texts
from tests import FULL, database, rows
from tests.desk import beate  # noqa: F401 - a fixture of all tests
from tests.post import Post
from wegweiser.search import index

# No deadline: the time of an example depends on how busy the machine is, and speed is the task of `make bench`.
EXAMPLES = 100 if FULL else 25
hypothesis_settings.register_profile("portal", deadline=None, max_examples=EXAMPLES)
hypothesis_settings.load_profile("portal")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: this test makes the portal log an error")


def pytest_collection_finish() -> None:
    """Freezes what is imported by now: searching it for garbage again and again costs a tenth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


class UnknownVariable(str):
    """Django's string_if_invalid: raises where a template of ours names an unknown variable.

    Other people's templates (the admin's, crispy's) rely on the empty string and get it.
    """

    def __bool__(self) -> bool:
        caller = sys._getframe(1)
        if caller.f_code.co_name == "resolve" and isinstance(caller.f_locals.get("self"), FilterExpression):
            _complain(caller, caller.f_locals["self"].token)
        return False

    def __contains__(self, part: object) -> bool:
        caller = sys._getframe(1)
        if caller.f_code.co_name == "render_value":  # {% blocktranslate %}
            _complain(caller, caller.f_locals["key"])
        return False


def _complain(frame, variable: str) -> None:
    while frame:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None) if isinstance(node, Node) else None
        if origin:
            if ".venv" not in origin.name and origin.name.startswith(str(settings.BASE_DIR)):
                raise AssertionError(f"{origin.name}: {variable!r} is unknown")
            return
        frame = frame.f_back


def _fill() -> None:
    """Keeps what migrations and the first daily work make, and beside it the 120 offers of the district."""
    index.refresh()  # each `upkeep.run` of a test would begin with it
    rows.keep("migrated")
    with open(os.devnull, "w") as nowhere:
        call_command("import_offers", str(settings.BASE_DIR / "wegweiser/demo/angebote.csv"), stdout=nowhere)
    rows.keep("with_offers")
    rows.put_back("migrated")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database with what `_fill` keeps first, which is there again after each test.

    Emptying all tables, as Django does after a test that commits, and telling every app about it takes forty times as
    long, and leaves later tests without those rows.
    """
    with django_db_blocker.unblock():
        database.take_copy(_fill)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda self: rows.put_back_when_nobody_writes("migrated")
        )
        yield
    with django_db_blocker.unblock():
        database.drop_copy()


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_quickly_kept() -> Iterator[None]:
    """Argon2 takes 0.2 s on purpose; what the portal uses has a test of its own."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _unknown_variables_fail() -> None:
    engines["django"].engine.string_if_invalid = UnknownVariable()


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _logged_errors_fail(request: pytest.FixtureRequest):
    """Fails a test that made the portal log an error, unless it says `@pytest.mark.logs_errors`."""
    errors = _Errors()
    # "django" does not propagate to the root (settings.LOGGING)
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(errors)
    yield
    for logger in loggers:
        logger.removeHandler(errors)
    if errors.lines and not request.node.get_closest_marker("logs_errors"):
        pytest.fail("Errors were logged:\n" + "\n".join(errors.lines), pytrace=False)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """A folder to which this test can deliver mails, and from which it reads them."""
    return Post(tmp_path / "mails")


@pytest.fixture
def texts_are_complete(db: None) -> None:
    """Nothing is left to fill in on the pages that the law asks for; "Heute" would tell it."""
    for page in texts.with_gaps():
        page.content = texts.MISSING.sub("steht da", page.content)
        page.save()


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Path) -> None:
    """Tombstones and other files of a test are deleted with it."""
    settings.DATA_DIR = tmp_path

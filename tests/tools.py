"""Programs of the system that some tests drive."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skips the test; `make proof` installs every program, so there it fails."""
    if os.environ.get("PROOF"):
        pytest.fail(f"make proof leaves nothing out: {what}")
    pytest.skip(what)

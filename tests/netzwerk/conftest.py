"""Fixtures of all tests of the site."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def told(settings: Any, tmp_path: Path) -> Callable[[], list[str]]:
    """What the operator gets: subject and text of each mail, oldest first."""
    settings.EMAIL_URL, settings.OPERATOR_EMAIL = f"folder://{tmp_path / 'an die IT'}", ["it@amt.example"]

    def read() -> list[str]:
        files = sorted((tmp_path / "an die IT").glob("*.eml"))
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        assert {mail["To"] for mail in mails} <= {"it@amt.example"}
        return [f"{mail['Subject']}\n{mail.get_content()}" for mail in mails]

    return read

import pytest

from kit.desk import audit
from kit.desk.audit import Action


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # signed in without a second factor
    settings.FORM_SECONDS = 0  # nobody types here


@pytest.fixture
def log(monkeypatch) -> list[tuple[str, Action, str]]:
    """What is written into the officers' log, but for signing in: who, what, about what."""
    rows: list[tuple[str, Action, str]] = []

    def record(user, action: Action, what: str = "", about=None) -> None:
        if action != Action.SIGNED_IN:
            rows.append((user.first_name, action, what))

    monkeypatch.setattr(audit, "record", record)
    return rows

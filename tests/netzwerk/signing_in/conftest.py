from typing import Any

import pytest

from kit.desk import audit
from kit.desk.audit import Action

SIGN_INS = (Action.SIGNED_IN, Action.SIGNED_OUT, Action.SIGN_IN_REFUSED)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Action, str]]:
    """What the officers' log hears: who, what, of which thing."""
    entries: list[tuple[str, Action, str]] = []

    def note(user: Any, action: Action, what: str = "", about: Any = None) -> None:
        if action not in SIGN_INS:
            entries.append((str(user), action, what))

    monkeypatch.setattr(audit, "record", note)
    return entries

"""The officers' log (R-06): who did what and when. Every app writes it here; the site says where it is kept."""

from collections.abc import Callable
from enum import StrEnum, unique
from typing import Any


@unique
class Action(StrEnum):
    """What is logged. Values are stored and never change."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    INVITED = "colleague invited"
    PASSWORD = "password changed"  # noqa: S105
    FACTOR_ADDED = "factor added"
    FACTOR_ENDED = "factor ended"
    RESET_ASKED = "reset of factors asked"
    RESET_OBJECTED = "reset of factors objected to"
    RESET_DONE = "factors reset"
    ROLES = "roles changed"
    SWITCHED_OFF = "account switched off"
    SWITCHED_ON = "account switched on"
    EXPORTED = "data exported"
    SENT = "mail sent"
    ERASED = "person erased"
    ADDED = "added"
    CHANGED = "changed"


Writer = Callable[[Any, Action, str], None]
_writers: list[Writer] = []


def keep_with(writer: Writer) -> None:
    """From now on `record` hands every row to `writer`. Called once, while the site starts."""
    _writers[:] = [writer]


def record(user: Any, action: Action, what: str = "") -> None:
    """Logs in the current transaction that `user` did `action`; None stands for somebody who is not signed in.

    `what` says to which thing, in German, and never names a member ("Rundmail 7", "Mitglied 12").
    """
    for writer in _writers:
        writer(user, action, what)

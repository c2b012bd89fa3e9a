"""The officers' log (R-06): who did what and when. Every app writes it here; the site says where it is kept."""

from collections.abc import Callable
from enum import unique
from typing import Any

from django.db.models import Model, QuerySet, TextChoices


@unique
class Action(TextChoices):
    """What is logged, and how the desk says it. Values are stored and never change."""

    SIGNED_IN = "signed in", "angemeldet"
    SIGN_IN_REFUSED = "sign-in refused", "Anmeldung abgelehnt"
    SIGNED_OUT = "signed out", "abgemeldet"
    INVITED = "colleague invited", "Konto: eingeladen"
    PASSWORD = "password changed", "Passwort geändert"
    FACTOR_ADDED = "factor added", "Zweiter Schritt eingerichtet"
    FACTOR_ENDED = "factor ended", "Zweiter Schritt entfernt"
    RESET_ASKED = "reset of factors asked", "Zurücksetzen erbeten"
    RESET_OBJECTED = "reset of factors objected to", "Zurücksetzen widersprochen"
    RESET_DONE = "factors reset", "Zweiter Schritt zurückgesetzt"
    ROLES = "roles changed", "Rollen geändert"
    SWITCHED_OFF = "account switched off", "Konto abgeschaltet"
    SWITCHED_ON = "account switched on", "Konto eingeschaltet"
    EXPORTED = "data exported", "heruntergeladen"
    IMPORTED = "list imported", "eingelesen"
    SENT = "mail sent", "verschickt"
    ERASED = "person erased", "Person gelöscht"
    PUBLISHED = "report published", "veröffentlicht"
    VIEWED = "viewed", "angesehen"
    ADDED = "added", "eingetragen"
    CHANGED = "changed", "geändert"
    DELETED = "deleted", "gelöscht"


Writer = Callable[[Any, Action, str, Model | None], None]
Reader = Callable[[Model], "QuerySet[Any]"]
_writers: list[Writer] = []
_readers: list[Reader] = []


def keep_with(writer: Writer, reader: Reader) -> None:
    """From now on `record` hands every row to `writer`, and `history` asks `reader`. Called once, at the start."""
    _writers[:], _readers[:] = [writer], [reader]


def record(user: Any, action: Action, what: str = "", about: Model | None = None) -> None:
    """Logs in the current transaction that `user` did `action`; None stands for somebody who is not signed in.

    `what` says to which thing, in German, and never names a member ("Rundmail 7", "Mitglied 12"). `about` is the
    record that it happened to, so that its history shows it.
    """
    for writer in _writers:
        writer(user, action, what, about)


def history(about: Model) -> "QuerySet[Any]":
    """What was logged about the record, newest first; each row has `at`, `who`, `did` and `what`."""
    return _readers[0](about)

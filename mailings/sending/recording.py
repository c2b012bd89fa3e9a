"""Writes down what became of copies that were handed over: only this process knows it."""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from mailings.sending import relay

log = logging.getLogger(__name__)

REST = 1.0  # seconds between two tries


class NotRecorded(Exception):
    """The database refuses an outcome. Copies in hand keep their lease, and its end counts as a crash (M-22)."""


def until_stored(record: Callable[[], None], give_up: Callable[[], bool]) -> None:
    """Records an outcome, however long the database is away.

    Raises NotRecorded if the database is there and refuses it, as soon as `give_up()` is true.
    """
    waits = False
    while True:
        try:
            return record()
        except (DatabaseError, InterfaceError, ValueError) as error:
            if not is_connection_lost(error) and give_up():
                raise NotRecorded(_name(error)) from error
            if not waits:
                log.warning("The outcome of mails waits for the database: %s", _name(error))
                waits = True
        connection.close()
        time.sleep(REST)


def alarm(refusal: NotRecorded) -> None:
    """Tells the log and the officers, without a word of the data."""
    log.error("The outcome of mails could not be recorded: %s", refusal)
    try:
        relay.mark_unrecorded()
    except (DatabaseError, InterfaceError) as error:
        log.error("The officers could not be told: %s", _name(error))


def is_connection_lost(error: Exception) -> bool:
    """Whether the database is away. psycopg2 reports a connection lost during a statement as a plain DatabaseError."""
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def _name(error: Exception) -> str:
    """Its class and SQLSTATE. Its text may name what was to be stored."""
    return f"{type(error).__name__} {getattr(error.__cause__, 'pgcode', None) or ''}".rstrip()

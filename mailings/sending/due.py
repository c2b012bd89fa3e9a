"""Mail that other apps queue at its time, such as a newsletter for seven in the morning."""

import logging
import time

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.module_loading import import_string

from mailings.sending import relay

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds, after which what has failed is tried again


class DueMail:
    """Calls everything in settings.QUEUE_MAIL, as often as the worker looks for work.

    These are dotted names: `mailings` knows none of its clients. Whatever fails there stops no other mail.
    """

    def __init__(self) -> None:
        self._not_before = dict.fromkeys(settings.QUEUE_MAIL, 0.0)

    def queue(self) -> None:
        """Nothing while all mail is held. What fails in there raises nothing; a database that is away does."""
        if relay.held_since():
            return
        for name, not_before in self._not_before.items():
            if time.monotonic() >= not_before:
                self._call(name)

    def _call(self, name: str) -> None:
        try:
            import_string(name)()
        except DatabaseError as error:
            log.warning("%s waits for the database (%s).", name, type(error).__name__)
            self._not_before[name] = time.monotonic() + PATIENCE
        except Exception:
            log.exception("%s has failed; it is tried again in a minute.", name)
            self._not_before[name] = time.monotonic() + PATIENCE

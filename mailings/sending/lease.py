"""The clock of a lease of MAIL_LEASE seconds. Of time.time(): a computer may sleep meanwhile."""

import time

from django.conf import settings


class LeaseClock:
    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Call it before the lease is written: the worker must not believe in it for longer than the others do."""
        self._half_over_at = time.time() + settings.MAIL_LEASE / 2

    @property
    def ends_at(self) -> float:
        return self._half_over_at + settings.MAIL_LEASE / 2

    def is_half_over(self) -> bool:
        """Whether to renew the lease now, so that it cannot run out with a message in hand."""
        return time.time() > self._half_over_at

    def is_over(self) -> bool:
        """Whether others may have taken over: the database was away, or this computer asleep."""
        return time.time() > self.ends_at

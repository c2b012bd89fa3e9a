"""A batch of leased deliveries: the clock of its lease, and its rounds over one or several connections."""

import time
from itertools import zip_longest
from typing import NamedTuple, Self

from django.conf import settings

from mailings.models import Delivery
from mailings.sending import queue
from mailings.sending.transport import Transport


class Turn(NamedTuple):
    """One copy for one connection, and the copy that this connection gets in the next round."""

    transport: Transport
    delivery: Delivery
    following: Delivery | None


class Batch:
    """Deliveries that one worker has claimed, in the order in which they are sent."""

    def __init__(self, deliveries: list[Delivery], lease: str, renew_at: float) -> None:
        self._deliveries = deliveries
        self._lease = lease
        self._renew_at = renew_at  # of time.time(): a computer may sleep meanwhile

    @classmethod
    def claim(cls, lease: str) -> Self | None:
        """The next deliveries that are due; None if there are none."""
        renew_at = time.time() + settings.MAIL_LEASE / 2
        deliveries = queue.claim(lease)
        return None if deliveries is None else cls(deliveries, lease, renew_at)

    def __len__(self) -> int:
        return len(self._deliveries)

    def turns(self, number: int, transports: tuple[Transport, ...]) -> list[Turn]:
        """The round that begins with delivery `number`: one copy for each connection, as far as there are copies."""
        width = len(transports)
        copies = self._deliveries[number : number + width]
        following = self._deliveries[number + width : number + 2 * width]
        return [Turn(*turn) for turn in list(zip_longest(transports, copies, following))[: len(copies)]]

    def must_renew(self) -> bool:
        return time.time() > self._renew_at

    def renew(self) -> bool:
        """Renews the lease before it could run out with a message in hand.

        False if it has run out: the database was away, or this computer asleep, and other workers have taken over.
        """
        now = time.time()
        if now > self._renew_at + settings.MAIL_LEASE / 2:
            return False
        if now > self._renew_at:
            self._renew_at = now + settings.MAIL_LEASE / 2
            queue.renew(self._lease)
        return True

    def release(self) -> None:
        """Merges the receipts of what has been sent; the rest becomes free at once."""
        queue.release(self._deliveries, self._lease)

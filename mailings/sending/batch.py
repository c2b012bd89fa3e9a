"""A batch of leased deliveries: what of it is in hand, its lease, and its rounds over one or several connections."""

from itertools import zip_longest
from typing import NamedTuple, Self

from mailings.models import Delivery
from mailings.sending import queue
from mailings.sending.lease import LeaseClock
from mailings.sending.transport import Transport


class Turn(NamedTuple):
    """One copy for one connection, and the copy that this connection gets in the next round."""

    transport: Transport
    delivery: Delivery
    following: Delivery | None


class Batch:
    """Deliveries that one worker has claimed, in the order in which they are sent, under a lease of their own."""

    def __init__(self, deliveries: list[Delivery], lease: str, clock: LeaseClock) -> None:
        self.lease = lease
        self.clock = clock
        self._deliveries = deliveries
        self._in_hand: set[int] = set()

    @classmethod
    def claim(cls) -> Self | None:
        """The next deliveries that are due; None if there are none."""
        lease, clock = queue.new_lease(), LeaseClock()
        deliveries = queue.claim(lease)
        return None if deliveries is None else cls(deliveries, lease, clock)

    def __len__(self) -> int:
        return len(self._deliveries)

    def turns(self, number: int, transports: tuple[Transport, ...]) -> list[Turn]:
        """The round that begins with delivery `number`: one copy for each connection, as far as there are copies."""
        width = len(transports)
        copies = self._deliveries[number : number + width]
        following = self._deliveries[number + width : number + 2 * width]
        return [Turn(*turn) for turn in list(zip_longest(transports, copies, following))[: len(copies)]]

    def take_in_hand(self, delivery: Delivery) -> None:
        """From now on, and until `settle`, this copy may have been sent without being recorded."""
        self._in_hand.add(delivery.pk)

    def settle(self, *deliveries: Delivery) -> None:
        """The outcome of these copies is recorded, or they have not been handed over."""
        self._in_hand.difference_update(delivery.pk for delivery in deliveries)

    def renew(self) -> bool:
        """Renews the lease before it could run out with a message in hand; False if it has run out."""
        if self.clock.is_over():
            return False
        if self.clock.is_half_over():
            self.clock.restart()
            queue.renew(self.lease)
        return True

    def release(self) -> None:
        """Merges the receipts of what has been sent. The rest becomes free at once, but for what is in hand: that
        keeps its lease, as after a crash (M-22).
        """
        rest = [delivery for delivery in self._deliveries if delivery.pk not in self._in_hand]
        queue.release(rest, self.lease)

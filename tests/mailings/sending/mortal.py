"""A worker whose deliveries end as a script says, and which can die as of `kill -9`: nothing is given back then."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from mailings.models import Delivery
from mailings.sending.exceptions import PendingReply, Refused, TryLater, Unavailable
from mailings.sending.worker import Worker

SENT, NOT_TOLD, REFUSED, LATER, AWAY, ODD = "sent", "taken, not told", "refused", "later", "away", "odd"
DIES_BEFORE, DIES_AFTER, DIES_RECORDED = "dies before", "dies after", "dies recorded"
TAKEN = {SENT, NOT_TOLD, DIES_AFTER, DIES_RECORDED}
OUTCOMES = [SENT, NOT_TOLD, REFUSED, LATER, AWAY, ODD, DIES_BEFORE, DIES_AFTER, DIES_RECORDED]
ERRORS = {
    NOT_TOLD: TryLater("connection lost"),
    REFUSED: Refused("550 no"),
    LATER: TryLater("450 busy"),
    AWAY: Unavailable("421 nobody gets in"),
    ODD: RuntimeError("nobody foresaw this"),
}


class Death(BaseException):
    """Nothing of the worker runs after this."""


@dataclass
class Step:
    """The outcome of the next copy, and what happens elsewhere while it is in hand."""

    outcome: str
    meanwhile: Callable[[], object] = lambda: None


@dataclass
class Books:
    """The truth, by delivery: copies that the server has taken, and those that may come once more."""

    taken: Counter[int]
    may_repeat: Counter[int]

    def write(self, delivery: Delivery, outcome: str) -> None:
        if outcome in TAKEN:
            self.taken[delivery.pk] += 1
        if outcome in (NOT_TOLD, DIES_AFTER):
            self.may_repeat[delivery.pk] += 1


class Scripted:
    """A transport that plays its steps, the last one for all that follow; for several connections at once, too."""

    def __init__(self, steps: list[Step], books: Books, look: Callable[[Delivery], None]) -> None:
        self._steps, self._books, self._look = steps, books, look
        self._round: list[tuple[Delivery, str]] = []
        self._round_is_over = False
        self.dead = False

    def hand_over(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> PendingReply:
        if self._round_is_over:
            self._round, self._round_is_over = [], False
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        self._look(delivery)
        step.meanwhile()
        self._books.write(delivery, step.outcome)
        if step.outcome in (DIES_BEFORE, DIES_AFTER):
            for copy, outcome in self._round:  # taken on another connection, and not recorded
                self._books.may_repeat[copy.pk] += outcome in (SENT, DIES_RECORDED)
            self.die()
        if step.outcome == AWAY:
            raise ERRORS[AWAY]
        self._round.append((delivery, step.outcome))
        return PendingReply(functools.partial(self._reply, step.outcome))

    def die(self) -> NoReturn:
        self.dead = True
        raise Death

    def die_if_recorded(self) -> None:
        """Called when something has been recorded: of each round first what was taken."""
        if any(outcome == DIES_RECORDED for _, outcome in self._round):
            self.die()

    def _reply(self, outcome: str) -> str:
        self._round_is_over = True
        if outcome in ERRORS:
            raise ERRORS[outcome]
        return ""

    def close(self) -> None:
        pass


class Mortal(Worker):
    def __init__(self, transport: Scripted, connections: int = 1) -> None:
        super().__init__(*[transport] * connections)
        self._script = transport

    def work(self, connections: int | None = None) -> bool:
        """One batch; True also if it ended in a pause or in death."""
        try:
            return super().work(connections)
        except (Unavailable, Death):
            return True

    def record_until_stored(self, record: Callable[[], None], until: float = 0) -> None:
        if not self._script.dead:
            super().record_until_stored(record, until)
            self._script.die_if_recorded()

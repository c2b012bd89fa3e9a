"""One row of "Heute"."""

from dataclasses import dataclass
from enum import Enum


class Urgency(Enum):
    """When it should be done, in the order of the page."""

    NOW = "Eilt"
    WEEK = "Diese Woche"
    LATER = "Wenn Sie Zeit haben"


@dataclass(frozen=True)
class Alert:
    """`number` and `what` are one sentence: 3 "Mails sind nicht angekommen"; `more` says what it is about.

    `url` is where `action` leads: a list of `number` rows, or the page of the one thing; "" if there is nothing to
    open. A state that nobody can count has no number but an icon. It is shown to users with every permission in
    `needs`. `failed`: something has gone wrong already.
    """

    what: str
    more: str
    needs: tuple[str, ...]
    url: str = ""
    action: str = "Ansehen"
    number: int | None = 1
    icon: str = ""
    urgency: Urgency = Urgency.WEEK
    failed: bool = False

    def __str__(self) -> str:
        return self.what if self.number is None else f"{self.number} {self.what}"

    @property
    def urgent(self) -> bool:
        return self.urgency == Urgency.NOW


def counted(number: int, one: str, many: str) -> str:
    """The word that follows the number."""
    return one if number == 1 else many

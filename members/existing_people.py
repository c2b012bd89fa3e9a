"""What officers have to know before they enter people: who is on the list already, and who must not be written to."""

from dataclasses import dataclass

from kit import locks
from kit.locks import Lock
from mailings import suppression
from members.models import Member


@dataclass(frozen=True)
class Known:
    """Of the addresses asked about: the state of those who are or were members, and the suppressed ones."""

    states: dict[str, str]
    suppressed: set[str]

    def __contains__(self, email: str) -> bool:
        return email in self.states or email in self.suppressed


def take_turns() -> None:
    """Until the transaction ends nobody else enters people: a double click, or two officers, enter them once."""
    locks.take(Lock.NEW_PEOPLE)


def known(emails: list[str]) -> Known:
    """Two queries, however many addresses."""
    members = Member.objects.filter(address__email__in=emails)
    return Known(dict(members.values_list("address__email", "state")), suppression.suppressed_among(emails))

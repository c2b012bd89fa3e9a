"""What officers must know before they enter people: who is on the list already, and who must not be written to."""

from dataclasses import dataclass

from kit import locks
from kit.locks import Lock
from mailings import suppression
from members.models import Member


@dataclass(frozen=True)
class Known:
    """The states of addresses of present and former members, and the suppressed addresses."""

    states: dict[str, str]
    suppressed: set[str]

    def __contains__(self, email: str) -> bool:
        return email in self.states or email in self.suppressed


def take_turns() -> None:
    """Serialises entering people until the transaction ends: a double click, or two officers, enter nobody twice."""
    locks.take_patiently(Lock.NEW_PEOPLE)  # an import of a long list may hold it


def known(emails: list[str]) -> Known:
    """What is known of the addresses; two queries, however many there are."""
    members = Member.objects.filter(address__email__in=emails)
    return Known(dict(members.values_list("address__email", "state")), suppression.suppressed_among(emails))

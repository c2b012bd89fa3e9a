"""Which way answers reach us: counted once for each household, with its first answer."""

from events.models import Reply
from kit import tallies
from kit.tallies import Channel, What


def count(before: Reply, by: str) -> None:
    """Counts the answer of a reply that is about to be changed; `by` is the officer who enters it, or "".

    What people of a group answer each other is nothing that reaches us.
    """
    if before.answered_at is None and before.event.group_id is None:
        tallies.count(What.ANSWERED, of=Channel.PHONE if by else Channel.LINK)

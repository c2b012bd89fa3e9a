"""Which way answers reach us: counted once for each household, with its first answer."""

from events.models import Reply
from kit import tallies
from kit.tallies import Channel, What


def count(before: Reply, by: str) -> None:
    """Counts the answer of a reply that is about to be changed; `by` is the officer who enters it, or ""."""
    if before.answered_at is None:
        tallies.count(What.ANSWERED, of=Channel.PHONE if by else Channel.LINK)

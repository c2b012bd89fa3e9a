"""The answers to one event as a table for a spreadsheet program.

It holds what somebody needs who calls families or plans seats and childcare: who, how to reach them, what they answered
and for how many. A family that waits shows what it waits for. Remarks stay in the portal: they tell of health, and have
a permission of their own (P-24). The last column marks those whose mailbox others can read.
"""

from collections.abc import Iterator

from events.answering import answers
from events.models import BANDS, Reply, ReplyQuerySet, band_label
from kit.batches import in_batches
from kit.desk.downloads import PIECE

_BANDS = [band_label(band) for band in BANDS]
HEADER = [
    "Familie",
    "E-Mail-Adresse",
    "Telefon",
    "Antwort",
    "Erwachsene",
    *(f"Kinder {band} Jahre" for band in _BANDS),
    *(f"in Betreuung {band} Jahre" for band in _BANDS),
    "ohne Einladung",
    "nur neutral anschreiben",
]


def rows(replies: ReplyQuerySet) -> Iterator[list[str]]:
    return map(_row, in_batches(replies.select_related("address", "waiting_list_entry"), PIECE))


def _row(reply: Reply) -> list[str]:
    party = answers.waiting_list_entry_of(reply) or reply
    address = reply.address
    return [
        reply.name,
        address.email if address else "",
        reply.shown_phone,
        reply.get_state_display(),
        *map(str, [party.adults, *party.children, *party.childcare]),
        "" if reply.invited_at else "ja",
        "ja" if address and address.discreet else "",
    ]

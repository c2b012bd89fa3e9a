"""The members as a table for a spreadsheet program.

It holds what somebody needs who writes a letter, counts, or moves the list elsewhere: how to address and reach a
person, whether the person is on the list and since when, and the town. Notes and the children's years of birth stay in
the portal. The last column marks those whose mailbox others can read: write to them in neutral words only.
"""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from kit.batches import in_batches
from kit.desk.downloads import PIECE
from members.lookup.status import status_of
from members.models import Member

HEADER = ["Anrede", "E-Mail-Adresse", "Telefon", "Stand", "Wohnort", "dabei seit", "nur neutral anschreiben"]


def rows(members: "QuerySet[Member]") -> Iterator[list[str]]:
    now = timezone.now()
    for member in in_batches(members.select_related("address"), PIECE):
        yield [
            member.name,
            member.address.email if member.address else "",
            member.phone,
            status_of(member, now).text,
            member.town,
            f"{timezone.localtime(member.joined_at):%d.%m.%Y}" if member.joined_at else "",
            "ja" if member.address and member.address.discreet else "",
        ]

"""The log as a table for a spreadsheet program."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from kit.batches import in_batches
from kit.desk.downloads import PIECE
from netzwerk.models import AuditEntry

HEADER = ["Wann", "Wer", "Was", "Einzelheiten"]


def rows(entries: "QuerySet[AuditEntry]") -> Iterator[list[str]]:
    for entry in in_batches(entries, PIECE):
        yield [f"{timezone.localtime(entry.at):%d.%m.%Y %H:%M:%S}", entry.who or "unbekannt", entry.did, entry.what]

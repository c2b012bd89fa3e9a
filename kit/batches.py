"""Reads long lists in pieces, without a cursor on the server: behind a pooler it could be gone by the next piece."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def in_batches(rows: "QuerySet[Row, Any]", size: int) -> Iterator[Row]:
    """The rows in their order, of which only the keys stay in memory. A row that vanishes meanwhile is left out."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        some = keys[start : start + size]
        found = rows.in_bulk(some)
        yield from (found[key] for key in some if key in found)

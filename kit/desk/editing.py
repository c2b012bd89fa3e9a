"""A row that an officer edits: locked while it is saved, and no change of somebody else is overwritten unseen."""

from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.db.models import Model, QuerySet

_LOCK_TIMEOUT = "55P03"
_Row = TypeVar("_Row", bound=Model)


class EditConflict(Exception):
    """Somebody else has changed or deleted the row since it was read, or is changing it now."""


class Versioned(Protocol):
    changed_at: datetime


def version(row: Versioned) -> str:
    """Differs after every change; a page sends it back to say which version it has shown."""
    return row.changed_at.isoformat()


def compare(row: Versioned, seen: str | None) -> None:
    """Raises EditConflict unless the row is still the version that was `seen`; None compares nothing."""
    if seen is not None and version(row) != seen:
        raise EditConflict


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether somebody else has held a row for longer than lock_timeout."""
    return getattr(error.__cause__, "pgcode", "") == _LOCK_TIMEOUT


def locked(queryset: QuerySet[_Row], pk: Any, seen: str | None = None) -> _Row:
    """The row as it is now, locked until the transaction ends, which must have begun.

    The queryset says what is locked (`select_for_update`) and read with it. Raises EditConflict if the row is missing,
    in somebody else's hands for longer than lock_timeout, or no longer the version that was `seen`.
    """
    try:
        row = queryset.get(pk=pk)
    except ObjectDoesNotExist as error:
        raise EditConflict from error
    except OperationalError as error:
        if is_lock_timeout(error):
            raise EditConflict from error
        raise
    compare(cast(Versioned, row), seen)
    return row

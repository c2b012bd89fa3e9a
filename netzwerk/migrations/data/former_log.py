"""Moves what Django's log of the admin holds to the log that outlives accounts."""

import json
from datetime import datetime
from typing import Any

_ACTIONS = {1: "added", 2: "changed", 3: "deleted"}
_BATCH = 2000


def move(former: Any, entries: Any, since: datetime) -> None:
    """Takes over the rows from `since` on, oldest first, and deletes all of Django's.

    Takes the models, so that a migration can pass its own. Old code may have written names of fields in English; they
    are left out, as only the portal's own sentences say more than that something was changed.
    """
    rows = former.objects.filter(action_time__gte=since).select_related("user", "content_type").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        entries.objects.bulk_create([_entry(entries, row) for row in batch])
    former.objects.all().delete()


def _entry(entries: Any, row: Any) -> Any:
    kind = row.content_type
    return entries(
        at=row.action_time,
        account=row.user_id,
        who=row.user.username,
        action=_ACTIONS[row.action_flag],
        what=_what(row),
        model=f"{kind.app_label}.{kind.model}" if kind else "",
        key=(row.object_id or "")[:100] if kind else "",
    )


def _what(row: Any) -> str:
    said = row.change_message
    try:
        said = "" if isinstance(json.loads(said), list) else said
    except ValueError:
        pass  # a sentence of the portal's own
    return f"{row.object_repr}: {said}" if said else row.object_repr

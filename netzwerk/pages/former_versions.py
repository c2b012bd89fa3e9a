"""Keeps the former versions of texts for the desk (kit.desk.former), and forgets them after their period."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from kit.desk.former import MOST, Kept
from kit.desk.versions import Version
from netzwerk.accounts.mails import called
from netzwerk.models import FormerVersion
from netzwerk.models.versions import KEPT_YEARS


class Versions:
    """One row for each version; a `kit.desk.former.Store`."""

    def keep(self, row: Model, contents: Version, user: Any) -> None:
        FormerVersion.objects.create(model=row._meta.label_lower, key=str(row.pk), contents=contents, by=called(user))

    def of(self, row: Model) -> list[Kept]:
        rows = FormerVersion.objects.filter(model=row._meta.label_lower, key=str(row.pk))
        return list(rows.order_by("-pk")[:MOST])


def expire(now: datetime) -> None:
    FormerVersion.objects.filter(until__lt=now - timedelta(days=KEPT_YEARS * 365)).delete()

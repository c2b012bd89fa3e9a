"""Writes and reads the officers' log for all apps (kit.desk.audit), and forgets what is past its period."""

from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from kit.desk.audit import Action
from netzwerk.accounts.mails import called
from netzwerk.models import AuditEntry
from netzwerk.models.audit import KEPT


def write(user: Any, action: Action, what: str, about: Model | None) -> None:
    """Adds a row in the current transaction: if what was done is rolled back, so is the row."""
    AuditEntry.objects.create(
        account=user.pk if user else None,
        who=called(user) if user else "",
        action=action.value,
        what=what,
        model=about._meta.label_lower if about else "",
        key=str(about.pk) if about else "",
    )


def history(about: Model) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(model=about._meta.label_lower, key=str(about.pk)).order_by("-pk")


def recent(user: Any) -> "QuerySet[AuditEntry]":
    """What `user` did to records, newest first."""
    return AuditEntry.objects.filter(account=user.pk).exclude(model="").order_by("-pk")


def expire(now: datetime) -> None:
    """Deletes rows older than two years; the database refuses it for any other (P-12)."""
    AuditEntry.objects.filter(at__lt=now - KEPT).delete()

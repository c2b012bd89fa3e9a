"""Keeps what officers are writing (kit.desk.unsaved) until they save it, at most a week."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kit.desk.typed import Typed
from kit.desk.unsaved import Kept
from kit.local_time import moment_in
from netzwerk.models import UnsavedText

DAYS = 7


def of(account: Any) -> "QuerySet[UnsavedText]":
    """What this account has not saved yet, the newest first."""
    return UnsavedText.objects.filter(account=account.pk).order_by("-kept_at")


def opened(row: UnsavedText) -> Kept | None:
    """None if no key of the portal opens it any more."""
    typed = Typed.unpack(row.sealed, timedelta(days=DAYS + 1))
    return Kept(typed, row.kept_at) if typed else None


class Store:
    """Implements kit.desk.unsaved.Keeper."""

    def find(self, account: Any, page: str) -> Kept | None:
        row = of(account).filter(page=page).first()
        return opened(row) if row else None

    def keep(self, account: Any, typed: Typed, kind: str, seen: str) -> datetime | None:
        """One statement decides: of two windows only the one that has seen the other's text replaces it."""
        now = timezone.now()
        kept = {"sealed": typed.pack(), "kind": kind, "kept_at": now}
        if seen:
            moment = moment_in(seen)
            stored = moment is not None and of(account).filter(page=typed.page, kept_at=moment).update(**kept) == 1
        else:
            _, stored = UnsavedText.objects.get_or_create(account_id=account.pk, page=typed.page, defaults=kept)
        return now if stored else None

    def drop(self, account: Any, page: str) -> None:
        of(account).filter(page=page).delete()


def forget_person(email: str) -> None:
    """Drops what names this mail address: saved, it would bring back what was erased."""
    rows = [(row.pk, opened(row)) for row in UnsavedText.objects.all()]
    named = [pk for pk, kept in rows if kept and any(email in text.lower() for _, text in kept.typed.fields)]
    UnsavedText.objects.filter(pk__in=named).delete()


def expire(now: datetime) -> None:
    UnsavedText.objects.filter(kept_at__lt=now - timedelta(days=DAYS)).delete()

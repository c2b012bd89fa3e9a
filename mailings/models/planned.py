"""What mails have in common that an officer writes: sent once, now or at a planned time."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from mailings.models.deliveries import LATE, Mailing

M = TypeVar("M", bound="PlannedMail")


class PlannedMailQuerySet(models.QuerySet[M]):
    def due(self, now: datetime) -> Self:
        """Those whose time has come and that have not been started."""
        return self.filter(send_at__lte=now, mailing=None).order_by("send_at", "pk")

    def stuck(self, now: datetime) -> Self:
        """Officers have to look: the worker should have started it long ago, or nobody would have got it then."""
        late, unread = Q(send_at__lt=now - LATE), Q(send_at=None, nobody_at__isnull=False)
        return self.filter(late | unread, mailing=None).order_by("pk")


class PlannedMail(models.Model):
    """A mail that is a draft, or waits for its time, or has been started. Its model has an index for `due`:
    the worker asks every second.
    """

    changed_at = models.DateTimeField("geändert", auto_now=True)
    # Set once, when it is sent; a second click finds it.
    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, null=True, blank=True, editable=False)
    sent_by = models.CharField("verschickt von", max_length=150, blank=True)
    # Ordered by `sent_by` for this moment, and not started yet (mailings.planning); None for a draft.
    send_at = models.DateTimeField("geplant für", null=True, blank=True, editable=False)
    # It was to go out at this moment, and nobody would have got it.
    nobody_at = models.DateTimeField("hätte niemand bekommen", null=True, blank=True, editable=False)

    objects = PlannedMailQuerySet.as_manager()

    class Meta:
        abstract = True

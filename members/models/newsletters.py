"""Newsletters of the officers."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mailings.models import LATE, Flyer, Mailing


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def due(self, now: datetime) -> "NewsletterQuerySet":
        """Those whose time has come and that have not been started."""
        return self.filter(send_at__lte=now, mailing=None).order_by("send_at", "pk")

    def stuck(self, now: datetime) -> "NewsletterQuerySet":
        """Officers have to look: the worker should have started it long ago, or nobody would have got it then."""
        late, unread = Q(send_at__lt=now - LATE), Q(send_at=None, nobody_at__isnull=False)
        return self.filter(late | unread, mailing=None).order_by("pk")


class Newsletter(models.Model):
    """An officer's mail to members: written, tried out, and sent once."""

    subject = models.CharField("Betreff", max_length=120)
    text = models.TextField("Text")
    # The audience. Empty lists and fields: everybody.
    municipalities = ArrayField(models.SlugField(), verbose_name="nur aus diesen Orten", default=list, blank=True)
    youngest = models.PositiveSmallIntegerField("Kinder ab (Jahre)", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("Kinder bis (Jahre)", null=True, blank=True)
    written_by = models.CharField("geschrieben von", max_length=150, blank=True)
    changed_at = models.DateTimeField("geändert", auto_now=True)
    # Set once, when it is sent; a second click finds it.
    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, null=True, blank=True, editable=False)
    sent_by = models.CharField("verschickt von", max_length=150, blank=True)
    sent_at = models.DateTimeField("verschickt", null=True, blank=True)
    # Ordered by `sent_by` for this moment, and not started yet (members.newsletters.scheduling); None for a draft.
    send_at = models.DateTimeField("geplant für", null=True, blank=True, editable=False)
    # It was to go out at this moment, and nobody would have got it.
    nobody_at = models.DateTimeField("hätte niemand bekommen", null=True, blank=True, editable=False)
    flyer = models.OneToOneField(Flyer, on_delete=models.SET_NULL, null=True, blank=True, editable=False)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = "Rundmail"
        verbose_name_plural = "Rundmails"
        ordering = [models.F("sent_at").desc(nulls_first=True), "-changed_at"]
        constraints = [
            models.CheckConstraint(
                name="newsletter_sent_with_mailing",
                condition=Q(mailing=None, sent_at=None) | Q(mailing__isnull=False, sent_at__isnull=False),
            )
        ]
        indexes = [
            # the worker asks every second
            models.Index(fields=["send_at"], name="newsletter_scheduled", condition=Q(send_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject

"""Newsletters of the officers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mailings.models import Flyer, PlannedMail


class Newsletter(PlannedMail):
    """An officer's mail to members: written, tried out, and sent once."""

    subject = models.CharField("Betreff", max_length=120)
    text = models.TextField("Text")
    # The audience. Empty lists and fields: everybody.
    municipalities = ArrayField(models.SlugField(), verbose_name="nur aus diesen Orten", default=list, blank=True)
    youngest = models.PositiveSmallIntegerField("Kinder ab (Jahre)", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("Kinder bis (Jahre)", null=True, blank=True)
    written_by = models.CharField("geschrieben von", max_length=150, blank=True)
    sent_at = models.DateTimeField("verschickt", null=True, blank=True)
    flyer = models.OneToOneField(Flyer, on_delete=models.SET_NULL, null=True, blank=True, editable=False)

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

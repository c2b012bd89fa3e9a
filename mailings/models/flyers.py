"""Flyers: a PDF that belongs to a mail and is shown by a link in it."""

from datetime import date

from django.db import models
from django.utils import timezone

from mailings.models.deliveries import RandomHex


class FlyerManager(models.Manager["Flyer"]):
    """Leaves the file in the database unless somebody looks at it."""

    def get_queryset(self) -> models.QuerySet["Flyer"]:
        return super().get_queryset().defer("pdf")


class Flyer(models.Model):
    """One PDF, as `kit.pdfs.cleaning` has written it anew. The database keeps it: so backups and all servers have it.

    No mail has it as an attachment: what lies in a watched mailbox is a neutral link (mailings.links.to_flyer).
    """

    pdf = models.BinaryField()
    pages = models.PositiveSmallIntegerField("Seiten")
    size = models.PositiveIntegerField("Größe in Bytes")
    shown_until = models.DateField("zu sehen bis")
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    added_at = models.DateTimeField("hochgeladen", default=timezone.now)

    objects = FlyerManager()

    class Meta:
        verbose_name = "Flyer"
        verbose_name_plural = "Flyer"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Flyer {self.pk}"

    def is_shown(self, on: date) -> bool:
        return on <= self.shown_until

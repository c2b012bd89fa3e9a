"""Former versions of what officers write: texts of pages, life situations, topics."""

from django.db import models
from django.utils import timezone

KEPT_YEARS = 3


class FormerVersion(models.Model):
    """What the form of a record held before a change (kit.desk.former). Rows are only added, until they expire."""

    # The record, as the log names it: "flatpages.flatpage" and its key.
    model = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    contents = models.JSONField("Inhalt")
    until = models.DateTimeField("galt bis", default=timezone.now)
    by = models.CharField("geändert von", max_length=301)

    class Meta:
        verbose_name = "frühere Fassung eines Textes"
        verbose_name_plural = "frühere Fassungen von Texten"
        indexes = [
            models.Index(fields=["model", "key", "-id"], name="former_of_record"),
            models.Index(fields=["until"], name="former_until"),  # what retention clears
        ]

    def __str__(self) -> str:
        return f"bis {timezone.localtime(self.until):%d.%m.%Y, %H:%M} Uhr"

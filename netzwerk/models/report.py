"""What the Zwischenbilanz is made of: tallies without persons, and the sheets that were published."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kit.tallies import What


class Tally(models.Model):
    """So many of something on one day, without a person. Append-only: the database refuses UPDATE and DELETE.

    Its table has the name of the app in which it began.
    """

    what = models.CharField("Was", max_length=20)  # kit.tallies.What
    on = models.DateField("Tag")
    of = models.CharField("davon", max_length=160, blank=True, default="", db_default="")
    number = models.IntegerField("Anzahl", default=1, db_default=1)

    class Meta:
        db_table = "members_tally"
        verbose_name = "Zählung"
        verbose_name_plural = "Zählungen"
        indexes = [models.Index(fields=["what", "on"], name="tally_what_on")]

    def __str__(self) -> str:
        return f"{self.number} {What(self.what).label} am {self.on:%d.%m.%Y}"


class CountedSince(models.Model):
    """From which day on a tally is complete, if it began after the portal did. What is not listed always was."""

    what = models.CharField(max_length=20, primary_key=True)  # kit.tallies.What
    on = models.DateField()

    class Meta:
        verbose_name = "Beginn einer Zählung"
        verbose_name_plural = "Beginn der Zählungen"

    def __str__(self) -> str:
        return f"{What(self.what).label} seit {self.on:%d.%m.%Y}"


class PublishedReport(models.Model):
    """The rounded figures of one year or half-year, as they were first published (R-08). They never change again."""

    begins_on = models.DateField("von")
    ends_on = models.DateField("bis")
    figures = models.JSONField("Zahlen", encoder=DjangoJSONEncoder)
    published_at = models.DateTimeField("veröffentlicht", default=timezone.now)
    published_by = models.CharField("veröffentlicht von", max_length=150, blank=True)

    class Meta:
        verbose_name = "Zwischenbilanz"
        verbose_name_plural = "Zwischenbilanzen"
        permissions = [("read_exact_figures", "darf genaue Zahlen sehen und Zwischenbilanzen veröffentlichen")]
        constraints = [
            models.UniqueConstraint(fields=["begins_on", "ends_on"], name="one_report_per_span"),
            models.CheckConstraint(name="report_begins_first", condition=Q(begins_on__lte=models.F("ends_on"))),
        ]

    def __str__(self) -> str:
        return f"Zwischenbilanz {self.begins_on:%d.%m.%Y} bis {self.ends_on:%d.%m.%Y}"

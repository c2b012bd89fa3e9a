"""How often the brochure is fetched."""

from django.db import models


class BrochureDay(models.Model):
    """How often the brochure was fetched on a day, whichever edition and by whomever."""

    day = models.DateField("Tag", primary_key=True)
    count = models.PositiveIntegerField("Anzahl", default=1)
    # So many of them are in the report's tallies.
    counted = models.PositiveIntegerField("davon gezählt", default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "Abruf der Broschüre"
        verbose_name_plural = "Abrufe der Broschüre"

    def __str__(self) -> str:
        return f"{self.count} am {self.day:%d.%m.%Y}"

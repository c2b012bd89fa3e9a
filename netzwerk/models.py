"""What the site remembers about itself: when its upkeep last ran, and whose data must not come back."""

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When something that has to happen regularly last happened."""

    class Name(models.TextChoices):
        INSTALLED = "installed", "eingerichtet"
        DAILY = "daily", "tägliche Arbeit"
        BACKUP = "backup", "Sicherung"

    name = models.CharField(max_length=20, choices=Name, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Lebenszeichen"
        verbose_name_plural = "Lebenszeichen"

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {timezone.localtime(self.at):%d.%m.%Y %H:%M}"


class Erasure(models.Model):
    """Somebody's data were erased: enough to erase them again after an old backup is restored, no more (P-08)."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Löschung"
        verbose_name_plural = "Löschungen"
        constraints = [models.UniqueConstraint(fields=["key", "at"], name="one_row_per_erasure")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%d.%m.%Y %H:%M}"

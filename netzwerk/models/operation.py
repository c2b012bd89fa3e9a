"""When regular jobs last ran, and which erasures must be repeated after a restore."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a regular job was last done, or a fault was last seen that only requests can show."""

    class Name(models.TextChoices):
        INSTALLED = "installed", "eingerichtet"
        DAILY = "daily", "tägliche Arbeit"
        BACKUP = "backup", "Sicherung"
        PROXY = "proxy", "Proxy ohne Adresse des Besuchers"
        RESTORED = "restored", "Sicherung eingespielt"
        ERASURES = "erasures", "Löschungen bekannt bis"
        STATEMENT = "statement", "Erklärung zur Barrierefreiheit überprüft"

    name = models.CharField(max_length=20, choices=Name, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Lebenszeichen"
        verbose_name_plural = "Lebenszeichen"

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {timezone.localtime(self.at):%d.%m.%Y %H:%M}"

    @classmethod
    def beat(cls, name: str, at: datetime) -> None:
        """Notes that it was at this moment."""
        cls.objects.update_or_create(name=name, defaults={"at": at})

    @classmethod
    def was_after(cls, name: str, moment: datetime) -> bool:
        """Whether it was later than this; no, if it never was."""
        return cls.objects.filter(name=name, at__gt=moment).exists()


class Erasure(models.Model):
    """An erasure: just enough to repeat it after an old backup is restored (P-08)."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Löschung"
        verbose_name_plural = "Löschungen"
        constraints = [models.UniqueConstraint(fields=["key", "at"], name="one_row_per_erasure")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%d.%m.%Y %H:%M}"

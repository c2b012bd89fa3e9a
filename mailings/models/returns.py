"""What comes back for copies, and the addresses that must not be written to."""

from django.db import models
from django.utils import timezone

from mailings.models.deliveries import Address, Delivery


class Feedback(models.Model):
    """A bounce or a complaint for a copy; each event once, however often it is reported (M-11)."""

    class Kind(models.TextChoices):
        HARD = "hard", "Adresse gibt es nicht"
        SOFT = "soft", "Postfach nimmt gerade nichts an"
        COMPLAINT = "complaint", "als unerwünscht gemeldet"

    event = models.CharField(max_length=64, unique=True)
    kind = models.CharField("Art", max_length=10, choices=Kind)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="feedback")
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, related_name="feedback")
    at = models.DateTimeField("Zeit")

    class Meta:
        verbose_name = "Rückmeldung"
        verbose_name_plural = "Rückmeldungen"
        ordering = ["-at"]
        indexes = [models.Index(fields=["address", "at"], name="feedback_address_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} am {timezone.localtime(self.at):%d.%m.%Y}"


class Suppression(models.Model):
    """An address that must not be written to, as HMAC-SHA256 with HASH_KEY, which nobody can read back (P-09)."""

    class Reason(models.TextChoices):
        OBJECTION = "objection", "Widerspruch"
        COMPLAINT = "complaint", "Beschwerde"
        BOUNCE = "bounce", "unzustellbar"

    key = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=10, choices=Reason)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Sperre"
        verbose_name_plural = "Sperrliste"

    def __str__(self) -> str:
        return f"{self.get_reason_display()} am {timezone.localtime(self.since):%d.%m.%Y}"

"""What comes back for copies, and the addresses that must not be written to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from mailings.models.deliveries import Address, Delivery, Mailing


class BounceGroup(models.Model):
    """The hard bounces of one list mailing, or of all personal mail of one day, at one domain.

    Too many at once say more about us, or about that server, than about the mailboxes: then none of them takes effect
    until an officer has decided (M-21b).
    """

    class State(models.TextChoices):
        COUNTS = "counts", "gilt"
        HELD = "held", "wartet auf Ihre Entscheidung"
        DROPPED = "dropped", "nicht gesperrt"
        BLOCKED = "blocked", "gesperrt"

    TAKES_EFFECT = [State.COUNTS, State.BLOCKED]

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="Mail")
    day = models.DateField("Tag", null=True)
    domain = models.CharField("Mailanbieter", max_length=253)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.COUNTS, db_default=State.COUNTS)
    # How many addresses at the domain were written to; 0 as long as nobody has had to know.
    copies = models.PositiveIntegerField("Adressen", default=0, db_default=0)

    class Meta:
        verbose_name = "Rücklauf"
        verbose_name_plural = "Rückläufe"
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "mailing", "day"], nulls_distinct=False, name="one_group_of_bounces"
            ),
            models.CheckConstraint(
                name="bounces_of_a_mailing_or_a_day",
                condition=Q(mailing=None, day__isnull=False) | Q(mailing__isnull=False, day=None),
            ),
        ]
        indexes = [models.Index(fields=["state"], name="bounces_held", condition=Q(state="held"))]

    def __str__(self) -> str:
        return f"Rücklauf von {self.domain}"


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
    # What the server said, without the address.
    words = models.CharField("Antwort des Mailservers", max_length=300, blank=True, default="", db_default="")
    group = models.ForeignKey(BounceGroup, on_delete=models.PROTECT, null=True, related_name="feedback")

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

    key = models.CharField("Schlüssel", max_length=64, unique=True)
    reason = models.CharField("Grund", max_length=10, choices=Reason)
    since = models.DateTimeField("gesperrt seit", default=timezone.now)

    class Meta:
        verbose_name = "Sperre"
        verbose_name_plural = "Sperrliste"

    def __str__(self) -> str:
        return f"{self.get_reason_display()} am {timezone.localtime(self.since):%d.%m.%Y}"

"""How offers stay right: reports by providers, hints by readers, and the yearly question to every provider."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from mailings.models import Address, RandomHex
from wegweiser.models.offers import Offer, Provider

LONGEST_HINT = 500


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> "SubmissionQuerySet":
        return self.filter(state=Submission.State.WAITING)


class Submission(models.Model):
    """A provider's report: a new offer (`offer` is empty) or a change of one. Only an officer makes it public."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Adresse noch nicht bestätigt"
        WAITING = "waiting", "wartet auf Sie"
        PUBLISHED = "published", "übernommen"
        DECLINED = "declined", "nicht übernommen"

    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, null=True, blank=True, related_name="submissions", verbose_name="Angebot"
    )
    # The address that reported it and is told the decision. Empty once the person's data are erased.
    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, null=True, related_name="submissions", verbose_name="gemeldet von"
    )
    # As Offer.contents gives them; `message` is a word to the officers.
    fields = models.JSONField("Angaben")
    message = models.CharField("Nachricht", max_length=500, blank=True)
    state = models.CharField("Stand", max_length=12, choices=State, default=State.UNCONFIRMED)
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    asked_at = models.DateTimeField("gemeldet", default=timezone.now)
    confirm_until = models.DateTimeField("Bestätigung möglich bis", null=True, blank=True)
    confirmed_at = models.DateTimeField("Adresse bestätigt", null=True, blank=True)
    decided_at = models.DateTimeField("entschieden", null=True, blank=True)
    decided_by = models.CharField("entschieden von", max_length=150, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "Meldung"
        verbose_name_plural = "Meldungen"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="submission_dates_fit_state",
                condition=Q(state="unconfirmed", confirmed_at=None, decided_at=None)
                | Q(state="waiting", confirmed_at__isnull=False, decided_at=None)
                | Q(state__in=["published", "declined"], confirmed_at__isnull=False, decided_at__isnull=False),
            )
        ]
        indexes = [
            # what `daily` forgets
            models.Index(fields=["asked_at"], name="submission_unconfirmed", condition=Q(state="unconfirmed")),
            # the officers' to-do
            models.Index(fields=["confirmed_at"], name="submission_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return str(self.fields.get("title", "")) or f"Meldung {self.pk}"


class Hint(models.Model):
    """A note that something in an offer is wrong: a task for the officers. Nothing tells who wrote it."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="hints", verbose_name="Angebot")
    text = models.TextField("Hinweis", max_length=LONGEST_HINT)
    # The yearly check brought it, not a reader.
    by_provider = models.BooleanField("vom Anbieter", default=False)
    at = models.DateTimeField("Zeit", default=timezone.now)
    done_at = models.DateTimeField("erledigt", null=True, blank=True)
    done_by = models.CharField("erledigt von", max_length=150, blank=True)

    class Meta:
        verbose_name = "Hinweis"
        verbose_name_plural = "Hinweise"
        ordering = [models.F("done_at").desc(nulls_first=True), "-at"]
        indexes = [models.Index(fields=["at"], name="hint_open", condition=Q(done_at=None))]  # the officers' to-do

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.done_at is None


class CheckQuerySet(models.QuerySet["Check"]):
    def open(self) -> "CheckQuerySet":
        return self.filter(closed_at=None)

    def to_remind(self, asked_before: datetime) -> "CheckQuerySet":
        return self.open().filter(reminded_at=None, asked_at__lte=asked_before)

    def to_escalate(self, asked_before: datetime) -> "CheckQuerySet":
        return self.open().filter(escalated_at=None, asked_at__lte=asked_before)


class Check(models.Model):
    """One round of the yearly question to one provider, for all its offers. At most one open check per provider."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="checks", verbose_name="Anbieter")
    asked_at = models.DateTimeField("gefragt", default=timezone.now)
    reminded_at = models.DateTimeField("erinnert", null=True, blank=True)
    # The officers have it as a to-do from then on.
    escalated_at = models.DateTimeField("bei Ihnen seit", null=True, blank=True)
    # Nothing is due any more: the provider has answered, or an officer has checked.
    closed_at = models.DateTimeField("erledigt", null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "jährliche Prüfung"
        verbose_name_plural = "jährliche Prüfungen"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # a second run finds that the question was asked (D-13)
            models.UniqueConstraint(fields=["provider"], name="one_open_check", condition=Q(closed_at=None))
        ]
        indexes = [models.Index(fields=["closed_at"], name="check_closed")]  # what retention clears

    def __str__(self) -> str:
        return f"{self.provider}, gefragt am {timezone.localtime(self.asked_at):%d.%m.%Y}"

"""Barriers that people report, and by when each of them must be answered (P-20)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LONGEST_REPORT = 2000
ANSWER_DAYS = 14
LATEST_DAYS = 42


class Stage(models.TextChoices):
    """How far an open report is; the values stand in URLs of the desk."""

    IN_TIME = "offen", "in der Frist"
    LATE = "spaet", "länger als zwei Wochen ohne Antwort"
    TOO_LATE = "zu-spaet", "länger als sechs Wochen ohne Antwort"


class BarrierReportQuerySet(models.QuerySet["BarrierReport"]):
    def open(self) -> "BarrierReportQuerySet":
        return self.filter(answered_at=None)

    def at_stage(self, stage: str, now: datetime) -> "BarrierReportQuerySet":
        latest, soon = now - timedelta(days=LATEST_DAYS), now - timedelta(days=ANSWER_DAYS)
        if stage == Stage.TOO_LATE:
            return self.open().filter(at__lte=latest)
        late = Q(at__lte=soon, interim_at=None)
        rest = self.open().filter(at__gt=latest)
        return rest.filter(late) if stage == Stage.LATE else rest.exclude(late)


class BarrierReport(models.Model):
    """Somebody says what cannot be used. An answer is due in two weeks; after an interim reply, in six."""

    text = models.TextField("Was klappt nicht?", max_length=LONGEST_REPORT)
    page = models.CharField("Seite", max_length=300, blank=True)
    # Empty if the person wants no answer.
    email = models.EmailField("E-Mail-Adresse", blank=True)
    at = models.DateTimeField("gemeldet", default=timezone.now)
    interim_at = models.DateTimeField("Zwischenbescheid", null=True, blank=True)
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)
    answered_by = models.CharField("beantwortet von", max_length=150, blank=True)

    objects = BarrierReportQuerySet.as_manager()

    class Meta:
        verbose_name = "gemeldete Barriere"
        verbose_name_plural = "Gemeldete Barrieren"
        ordering = [F("answered_at").desc(nulls_first=True), "at"]
        indexes = [models.Index(fields=["at"], name="barrier_open", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def due_at(self) -> datetime:
        return self.at + timedelta(days=LATEST_DAYS if self.interim_at else ANSWER_DAYS)

    def stage(self, now: datetime) -> Stage:
        """How urgent the answer to an open report is."""
        if now >= self.at + timedelta(days=LATEST_DAYS):
            return Stage.TOO_LATE
        return Stage.LATE if now >= self.due_at else Stage.IN_TIME

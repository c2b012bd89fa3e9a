"""Limits: the mail server as all workers share it, and mails that strangers ask for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ConnectionSlot(models.Model):
    """The right to one connection to the mail server (M-17); a worker has it until its lease ends."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    lease = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Verbindung zum Mailserver"
        verbose_name_plural = "Verbindungen zum Mailserver"

    def __str__(self) -> str:
        return str(self.number)


class RelayStatus(models.Model):
    """The mail server as all workers share it: their pace, and since when it is down. One row."""

    THE_ONE = 1

    next_at = models.DateTimeField(default=timezone.now)
    down_since = models.DateTimeField("keine Mail geht hinaus seit", null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField("Antwort des Mailservers", max_length=300, blank=True)
    # The database does not take down what became of mails (M-22).
    unrecorded_since = models.DateTimeField("nicht festzuhalten seit", null=True, blank=True)

    # Officers have seen which mails had not arrived until then, and ticked them off.
    failures_seen_at = models.DateTimeField("Fehler gesehen bis", null=True, blank=True)

    class Meta:
        verbose_name = "Leitung zum Mailserver"
        verbose_name_plural = "Leitung zum Mailserver"
        constraints = [models.CheckConstraint(name="one_relay_status", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"unterbrochen: {self.answer}" if self.down_since else "in Ordnung"


class RateHit(models.Model):
    """One mail that a stranger made us send, or one form that was sent, under a key that is useless after a day (P-05,
    S-14).
    """

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "Zählung gegen Missbrauch"
        verbose_name_plural = "Zählungen gegen Missbrauch"
        # counts by key within a span, and the hundredth-newest of all
        indexes = [models.Index(fields=["key", "-at"], name="rate_key_at")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at:%d.%m.%Y %H:%M}"

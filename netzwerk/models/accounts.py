"""What is under way about an account of the desk. A row is there while the matter is open; the log keeps history."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from mailings.models import Mailing
from mailings.tokens import new_nonce


class AccountInvitationQuerySet(models.QuerySet["AccountInvitation"]):
    def still_open(self) -> "AccountInvitationQuerySet":
        """The rows whose link still works."""
        return self.filter(invited_at__gt=timezone.now() - AccountInvitation.VALID)


class AccountInvitation(models.Model):
    """A colleague who may open an account. Accepted or withdrawn it is deleted, so its link works once."""

    VALID = timedelta(days=7)

    email = models.CharField("E-Mail-Adresse", max_length=150, unique=True)  # as long as a user name may be
    first_name = models.CharField("Vorname", max_length=150)
    last_name = models.CharField("Nachname", max_length=150)
    roles = ArrayField(models.CharField(max_length=150), verbose_name="Rollen")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="eingeladen von")
    invited_at = models.DateTimeField("eingeladen am", default=timezone.now)
    nonce = models.CharField(max_length=64, default=new_nonce, editable=False)

    objects = AccountInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "Einladung in die Verwaltung"
        verbose_name_plural = "Einladungen in die Verwaltung"
        constraints = [
            models.CheckConstraint(name="invited_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="invited_with_role", condition=Q(roles__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def valid_until(self) -> datetime:
        return self.invited_at + self.VALID


class SwitchedOff(models.Model):
    """Why an account cannot sign in any more; switching it on again deletes the row."""

    account = models.OneToOneField(User, on_delete=models.PROTECT, related_name="switched_off", verbose_name="Konto")
    reason = models.CharField("Grund", max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="abgeschaltet von")
    at = models.DateTimeField("abgeschaltet am", default=timezone.now)

    class Meta:
        verbose_name = "Abschaltung eines Kontos"
        verbose_name_plural = "Abschaltungen von Konten"

    def __str__(self) -> str:
        return self.reason


class SecondAddress(models.Model):
    """Another mailbox of an officer, for the time when the office's own is gone (O-03)."""

    account = models.OneToOneField(User, on_delete=models.PROTECT, related_name="second_address", verbose_name="Konto")
    email = models.CharField("zweite E-Mail-Adresse", max_length=150, unique=True)
    since = models.DateTimeField("seit", default=timezone.now)

    class Meta:
        verbose_name = "zweite Adresse"
        verbose_name_plural = "zweite Adressen"
        constraints = [models.CheckConstraint(name="second_lower_case", condition=Q(email=Lower("email")))]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class FactorReset(models.Model):
    """A colleague has asked that the second factors of an account end; at most one is open for each account.

    It may be carried out from DELAY after `asked_at` until LAPSES after it. Objected to, withdrawn or carried out it is
    deleted, which one statement claims.
    """

    DELAY = timedelta(hours=24)
    LAPSES = timedelta(days=8)

    account = models.OneToOneField(User, on_delete=models.PROTECT, related_name="factor_reset", verbose_name="Konto")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="verlangt von")
    asked_at = models.DateTimeField("verlangt am", default=timezone.now)
    nonce = models.CharField(max_length=64, default=new_nonce, editable=False)
    # Goes out when the delay is over, unless the reset has ended by then.
    second_mail = models.ForeignKey(Mailing, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "Zurücksetzen des zweiten Schritts"
        verbose_name_plural = "Zurücksetzen zweiter Schritte"

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def effective_at(self) -> datetime:
        return self.asked_at + self.DELAY

    @property
    def lapses_at(self) -> datetime:
        return self.asked_at + self.LAPSES

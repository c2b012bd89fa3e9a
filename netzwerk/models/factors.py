"""The second factors of officers' accounts, and the challenges that were answered.

Without FACTOR_KEY, which the database does not hold, nothing here opens an account: seeds are sealed, codes are kept as
digests (S-04). Passkeys are rows of django-otp-webauthn: they hold public keys only.
"""

import logging
import secrets
import time
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from kit import sealing

log = logging.getLogger(__name__)

DIGITS = 6
TOLERANCE = 1  # half-minutes that a phone's clock may be off
CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another


def keys() -> list[str]:
    """The keys of second factors, the current one first."""
    return [settings.FACTOR_KEY, *settings.FACTOR_KEY_FALLBACKS]


class AuthenticatorApp(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc] # django_otp has no types
    """An app that shows a new code every half-minute (TOTP, RFC 6238)."""

    sealed_seed = models.CharField(max_length=255)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)

    class Meta:
        default_permissions = ()  # a factor is its owner's
        verbose_name = "App für Einmal-Codes"
        verbose_name_plural = "Apps für Einmal-Codes"

    def verify_token(self, token: str) -> bool:
        """Whether the app shows this code now. No code is accepted twice, and failures slow down the next try."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        seed = self._seed()
        totp = TOTP(bytes.fromhex(seed), drift=self.drift)
        totp.time = time.time()
        if not seed or not totp.verify(_number(token), TOLERANCE, self.last_t + 1):
            self.throttle_increment()
            return False
        self.last_t, self.drift = totp.t(), totp.drift
        self.sealed_seed = sealing.seal(seed, keys())  # from now on with the current key
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1

    def _seed(self) -> str:
        """The seed in hex; "" if none of the keys opens it: then no code is right."""
        try:
            return sealing.unseal(self.sealed_seed, keys())
        except sealing.Unreadable:
            log.error("FACTOR_KEY does not open the seed of app %s: its codes are refused.", self.pk)
            return ""


class CodeSheet(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc] # django_otp has no types
    """A sheet of printed codes, each of which works once. An account has one sheet; new codes replace the old ones."""

    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()  # a factor is its owner's
        verbose_name = "Gedruckte Codes"
        verbose_name_plural = "Gedruckte Codes"
        constraints = [models.UniqueConstraint(fields=["user"], name="one_sheet_for_each_account")]

    def replace_codes(self) -> list[str]:
        """Ten new codes, which nobody can read again; the old ones end."""
        codes = ["".join(secrets.choice(LETTERS) for _ in range(8)) for _ in range(CODES)]
        self.codes.all().delete()
        PrintedCode.objects.bulk_create(PrintedCode(sheet=self, digest=self._digests(code)[0]) for code in codes)
        return codes

    def verify_token(self, token: str) -> bool:
        """Whether it is one of the codes; it is used up then. One statement decides, so two at once cannot both win."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        used, _ = self.codes.filter(digest__in=self._digests(token)).delete()
        if not used:
            self.throttle_increment()
            return False
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1

    def _digests(self, code: str) -> list[str]:
        return code_digests(self.user_id, code)


def code_digests(user_id: int, code: str) -> list[str]:
    """How a printed code of this user is stored, under each key."""
    return sealing.digests(f"printed code {user_id} {code}", keys())


class PrintedCode(models.Model):
    """One code of a sheet that was not used yet, as a digest."""

    sheet = models.ForeignKey(CodeSheet, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()  # a factor is its owner's
        verbose_name = "Gedruckter Code"
        verbose_name_plural = "Gedruckte Codes"
        constraints = [models.UniqueConstraint(fields=["sheet", "digest"], name="no_code_twice")]

    def __str__(self) -> str:
        return f"Code {self.pk}"


class SpentChallenge(models.Model):
    """A challenge, or a set-up, that was answered and is never accepted again."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = "Verbrauchte Aufgabe"
        verbose_name_plural = "Verbrauchte Aufgaben"

    def __str__(self) -> str:
        return self.key[:8]


def _number(token: Any) -> int:
    """The code as a number; one that no app shows if it is none."""
    return int(token) if len(token) == DIGITS and token.isascii() and token.isdigit() else -1

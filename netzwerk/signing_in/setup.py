"""Setting up an app for one-time codes. Nothing is stored before a trial code has shown that it works.

Meanwhile the seed travels sealed in the form, bound to its owner.
"""

import json
import re
import secrets
import time
from base64 import b32encode
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django_otp.oath import TOTP

from kit import sealing
from kit.printing import drawings
from kit.sealing import Unreadable
from netzwerk.models import AuthenticatorApp
from netzwerk.models.factors import DIGITS, TOLERANCE, keys
from netzwerk.signing_in import challenges, factors

HOURS = 1
SEED_BYTES = 20


class Pending(NamedTuple):
    """A seed that is not stored yet, and how it travels in the form."""

    seed: str
    sealed: str


class AlreadyDone(Exception):
    """The form was sent before."""


def begin(user: User) -> Pending:
    """A new seed for `user`."""
    seed = secrets.token_hex(SEED_BYTES)
    return Pending(seed, sealing.seal(json.dumps([user.pk, seed]), keys()))


def resume(user: User, sealed: str) -> Pending | None:
    """The seed that `begin` has made for `user` within the last hour."""
    try:
        pk, seed = json.loads(sealing.unseal(sealed, keys(), max_age=HOURS * 3600))
    except (Unreadable, ValueError):
        return None
    return Pending(seed, sealed) if pk == user.pk else None


def spelt(seed: str) -> str:
    """The seed as one types it into an app: four letters at a time."""
    return " ".join(re.findall(".{1,4}", b32encode(bytes.fromhex(seed)).decode()))


def picture(user: User, seed: str) -> str:
    """What the app photographs, as SVG."""
    name = f"{settings.SITE_NAME}:{user.username}"
    asked = {"secret": b32encode(bytes.fromhex(seed)).decode(), "issuer": settings.SITE_NAME}
    uri = f"otpauth://totp/{quote(name)}?{urlencode(asked, quote_via=quote)}"
    return drawings.qr(uri, "m", border=2, dark="#000", svgns=False, omitsize=True, svgclass="qr", lineclass=None)


def finish(user: User, pending: Pending, code: str, name: str) -> AuthenticatorApp | None:
    """Stores the app if it shows `code` now; None if not. Raises AlreadyDone."""
    code = re.sub(r"[\s-]", "", code)
    totp = TOTP(bytes.fromhex(pending.seed))
    totp.time = time.time()
    right = len(code) == DIGITS and code.isascii() and code.isdigit()
    if not right or not totp.verify(int(code), TOLERANCE):
        return None
    with transaction.atomic():
        if not challenges.spend(pending.sealed.encode()):
            raise AlreadyDone
        app: AuthenticatorApp = AuthenticatorApp.objects.create(
            user=user,
            name=name,
            sealed_seed=sealing.seal(pending.seed, keys()),
            drift=totp.drift,
            last_t=totp.t(),  # the trial code opens nothing any more
        )
        factors.added(user, app)
    return app

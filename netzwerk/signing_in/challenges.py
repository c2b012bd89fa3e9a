"""Questions to which exactly one answer counts: what a passkey signs, and the set-up of an app.

A challenge carries its own signature and its time, so that asking for one stores nothing; answering it does.
"""

import hashlib
import secrets

from django.core import signing

from netzwerk.models import SpentChallenge

MINUTES = 5
_SIGNER = signing.TimestampSigner(salt="netzwerk.signing_in.challenges", sep="~")


def ask(purpose: str) -> bytes:
    """A new challenge for `purpose`; nobody can guess the next one."""
    return _SIGNER.sign(f"{purpose} {secrets.token_urlsafe(24)}").encode()


def is_ours(challenge: bytes, purpose: str) -> bool:
    """Whether we asked it for this purpose in the last five minutes."""
    try:
        asked = _SIGNER.unsign(challenge.decode("ascii"), max_age=MINUTES * 60)
    except (UnicodeDecodeError, signing.BadSignature):
        return False
    return asked.rpartition(" ")[0] == purpose


def spend(challenge: bytes) -> bool:
    """Ends the challenge; False if it was answered before. Of two answers at once, one wins."""
    key = hashlib.sha256(challenge).hexdigest()
    _, is_first = SpentChallenge.objects.get_or_create(key=key)
    return is_first

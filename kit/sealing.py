"""Keeps secrets in a database that alone opens nothing: sealed texts, and digests of codes.

The keys are texts of any length. The first one seals; the others still open what they have sealed, so that a key can be
changed without losing anything.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """Nothing that any of the keys has sealed, or too old."""


def seal(text: str, keys: Sequence[str]) -> str:
    """`text`, encrypted and signed with the first key, as ASCII."""
    return _fernet(keys).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str], max_age: int | None = None) -> str:
    """What `seal` was given, at most `max_age` seconds ago. Raises Unreadable."""
    try:
        return _fernet(keys).decrypt(sealed.encode(errors="replace"), ttl=max_age).decode()
    except InvalidToken as error:
        raise Unreadable from error


def digests(text: str, keys: Sequence[str]) -> list[str]:
    """The HMAC-SHA256 of `text` under each key, in their order. Hex, 64 digits."""
    return [hmac.new(_derived(key, b"digest"), text.encode(), "sha256").hexdigest() for key in keys]


def _fernet(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, b"seal"))) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose only."""
    return hmac.digest(key.encode(), purpose, hashlib.sha256)

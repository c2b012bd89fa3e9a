"""Makes and checks the tokens in personal links; no other module does (S-07).

A token is the row's key and an HMAC-SHA256 over purpose, row and the row's nonce (128 bits or more). It can be made
again for every retry, is good for one purpose only, and is revoked when the row gets another nonce. The database alone
does not suffice to make one: the key is SECRET_KEY.
"""

import base64
import functools
import hashlib
import hmac
import secrets
from typing import TypeVar

from django.conf import settings
from django.db import models

_SALT = "mailings.tokens"
_MAC_BYTES = 20
_HIGHEST_ROW = 2**63 - 1

Row = TypeVar("Row", bound=models.Model)


def new_nonce() -> str:
    """A nonce that revokes every token of its row."""
    return secrets.token_hex(32)


def make(purpose: str, row: int, nonce: str) -> str:
    """The token that opens `row` for `purpose`; letters, digits, "-" and "_" only."""
    return f"{row}-{_mac(purpose, row, nonce, settings.SECRET_KEY)}"


def find(purpose: str, token: str, rows: "models.QuerySet[Row]", *, lasting: bool = False) -> Row | None:
    """The one of `rows` that `token` opens for `purpose`; None if it is unknown, foreign, mangled or revoked.

    `rows` have a field `nonce`. The caller checks expiry. A `lasting` token outlives a change of SECRET_KEY while the
    old key is in SECRET_KEY_FALLBACKS; others do not.
    """
    number, _, mac = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 20 and mac.isascii()):
        return None
    if int(number) > _HIGHEST_ROW:
        return None
    row = rows.filter(pk=int(number)).first()
    if row is None:
        return None
    nonce: str = row.nonce  # type: ignore[attr-defined]
    keys = [settings.SECRET_KEY, *(settings.SECRET_KEY_FALLBACKS if lasting else [])]
    valid = [hmac.compare_digest(mac, _mac(purpose, row.pk, nonce, key)) for key in keys]
    return row if any(valid) else None


def _mac(purpose: str, row: int, nonce: str, key: str) -> str:
    keyed = _keyed(key).copy()
    keyed.update(f"{purpose}\0{row}\0{nonce}".encode())
    return base64.urlsafe_b64encode(keyed.digest()[:_MAC_BYTES]).decode().rstrip("=")


@functools.lru_cache(maxsize=8)
def _keyed(key: str) -> hmac.HMAC:
    """An HMAC keyed for tokens; derived and set up once, not for every link of every mail."""
    return hmac.new(hashlib.sha256(_SALT.encode() + key.encode()).digest(), digestmod="sha256")

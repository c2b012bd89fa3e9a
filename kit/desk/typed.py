"""What somebody has typed into a form of the desk and could not send, because the session had ended.

It travels in that browser's own page until its owner has signed in again: nothing of it is stored. It is encrypted
with the portal's key, so nobody else reads it there.
"""

import json
import zlib
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

from kit import sealing

# The fields that every form of the desk carries besides its own: see `csrf_tag`.
OWNER, KEPT = "form_owner", "kept"
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_VALID = timedelta(hours=12)
_ROOM = 8 * 1024  # bytes of a form besides what is kept
_owner = signing.Signer(salt="kit.desk.typed.owner")


@dataclass(frozen=True)
class Typed:
    """`owner` is the account for which the form was made, `path` where it was sent, `page` where it stands."""

    owner: str
    path: str
    page: str
    fields: list[tuple[str, str]]
    has_files: bool

    @classmethod
    def of(cls, request: HttpRequest, owner: str) -> Self:
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
        fields = [(name, text) for name, text in sent if name not in (_TOKEN, OWNER, KEPT)]
        return cls(owner, request.get_full_path(), _page(request), fields, bool(request.FILES))

    @classmethod
    def unpack(cls, packed: str, valid: timedelta = _VALID) -> Self | None:
        """None unless this portal has packed it within the time for which it is `valid`."""
        try:
            text = sealing.unseal(packed, _keys(), int(valid.total_seconds()))
            found = json.loads(zlib.decompress(signing.b64_decode(text.encode())))
        except sealing.Unreadable:
            return None
        fields = [(name, text) for name, text in found.pop("fields")]
        return cls(fields=fields, **found)

    def pack(self) -> str:
        """Empty if it is too long for a form."""
        text = signing.b64_encode(zlib.compress(json.dumps(asdict(self)).encode())).decode()
        packed = sealing.seal(text, _keys())
        return packed if len(packed) + _ROOM < settings.DATA_UPLOAD_MAX_MEMORY_SIZE else ""


def owner_of(request: HttpRequest) -> str:
    """The account for which the page was made that has sent this; "" if it was none of the desk's.

    Without it another site could have typed what an officer would press on.
    """
    try:
        return _owner.unsign(request.POST.get(OWNER, ""))
    except signing.BadSignature:
        return ""


def signed_owner(request: HttpRequest) -> str:
    return _owner.sign(str(request.user.pk))


def _page(request: HttpRequest) -> str:
    """Where the form stands: browsers say it to us, and to no other site."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return request.get_full_path()
    found = urlsplit(referer)
    # A path that begins with "//" would lead to another site.
    return escape_leading_slashes(found._replace(scheme="", netloc="", fragment="").geturl())


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]

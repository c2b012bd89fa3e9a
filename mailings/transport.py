"""Ways out of the house: SMTP, a provider, or a folder in which the demo's mails can be read."""

import os
import re
import time
import uuid
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from mailings.models import Delivery
from mailings.providers import Provider
from mailings.smtp import Smtp

HIDDEN = "<Adresse>"


class Transport(Protocol):
    def send(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> str:
        """Hands over one copy, whose bytes are `message`, and gives the provider's own number for it, "" without one.

        `following` is the copy that comes next: a line that gains by it may announce it. Raises Refused, TryLater or
        Unavailable (mailings.outcomes).
        """

    def close(self) -> None: ...


def from_url(url: str) -> Transport:
    """The transport that EMAIL_URL names. Raises ImproperlyConfigured for an unknown one."""
    scheme = urlsplit(url).scheme
    if scheme in {"smtp", "smtps"}:
        return Smtp(url)
    if scheme == "folder":
        return Folder(url.removeprefix("folder://"))
    return Provider(url)


class Folder:
    """Writes every mail as a file of its own; a name in order of time, complete or not there at all."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> str:
        self._path.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        half = self._path / f"{name}.part"
        half.touch(mode=0o600)
        half.write_bytes(message)
        os.replace(half, self._path / f"{name}.eml")
        return ""

    def close(self) -> None:
        pass


def discreet_answer(answer: str, delivery: Delivery) -> str:
    """What the server said, without the address it said it about, short enough to be kept."""
    answer = re.sub(r"\S+@\S+", HIDDEN, answer)
    if delivery.address:
        mailbox = re.escape(delivery.address.email.partition("@")[0])
        answer = re.sub(rf"(?<!\w){mailbox}(?!\w)", HIDDEN, answer, flags=re.IGNORECASE)
    return answer[:300]

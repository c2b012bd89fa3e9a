"""Transports: SMTP, a provider's API, or a folder in which the demo's mails can be read."""

import os
import re
import time
import uuid
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from mailings.models import Delivery
from mailings.sending.exceptions import PendingReply
from mailings.sending.providers import Provider
from mailings.sending.smtp import Smtp

HIDDEN = "<Adresse>"


class Transport(Protocol):
    def hand_over(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> PendingReply:
        """Hands over one copy, whose bytes are `message`. The caller asks for the reply once, before the next copy.

        `following` is the copy that comes next: a connection that gains by it may announce it. Raises Refused, TryLater
        or Unavailable (mailings.sending.exceptions).
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


def several_from_url(url: str, number: int) -> list[Transport]:
    """As many transports as can be used at once; for providers always one."""
    transport = from_url(url)
    more = [from_url(url) for _ in range(number - 1)] if isinstance(transport, Smtp) else []
    return [transport, *more]


class Folder:
    """Writes every mail as a file of its own; names sort by time, and a file is complete or not there."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def hand_over(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> PendingReply:
        self._path.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        half = self._path / f"{name}.part"
        half.touch(mode=0o600)
        half.write_bytes(message)
        os.replace(half, self._path / f"{name}.eml")
        return PendingReply(str)

    def close(self) -> None:
        pass


def discreet_answer(answer: str, delivery: Delivery) -> str:
    """The server's answer without the address that it repeats, cut to the length of its column."""
    answer = re.sub(r"\S+@\S+", HIDDEN, answer)
    if delivery.address:
        mailbox = re.escape(delivery.address.email.partition("@")[0])
        answer = re.sub(rf"(?<!\w){mailbox}(?!\w)", HIDDEN, answer, flags=re.IGNORECASE)
    return answer[:300]

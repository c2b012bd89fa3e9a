"""Lets the real worker code deliver into a folder, and reads the mails back as a person would."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from mailings.sending.transport import Folder
from mailings.sending.worker import Worker

# A header is parsed once, not whenever a test looks at it.
READING = default.clone(header_factory=lru_cache(4096)(default.header_factory))


class Post:
    """Delivers what is due and keeps it. `to` returns the latest mail to an address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mails: list[EmailMessage] = []

    def deliver(self) -> list[EmailMessage]:
        """Sends everything that is due; returns the new mails, oldest first."""
        worker = Worker(Folder(str(self._folder)))
        while worker.work():
            pass
        files = sorted(self._folder.glob("*.eml"))[len(self.mails) :]
        new = [_parse(file) for file in files]
        self.mails += new
        return new

    def to(self, email: str) -> EmailMessage:
        return [mail for mail in self.mails if mail["To"] == email][-1]


def _parse(file: Path) -> EmailMessage:
    message = message_from_bytes(file.read_bytes(), policy=READING)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def link_in(mail: EmailMessage, path: str) -> str:
    """The path of the personal link under `path` in the mail's text; fails unless there is exactly one."""
    found = set(re.findall(re.escape(settings.SITE_URL) + rf"({re.escape(path)}[^/\s]{{20,}}/\S*)", text_of(mail)))
    assert len(found) == 1, found
    return found.pop()


def leave_link_of(mail: EmailMessage) -> str:
    return mail["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)

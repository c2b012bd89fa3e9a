"""Copies of mails, in memory, and what a mail program makes of their bytes."""

import re
import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from html.parser import HTMLParser

from hypothesis import settings as hypothesis_settings

from mailings.models import Address, Delivery, Mailing
from mailings.sending.message import MessageBuilder
from tests import FULL
from tests.post import READING


def examples(few: int, many: int) -> hypothesis_settings:
    return hypothesis_settings(max_examples=many if FULL else few, derandomize=not FULL, deadline=None, database=None)


def copy(
    text: str = "$anrede\n",
    *,
    kind: str = Mailing.Kind.LIST,
    subject: str = "Einladung",
    html: str = "<p>$anrede</p>\n",
    values: dict[str, str] | None = None,
    discreet: bool = False,
    email: str = "anna@example.org",
    calendar: str = "",
) -> Delivery:
    """A delivery as the worker claims it, without a database."""
    return Delivery(
        pk=7,
        mailing=Mailing(
            pk=3, kind=kind, subject=subject, text=text, html=html, calendar=calendar, main_link="meine_daten"
        ),
        address=Address(pk=5, email=email, nonce="a" * 64, list_mail=True, discreet=discreet),
        values={"anrede": "Guten Tag,"} if values is None else values,
        links={"meine_daten": ["/meine-daten/{token}/", "my-data", None, None]},
        nonce="b" * 64,
        message_key=uuid.UUID(int=9),
        queued_at=datetime(2026, 11, 5, 12, 30, tzinfo=UTC),
    )


def bytes_of(delivery: Delivery) -> bytes:
    """The bytes that are sent to the server."""
    assert delivery.address
    return MessageBuilder(delivery.mailing, delivery.address.discreet).bytes_for(delivery)


def parsed(data: bytes) -> EmailMessage:
    """Parses the mail strictly, as a mail program reads it: any defect is an error."""
    message = message_from_bytes(data, policy=READING)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
        for value in part.values():
            assert not value.defects  # type: ignore[union-attr]
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def addresses_in(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"<>]+", text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or tag == "body"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words += data.split()


def preheaders(message: EmailMessage) -> list[str]:
    """The beginning of either form, which a locked telephone may show besides the subject."""
    reader = _Words()
    reader.feed(html_of(message))
    return [" ".join(words)[:200] for words in (text_of(message).split(), reader.words)]

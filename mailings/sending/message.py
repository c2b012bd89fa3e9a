"""Builds the bytes of a mail: once per mailing, with what differs put in per delivery.

`MessageBuilder.bytes_for` gives, byte for byte, what `build_message` gives (a test compares them), but it encodes lines
without placeholders only once: quoted-printable works line by line.
"""

import functools
import re
from datetime import datetime
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.quoprimime import body_encode
from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.utils import timezone

from mailings import links, placeholders
from mailings.models import Delivery, Mailing
from mailings.templates import discreet_bodies, one_line

CALENDAR_NAME = "termin.ics"
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
_LINK = re.compile(r' (href="\$[a-z_]+")(?: |(?=>))')
LONGEST_LINE = 76  # in quoted-printable, RFC 2045 §6.7
_PLAIN = re.compile("[!-<>-~ ]*[!-<>-~]")  # characters that need no encoding there
_TEXT, _HTML = "text-goes-here", "html-goes-here"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject exactly as it was written.

    Python's own class decodes what looks like an encoded word, line breaks included, so that a subject could add header
    fields (M-12); and it loses spaces where it folds.
    """

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"], kwds["parse_tree"] = value, cls.value_parser("")

    def fold(self, *, policy: Any) -> str:
        charset = "us-ascii" if self.isascii() and "=?" not in self else "utf-8"
        value = Header(str(self), charset, header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {value}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("subject", _Subject)
_POLICY = EmailPolicy(linesep="\r\n", max_line_length=LONGEST_LINE, header_factory=_headers)


def mail_domain() -> str:
    """The domain of our own address; Message-ID, List-Id and the greeting name no other host."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")


def message_id(delivery: Delivery) -> str:
    return f"<{delivery.message_id}@{mail_domain()}>"


def envelope_sender(delivery: Delivery) -> str:
    """The address to which this copy bounces. With BOUNCE_ADDRESS it is one of its own, `rueck+<hex>@…`, so that any
    bounce identifies its delivery; else it is our own address.
    """
    if not settings.BOUNCE_ADDRESS:
        return settings.DEFAULT_FROM_EMAIL
    mailbox, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{mailbox}+{delivery.message_id.hex}@{domain}"


def own_headers(delivery: Delivery, leaving: str = "") -> dict[str, str]:
    """The header fields that differ between copies; plain ASCII, so that they need no folding.

    `leaving` is the unsubscribe URL, if it is known already.
    """
    address = delivery.address
    assert address is not None
    headers = {
        "To": address.email,
        "Message-ID": message_id(delivery),
        "Date": _date(delivery.queued_at),
    }
    if delivery.mailing.kind != Mailing.Kind.PERSONAL:
        headers["List-Unsubscribe"] = f"<{leaving or links.leave_url(delivery)}>"
    return headers


def placeholder_values(delivery: Delivery) -> dict[str, str]:
    """Every placeholder's value for this copy."""
    address, mailing = delivery.address, delivery.mailing
    assert address is not None
    filled = {name: links.url_of(stored, delivery) for name, stored in delivery.links.items()}
    filled |= {name: one_line(value) for name, value in delivery.values.items()}
    if address.discreet:
        filled["link"] = filled.get(mailing.main_link) or links.web_version_url(delivery)
    if mailing.kind != Mailing.Kind.PERSONAL:
        filled["abmelden"] = links.leave_url(delivery)
    return filled


def bodies(mailing: Mailing, discreet: bool) -> tuple[str, str, str]:
    """Subject, text and HTML with placeholders; for a discreet address one neutral sentence and one link."""
    if discreet:
        return discreet_bodies("link")
    # A link gets a line of its own within its tag, so that the long line around it is encoded only once.
    return mailing.subject, _in_lines(mailing.text), _LINK.sub(r"\n\1\n", _in_lines(mailing.html))


def build_message(delivery: Delivery) -> EmailMessage:
    """The copy as an EmailMessage: for providers that build their own MIME, and for comparison with MessageBuilder."""
    assert delivery.address is not None
    subject, text, html = bodies(delivery.mailing, delivery.address.discreet)
    values = placeholder_values(delivery)
    filled = placeholders.fill(text, values), placeholders.fill_html(html, values)
    return _message(delivery.mailing, subject, *filled, delivery.address.discreet)


def message_bytes(delivery: Delivery) -> bytes:
    return _head(delivery) + build_message(delivery).as_bytes()


class MessageBuilder:
    """One mailing, prepared for any number of copies."""

    def __init__(self, mailing: Mailing, discreet: bool) -> None:
        subject, text, html = bodies(mailing, discreet)
        skeleton = _message(mailing, subject, _TEXT, _HTML, discreet).as_bytes()
        before_text, before_html = f"\r\n\r\n{_TEXT}\r\n".encode(), f"\r\n\r\n{_HTML}\r\n".encode()
        start, rest = skeleton.split(before_text)
        middle, self._end = rest.split(before_html)
        self._start, self._middle = start + b"\r\n\r\n", middle + b"\r\n\r\n"
        self._text, self._html = _lines(text), _lines(html)

    def bytes_for(self, delivery: Delivery) -> bytes:
        values = placeholder_values(delivery)
        return b"".join(
            [
                _head(delivery, values.get("abmelden", "")),
                self._start,
                *_filled(self._text, values),
                self._middle,
                *_filled(self._html, placeholders.escaped(values)),
                self._end,
            ]
        )


def _message(mailing: Mailing, subject: str, text: str, html: str, discreet: bool) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = formataddr((settings.SITE_NAME, settings.DEFAULT_FROM_EMAIL))
    message["Reply-To"] = settings.REPLY_TO
    message["Subject"] = one_line(subject)
    if mailing.kind != Mailing.Kind.PERSONAL:
        message["List-Id"] = f"<{mailing.list_key or 'liste'}.{mail_domain()}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mailing.automatic:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # "=_" never occurs in quoted-printable text, so the boundary cannot either.
    message.set_boundary(f"=_mailing_{mailing.pk}")
    if mailing.calendar and not discreet:
        _attach(message, mailing)
    return message


def _attach(message: EmailMessage, mailing: Mailing) -> None:
    """Attaches the calendar entry under a neutral name (P-25); its METHOD is repeated in the type (RFC 6047 §2.4)."""
    method = _METHOD.search(mailing.calendar)
    parameters = {"method": method[1]} if method else {}
    message.add_attachment(
        mailing.calendar, subtype="calendar", cte="base64", filename=CALENDAR_NAME, params=parameters
    )
    message.set_boundary(f"=_mixed_{mailing.pk}")


def _head(delivery: Delivery, leaving: str = "") -> bytes:
    headers = own_headers(delivery, leaving)
    return "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode("ascii")


@functools.lru_cache(maxsize=64)
def _date(moment: datetime) -> str:
    """Cached, because all copies of a mailing share it."""
    return format_datetime(timezone.localtime(moment))


def _lines(source: str) -> list[bytes | list[str]]:
    """Runs of fixed lines, already encoded, and lines with placeholders, split into their parts."""
    pieces: list[bytes | list[str]] = []
    for line in source.removesuffix("\n").split("\n"):
        if "$" in line:
            pieces.append(placeholders.parts(line))
        elif pieces and isinstance(pieces[-1], bytes):
            pieces[-1] += _encode(line)
        else:
            pieces.append(_encode(line))
    return pieces


def _filled(pieces: list[bytes | list[str]], values: dict[str, str]) -> list[bytes]:
    return [piece if isinstance(piece, bytes) else _encode(placeholders.join(piece, values)) for piece in pieces]


def _in_lines(source: str) -> str:
    """The source with "\\n" as the only line end, also after the last line, so that no value can join or swallow a
    line.
    """
    source = re.sub(r"\r\n?", "\n", source)
    return source if source.endswith("\n") else f"{source}\n"


def _encode(line: str) -> bytes:
    if len(line) < LONGEST_LINE and _PLAIN.fullmatch(line):
        return f"{line}\r\n".encode("ascii")  # the same result as body_encode, several times as fast
    encoded = body_encode(line.encode().decode("latin-1") + "\n", LONGEST_LINE)
    return encoded.replace("\n", "\r\n").encode("ascii")

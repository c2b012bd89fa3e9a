"""Reads bounces that come back as mails, because a plain SMTP relay reports them in no other way (RFC 3464, RFC 3461;
M-11b).
"""

import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string
from email.message import Message
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.utils import timezone
from flufl.bounce import all_failures

from mailings.models import Feedback
from mailings.returns import classification
from mailings.returns.feedback import Report
from mailings.sending.message import mail_domain

LONGEST_EXPLANATION = 2000  # characters; after them comes our own mail, whose words must not be searched
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "received")
_DAEMON = re.compile(r"mailer-?daemon|postmaster|mail.?deliver|delivery (subsystem|system)|mail ?administrator", re.I)
_OUR_MAIL_BEGINS = re.compile(r"^(-{3,}.*|Return-Path:|Received:|Message-ID:)", re.MULTILINE | re.IGNORECASE)


def read(data: bytes) -> Report | None:
    """The bounce that this mail reports; None for anything else, such as a delay, a report of success or an absence.
    Malformed mails can make Python's parser raise any exception.

    The return path tells which copy came back, else the Message-ID of the returned mail; only its reader knows either.
    A mail that names only an address could be forged by anybody to silence somebody, so it counts as a soft bounce, of
    which it takes five in a week.
    """
    # Not from bytes: header fields with bytes above 127 would not be strings, and the detectors fail on them.
    message = message_from_string(data.decode("latin-1"))
    failure = _standard(message) or _other(message)
    if failure is None:
        return None
    status, explanation, email = failure
    copy = _copy(message)
    kind = classification.kind_of(status, explanation)
    return Report(
        event="mail:" + hashlib.sha256(data).hexdigest(),
        kind=kind if copy else Feedback.Kind.SOFT,
        at=_date(message),
        copy=copy,
        email=email,
    )


def _standard(message: Message) -> tuple[str, str, str] | None:
    """Status, explanation and address of the first recipient that a delivery report marks as failed."""
    for block in _recipients(message):
        if _field(block, "action").lower().startswith(("fail", "error")):
            explanation = _field(block, "diagnostic-code")
            address = _field(block, "original-recipient") or _field(block, "final-recipient")
            status = classification.status_in(_field(block, "status"))
            if status.endswith(".0.0"):  # an unspecific status
                status = classification.status_in(explanation) or status
            return status, explanation or _explanation(message), address.rpartition(";")[2].strip(" <>")
    return None


def _other(message: Message) -> tuple[str, str, str] | None:
    """The same from a bounce in a server's own format; only mails whose sender is a mail system count."""
    if list(_recipients(message)) or not _DAEMON.search(_field(message, "from") + _field(message, "sender")):
        return None
    delayed, failed = all_failures(message)
    explanation = _explanation(message)
    if not failed and (delayed or not classification.refuses(explanation)):
        return None
    return classification.status_in(explanation), explanation, min(failed, default=b"").decode("ascii", "replace")


def _recipients(message: Message) -> Iterator[Message]:
    """The blocks of a delivery report, one for each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and "action" in block:
                    yield block


def _copy(message: Message) -> uuid.UUID | None:
    """The Message-ID of the copy that came back: from the return path first, then from any text that we wrote."""
    envelope = "\n".join(str(value) for name, value in message.items() if name.lower() in _ENVELOPE)
    everything = "\n".join(_texts(message))
    hexadecimal = "[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    own_id = rf"<({hexadecimal})@{re.escape(mail_domain())}>"
    found = None
    if settings.BOUNCE_ADDRESS:
        mailbox, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
        path = rf"{re.escape(mailbox)}\+({hexadecimal})@{re.escape(domain)}"
        found = re.search(path, envelope, re.IGNORECASE) or re.search(path, everything, re.IGNORECASE)
    found = found or re.search(own_id, everything, re.IGNORECASE)
    return uuid.UUID(found[1]) if found else None


def _texts(message: Message) -> Iterator[str]:
    """Every header field and every decoded text of a mail, those of the returned mail included."""
    for part in message.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            yield _text(part)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _explanation(message: Message) -> str:
    """The server's explanation for people, without the returned mail."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            text = _text(part)
            # the first lines may be framed by dashes themselves
            ours = [found.start() for found in _OUR_MAIL_BEGINS.finditer(text) if found.start() > 200]
            return text[: min(ours, default=LONGEST_EXPLANATION)][:LONGEST_EXPLANATION]
    return ""


def _field(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _date(message: Message) -> datetime:
    """The date of the bounce, but never later than now."""
    now = timezone.now()
    try:
        written = parsedate_to_datetime(_field(message, "date"))
    except ValueError:
        return now
    return min(now, written if written.tzinfo else written.replace(tzinfo=UTC))

"""Takes a returned mail apart: fields, decoded texts, and the blocks of its report."""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from email import message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from mailings.returns.wording import LONGEST_TEXT

LONGEST_EXPLANATION = 2000  # characters; after them comes our own mail, whose words must not be searched
REPORTS = {"message/delivery-status", "message/global-delivery-status"}  # RFC 3464, RFC 6533
_OUR_MAIL_BEGINS = re.compile(
    r"^[> ]{0,8}(?:(?:Return-Path|Received|Message-ID|DKIM-Signature):"
    r"|-{2,60} ?[^\n]{0,60}(?:copy|original|ursprü|header|kopfzeilen|nachricht|message follows|returned message))",
    re.MULTILINE | re.IGNORECASE,
)
_NEW_LINE = re.compile(r"<(?:br|p|div|tr|td|li|h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def parse(data: bytes) -> Message:
    """The mail; bytes above 127 in its header stay as they came, because a header field must be a string."""
    return message_from_string(data[:LONGEST_TEXT].decode("latin-1"))


def field(message: Message, name: str) -> str:
    """A header field in one line; encoded words (RFC 2047) and raw UTF-8 are read as such."""
    value = " ".join(str(message.get(name, "")).split())
    try:
        value = value.encode("latin-1").decode("utf-8")
        return str(make_header(decode_header(value))) if "=?" in value else value
    except (UnicodeError, LookupError, HeaderParseError):
        return value


def own(message: Message) -> Iterator[Message]:
    """The parts of this mail alone, without those of a mail inside it."""
    yield message
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from own(part)


def inner(message: Message) -> Iterator[Message]:
    """The mails that it carries, as those that somebody forwards."""
    for part in own(message):
        if part.get_content_type() in {"message/rfc822", "message/global"} and part.is_multipart():
            yield from (carried for carried in part.get_payload() if isinstance(carried, Message))


def texts(message: Message) -> Iterator[str]:
    """Every header field and every decoded text of a mail, those of the returned mail included."""
    for part in message.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            yield text(part)


def text(part: Message) -> str:
    """A part's text. Many name no charset, or the wrong one: UTF-8 is tried first."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def explanation(message: Message) -> str:
    """The server's explanation for people, without the returned mail."""
    return without_ours(body(message))


def without_ours(said: str) -> str:
    """The text before the mail that it returns; its first lines may be framed by dashes themselves."""
    ours = next((begin.start() for begin in _OUR_MAIL_BEGINS.finditer(said) if begin.start() > 100), len(said))
    return said[:ours][:LONGEST_EXPLANATION]


def body(message: Message) -> str:
    """The mail's own text; that of its HTML if it has no other."""
    found = {part.get_content_type(): text(part) for part in reversed(list(own(message))) if not part.is_multipart()}
    said = found.get("text/plain", "")
    if not said.strip():
        said = html.unescape(_TAG.sub(" ", _NEW_LINE.sub("\n", found.get("text/html", "")))).replace("\xa0", " ")
    return said


def report_blocks(message: Message) -> Iterator[Message]:
    """The blocks of a delivery report, one for each recipient."""
    for part in own(message):
        if part.get_content_type() in REPORTS:
            lines = [line.rstrip() for line in _source(part).splitlines()]
            for block in "\n".join(lines).split("\n\n"):
                fields = message_from_string(block.lstrip("\n"))
                if "action" in fields:
                    yield fields


def complaint(message: Message) -> Message | None:
    """The fields of a feedback report (ARF, RFC 5965)."""
    for part in own(message):
        if part.get_content_type() == "message/feedback-report":
            return message_from_string(_source(part).lstrip())
    return None


def _source(part: Message) -> str:
    """The text of a part of type message/…, which Python has taken for a mail and not decoded."""
    payload = part.get_payload()
    pieces = payload if isinstance(payload, list) else [payload]
    source = "\n".join(_unparsed(piece).strip("\n") + "\n" for piece in pieces)
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return source
    try:
        decoded = base64.b64decode("".join(source.split()))
    except binascii.Error:
        return source
    return decoded.decode("latin-1")


def _unparsed(piece: object) -> str:
    """Not `as_string`: that refuses header fields that a mangled mail may well have."""
    if not isinstance(piece, Message):
        return str(piece)
    head = "".join(f"{name}: {value}\n" for name, value in piece.items())
    payload = piece.get_payload()
    return f"{head}\n{payload if isinstance(payload, str) else _source(piece)}"

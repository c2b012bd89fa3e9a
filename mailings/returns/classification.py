"""Classifies a mail server's refusal: the address is gone for good, or the mail was not taken now (RFC 3463, RFC 5321
§4.2).

Servers use the same 5xx for an unknown mailbox and for suspected spam. Only the first ends the address: otherwise one
day on a block list would cost us every member at a large provider.
"""

import re

from mailings.models import Feedback

Kind = Feedback.Kind

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d[ -]")
# 5.1.7 and 5.1.8 are about our own address, the other 5.4.x about the route.
_GONE = re.compile(r"5\.(1\.(?![78]$)\d+|2\.1|4\.(1|4|310))")
_NOT_NOW = re.compile(r"4\.|5\.[1-467]\.")
_WORDS_GONE = re.compile(
    r"(user|recipient|mailbox|address|account|benutzer|empf.nger|adresse|postfach)\b.{0,60}"
    r"(unknown|not found|not exist|n't exist|no longer|not listed|disabled|inactive|unbekannt|nicht gefunden|existiert)"
    r"|(unknown|invalid|no such|unbekannter?) (local |virtual )?"
    r"(user|recipient|mailbox|address|account|person|benutzer|empf.nger)"
    r"|no mailbox|n't have an? |isn't an? valid|host not found|domain .{0,30}not found|host or domain name not found",
    re.IGNORECASE | re.DOTALL,
)
_WORDS_FULL = re.compile(r"\bfull\b|quota|over.?limit|storage|\bvoll\b|überfüllt|speicherplatz", re.IGNORECASE)
_WORDS_NOT_NOW = re.compile(
    r"spam|block|black.?list|reputation|policy|too (large|big|many)|size|virus|expired|timed? ?out|temporar|rate limit",
    re.IGNORECASE,
)


def says_full(text: str) -> bool:
    """Whether the words say that the mailbox is full."""
    return _WORDS_FULL.search(text) is not None


def status_in(text: str) -> str:
    """The first status code in the text, "5.1.1"; "" without one."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def refuses(text: str) -> bool:
    """Whether the text repeats a server's final refusal."""
    reply = _REPLY.search(text)
    return status_in(text).startswith("5") or (reply is not None and reply[1] == "5")


def kind_of(status: str, text: str) -> Feedback.Kind:
    """HARD if the mailbox does not exist and never will, SOFT if only this mail was refused. Without a reason the first
    digit decides; a refusal without any digit is HARD.
    """
    status = status or status_in(text)
    reply = _REPLY.search(text)
    if status.startswith("4") or (not status and reply and reply[1] == "4") or says_full(text):
        return Kind.SOFT
    if _GONE.fullmatch(status) or _WORDS_GONE.search(text):
        return Kind.HARD
    return Kind.SOFT if _NOT_NOW.match(status) or _WORDS_NOT_NOW.search(text) else Kind.HARD

"""Reads bounces and complaints that come back as mails, because a plain SMTP relay reports them in no other way (RFC
3464, RFC 3461, RFC 5965; M-11b).
"""

import hashlib
import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message

from django.conf import settings
from django.utils import timezone

from mailings.models import Feedback
from mailings.returns import classification, parts, wording
from mailings.returns.feedback import Report
from mailings.sending.message import mail_domain

Kind = Feedback.Kind

_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "received")
_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail.?deliver|delivery (?:sub)?system|mail ?administrator|microsoftexchange"
    r"|systemadministrator|mail ?(?:router|system|server)|<@>",
    re.IGNORECASE,
)
_FORWARDED = re.compile(rf"^[> *]{{0,8}}(?:From|Von|De|Van|Od): ?[^\n]{{0,100}}?(?:{_DAEMON.pattern})", re.M | re.I)
_QUOTED = re.compile(r"^(?:> ?){1,4}", re.MULTILINE)
# Not "not-spam" nor "auth-failure": no person speaks in them. RFC 5965 §3.5, RFC 6591.
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list", "miscategorized"}
_HEX = "[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_DEEPEST = 3  # mails within mails


@dataclass(frozen=True)
class Finding:
    """What a mail says, why we read it so, in whose words, and of which copy. No kind: nothing that returned mail says.

    `copy` is the Message-ID that only the reader of our mail knows.
    """

    kind: Feedback.Kind | None
    why: str
    words: str = ""
    copy: uuid.UUID | None = None


def read(data: bytes, received: datetime | None = None) -> Report | None:
    """The bounce or complaint that this mail reports; None for anything else, such as a delay, a report of success or
    an absence. Malformed mails can make Python's parser raise any exception.

    Its time is that of receipt, and its copy is found by our own identifier or not at all: whatever else such a mail
    says, anybody could have written it to silence somebody.
    """
    finding = examine(data)
    if finding.kind is None:
        return None
    now = timezone.now()
    return Report(
        event="mail:" + hashlib.sha256(data).hexdigest(),
        kind=finding.kind,
        at=min(received or now, now),
        copy=finding.copy,
        words=finding.words,
    )


def examine(data: bytes) -> Finding:
    """Reads one mail and records nothing. The kind is that of its words, whether they name a copy or not."""
    message = parts.parse(data)
    return replace(_finding(message, _DEEPEST), copy=_copy(message))


def _finding(message: Message, deepest: int) -> Finding:
    found = _complaint(message) or _standard(message) or _other(message)
    if found is None and deepest:
        carried = (_finding(mail, deepest - 1) for mail in parts.inner(message))
        found = next((finding for finding in carried if finding.kind), None)
    return found or Finding(None, "no report of a failure")


def _complaint(message: Message) -> Finding | None:
    fields = parts.complaint(message)
    if fields is None:
        return None
    said = " ".join(parts.field(fields, "feedback-type").lower().split()[:1])
    return Finding(Kind.COMPLAINT if said in _COMPLAINTS else None, f"Feedback-Type {said}", f"Feedback-Type: {said}")


def _standard(message: Message) -> Finding | None:
    """The first recipient that a delivery report marks as failed."""
    actions = []
    for block in parts.report_blocks(message):
        actions.append(parts.field(block, "action").lower())
        if actions[-1].startswith(("fail", "error")):
            answer = parts.field(block, "diagnostic-code")
            explained = parts.explanation(message)
            status = classification.status_in(parts.field(block, "status"))
            kind, why, _ = classification.judge(status, answer, explained)
            recipient = parts.field(block, "final-recipient").rpartition(";")[2]
            return Finding(kind, why, wording.quote(answer or _passage(explained), recipient))
    return Finding(None, f"Action {actions[0]}") if actions else None


def _other(message: Message) -> Finding | None:
    """The same from a bounce in a server's own format, or from one that somebody forwards."""
    text, subject = parts.body(message), wording.folded(parts.field(message, "subject"))
    forwarded = _FORWARDED.search(text)
    text = parts.without_ours(_QUOTED.sub("", text[forwarded.start() :]) if forwarded else text)
    if not forwarded and not _comes_from_a_server(message, subject, text):
        return None
    words = wording.folded(text)
    if wording.DELAYED.search(words) or wording.DELAYED.search(subject):
        return Finding(None, "only a delay")
    refused = classification.refuses(text)
    if not refused and not wording.FAILED.search(words):
        return None
    kind, why, _ = classification.judge("", text)
    return Finding(kind, why, wording.quote(_passage(text), parts.field(message, "x-failed-recipients")))


def _comes_from_a_server(message: Message, subject: str, text: str) -> bool:
    """Whether a mail system wrote it, no person and no answering machine. An empty return path alone is also that of a
    note of absence; then subject or text must report a failure.
    """
    if "x-failed-recipients" in message:
        return True
    if wording.ANSWERS.match(subject):
        return False
    if _DAEMON.search(parts.field(message, "from") + parts.field(message, "sender")):
        return True
    if parts.field(message, "return-path") != "<>":
        return False
    in_text = classification.refuses(text) and wording.FAILED.search(wording.folded(text))
    return bool(wording.FAILED.search(subject) or in_text)


def _passage(text: str) -> str:
    """The text from the server's refusal on; all of it if it repeats none."""
    return text[classification.refusal_at(text) :]


def _copy(message: Message) -> uuid.UUID | None:
    """The Message-ID of the copy that came back: from the return path first, then from any text that we wrote."""
    envelope = "\n".join(str(value) for name, value in message.items() if name.lower() in _ENVELOPE)
    everything = "\n".join(parts.texts(message))
    found = None
    if settings.BOUNCE_ADDRESS:
        mailbox = settings.BOUNCE_ADDRESS.rpartition("@")[0]
        path = re.compile(rf"\b{re.escape(mailbox)}\+({_HEX})(?![0-9a-f])", re.IGNORECASE)
        found = path.search(envelope) or path.search(everything)
    found = found or re.search(rf"(?<![0-9a-f-])({_HEX})@{re.escape(mail_domain())}\b", everything, re.IGNORECASE)
    return uuid.UUID(found[1]) if found else None

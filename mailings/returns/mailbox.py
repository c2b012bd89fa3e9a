"""Reads bounces and complaints from a mailbox over IMAP (RFC 3501)."""

import imaplib
import logging
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from mailings.returns import bounces, feedback
from mailings.returns.wording import LONGEST_TEXT

log = logging.getLogger(__name__)

KEPT_DAYS = 14
MOST_BYTES = LONGEST_TEXT  # of a mail; the report comes first
UNREADABLE, NO_BOUNCE, NOTHING_NEW = "unreadable", "no bounce", "nothing new"

Unreachable = (OSError, imaplib.IMAP4.error)


def read_all(url: str) -> Counter[str]:
    """Records what is unseen in the mailbox and marks it seen; deletes seen mails older than KEPT_DAYS.

    Returns how many mails were what: a `Feedback.Kind`, NO_BOUNCE, NOTHING_NEW (known already, or nobody's), or
    UNREADABLE; the last stay unseen. Reading a mail twice does nothing more. Raises one of `Unreachable`.
    """
    counts: Counter[str] = Counter()
    with opened(url) as imap:
        for number in _search(imap, "UNSEEN", "UNDELETED"):
            what = _take(*_fetch(imap, number))
            counts[what] += 1
            if what != UNREADABLE:
                _flag(imap, number, r"(\Seen)")
        long_ago = timezone.localdate() - timedelta(days=KEPT_DAYS)
        for number in _search(imap, "SEEN", "BEFORE", f"{long_ago:%d-%b-%Y}"):
            _flag(imap, number, r"(\Deleted)")
        imap.expunge()
    return counts


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """The folder that `url` names: imaps://user:password@host:port/folder, or imap:// without TLS, or imap://…?tls=1
    with STARTTLS. The default folder is INBOX.
    """
    parts = urlsplit(url)
    host, timeout = parts.hostname or "localhost", settings.EMAIL_TIMEOUT
    context = ssl.create_default_context()
    imap: imaplib.IMAP4
    if parts.scheme == "imaps":
        imap = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=timeout)
    else:
        imap = imaplib.IMAP4(host, parts.port or 143, timeout=timeout)
    with imap:  # logs out in any case
        if parse_qs(parts.query).get("tls") == ["1"]:
            imap.starttls(context)
        imap.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        _expect(imap.select(f'"{folder}"'))
        yield imap


def _take(data: bytes, received: datetime | None) -> str:
    """Records one mail; returns what it was. Whatever fails fails for this mail alone: the next ones are read."""
    try:
        report = bounces.read(data, received)
        if report is None:
            return NO_BOUNCE
        return str(report.kind) if feedback.record(report) else NOTHING_NEW
    except Exception as error:  # anybody who knows the address can send it anything
        log.warning("A mail in the bounce mailbox cannot be taken: %s", type(error).__name__)
        return UNREADABLE


def _search(imap: imaplib.IMAP4, *what: str) -> list[str]:
    [numbers] = _expect(imap.uid("SEARCH", *what))
    return (numbers or b"").decode().split()


def _fetch(imap: imaplib.IMAP4, number: str) -> tuple[bytes, datetime | None]:
    """The mail, and when the mailbox received it: a time that no sender chooses."""
    found = _expect(imap.uid("FETCH", number, f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"))
    data = next((part[1] for part in found if isinstance(part, tuple)), b"")
    # Servers put the date before the mail or after it.
    dates = [imaplib.Internaldate2tuple(part[0] if isinstance(part, tuple) else part) for part in found if part]
    received = next((date for date in dates if date), None)
    return data, datetime.fromtimestamp(time.mktime(received), UTC) if received else None


def _flag(imap: imaplib.IMAP4, number: str, flag: str) -> None:
    _expect(imap.uid("STORE", number, "+FLAGS.SILENT", flag))


def _expect(reply: tuple[str, list[Any]]) -> list[Any]:
    """The data of a reply. Raises imaplib.IMAP4.error for a refusal."""
    verdict, data = reply
    if verdict != "OK":
        raise imaplib.IMAP4.error(str(data))
    return data

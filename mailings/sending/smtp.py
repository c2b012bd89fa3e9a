"""SMTP: one connection kept for many messages, in as few round trips as the server allows (RFC 5321, 2920).

If the server offers PIPELINING, a message's envelope travels together with the content of the one before it: one round
trip for each message instead of four. A content is still sent only after the outcome of the one before has been read
and recorded.
"""

import contextlib
import functools
import smtplib
import socket
import ssl
import time

from django.conf import settings

from mailings.models import Delivery
from mailings.sending.email_url import server_in
from mailings.sending.exceptions import PendingReply, Refused, TryLater, Unavailable, words
from mailings.sending.message import envelope_sender, mail_domain

Reply = tuple[int, bytes]
_LONGEST_REPLY = 8192
_NO_TIME = 0.001  # seconds: reads what has arrived, waits for nothing
# Seconds before a server that refuses us is asked again: somebody has to fix the account first, and more
# attempts could get the account locked (M-06).
_REFUSED_PAUSE = 15 * 60
_LOST = (smtplib.SMTPException, OSError)


class Smtp:
    """No wait is longer than EMAIL_TIMEOUT (M-07)."""

    def __init__(self, url: str) -> None:
        self._server = server_in(url)
        self._smtp: smtplib.SMTP | None = None
        self._pipelining = False
        # the delivery whose envelope is on its way, with replies not read yet
        self._announced: int | None = None

    def hand_over(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> PendingReply:
        """See Transport.hand_over; if the server allows it, the next copy's envelope goes along."""
        smtp = self._begin(delivery)
        ahead = _envelope(following) if following and self._pipelining else b""
        try:
            _socket(smtp).sendall(message.replace(b"\r\n.", b"\r\n..") + b".\r\n" + ahead)
        except _LOST as error:
            self._hang_up()
            raise TryLater(words(error)) from error
        if ahead and following:
            self._announced = following.pk
        return PendingReply(functools.partial(self._answer, smtp, time.monotonic() + settings.EMAIL_TIMEOUT))

    def _answer(self, smtp: smtplib.SMTP, until: float) -> str:
        """What the server says of the content by `until` (time.monotonic). Raises Refused or TryLater."""
        try:
            # The timeout counts from hand-over, not from when we start reading.
            _socket(smtp).settimeout(max(until - time.monotonic(), _NO_TIME))
            code, answer = _reply(smtp)
            _socket(smtp).settimeout(settings.EMAIL_TIMEOUT)
        except _LOST as error:
            self._hang_up()
            raise TryLater(words(error)) from error
        if not 200 <= code < 300:
            if code == 421 or not 400 <= code < 600:
                self._hang_up()
            raise _failure(code, answer)
        return ""

    def close(self) -> None:
        if self._smtp is not None and self._announced is None:
            with contextlib.suppress(*_LOST):
                self._smtp.quit()
        self._hang_up()

    def _hang_up(self) -> None:
        """Closes without QUIT: a server that waits for a content would take the command for part of it."""
        smtp, self._smtp, self._announced = self._smtp, None, None
        if smtp is not None:
            smtp.close()

    def _begin(self, delivery: Delivery) -> smtplib.SMTP:
        """A connection on which the server waits for this copy's content."""
        if self._announced not in (None, delivery.pk):
            self._hang_up()
        if self._smtp is not None:
            smtp = self._kept(self._smtp, delivery)
            if smtp is not None:
                return smtp
            self._hang_up()
        self._smtp = self._connect()
        try:
            return self._ready(self._smtp, self._ask(self._smtp, delivery))
        except _LOST as error:
            self._hang_up()
            raise TryLater(words(error)) from error

    def _kept(self, smtp: smtplib.SMTP, delivery: Delivery) -> smtplib.SMTP | None:
        """The kept connection; None if the server has closed it.

        Nothing of this message has been handed over then, so a new connection is safe. But a server that keeps silent
        would do so again, and one wait is enough (M-07).
        """
        try:
            replies = self._ask(smtp, delivery)
        except _LOST as error:
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                self._hang_up()
                raise Unavailable(words(error)) from error
            return None
        return None if replies[0][0] == 421 else self._ready(smtp, replies)

    def _ask(self, smtp: smtplib.SMTP, delivery: Delivery) -> list[Reply]:
        """The server's replies to MAIL, RCPT and DATA; without PIPELINING only as far as they succeed.

        Raises what smtplib raises if the connection is lost before the first reply, TryLater if it is lost after it.
        """
        together, announced = self._pipelining, self._announced is not None
        self._announced = None
        commands = [b""] * 3 if announced else _envelope(delivery).splitlines(keepends=True)
        if together and not announced:
            _socket(smtp).sendall(b"".join(commands))
        replies: list[Reply] = []
        try:
            for command in commands:
                if not together:
                    _socket(smtp).sendall(command)
                replies.append(_reply(smtp))
                if replies[-1][0] >= 400 and not together:
                    break
        except _LOST as error:
            if not replies:
                raise
            if replies[-1][0] >= 400:
                return replies  # the last reply counts even if the server has hung up
            self._hang_up()
            raise TryLater(words(error)) from error
        return replies

    def _ready(self, smtp: smtplib.SMTP, replies: list[Reply]) -> smtplib.SMTP:
        """Returns the connection if the content may be sent. Else raises, and leaves a connection fit for the next, or
        none.
        """
        sender = replies[0]
        if sender[0] >= 400 or sender[0] < 200:
            self._hang_up()
            if sender[0] >= 500:
                raise Unavailable(f"{sender[0]} {words(sender[1])}", wait=_REFUSED_PAUSE)
            raise TryLater(f"{sender[0]} {words(sender[1])}")
        bad = [reply for reply in replies[1:] if reply[0] not in (250, 251, 252, 354)]
        if not bad and replies[-1][0] == 354:
            return smtp
        code, answer = bad[0] if bad else replies[-1]
        # A server that waits for a content without a recipient gets no further command, nor an empty mail.
        if code == 421 or not 400 <= code < 600 or replies[-1][0] == 354 or not _reset(smtp):
            self._hang_up()
        raise _failure(code, answer)

    def _connect(self) -> smtplib.SMTP:
        try:
            smtp = self._dial()
        except smtplib.SMTPAuthenticationError as error:
            raise Unavailable(words(error), wait=_REFUSED_PAUSE) from error
        except (*_LOST, ValueError) as error:  # ValueError: a host or password that cannot be encoded
            raise Unavailable(words(error)) from error
        self._pipelining = smtp.has_extn("pipelining")
        return smtp

    def _dial(self) -> smtplib.SMTP:
        server, timeout, name = self._server, settings.EMAIL_TIMEOUT, mail_domain()
        context = ssl.create_default_context() if server.implicit_tls or server.starttls else None
        smtp: smtplib.SMTP
        if server.implicit_tls:
            smtp = smtplib.SMTP_SSL(server.host, server.port, name, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, name, timeout=timeout)
        try:
            if server.starttls:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _envelope(delivery: Delivery) -> bytes:
    assert delivery.address is not None
    return f"MAIL FROM:<{envelope_sender(delivery)}>\r\nRCPT TO:<{delivery.address.email}>\r\nDATA\r\n".encode("ascii")


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("Connection closed")
    return smtp.sock


def _reply(smtp: smtplib.SMTP) -> Reply:
    """The last line of the server's next reply (RFC 5321 §4.2.1). smtplib's own method is several times slower."""
    if smtp.file is None:
        smtp.file = _socket(smtp).makefile("rb")
    while True:
        line: bytes = smtp.file.readline(_LONGEST_REPLY + 1)
        if not line:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if len(line) > _LONGEST_REPLY:
            raise smtplib.SMTPResponseException(500, "Line too long.")
        if line[3:4] != b"-":
            return int(line[:3]) if line[:3].isdigit() else -1, line[4:]


def _reset(smtp: smtplib.SMTP) -> bool:
    """Whether the server has dropped the message in progress; if it has hung up, its last reply still counts."""
    try:
        return smtp.rset()[0] == 250
    except _LOST:
        return False


def _failure(code: int, answer: bytes) -> Exception:
    kind = Refused if 500 <= code < 600 else TryLater
    return kind(f"{code} {words(answer)}")

"""Ways out of the house: SMTP, or a folder in which the demo's mails can be read."""

import os
import re
import smtplib
import ssl
import time
import uuid
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mailings.letters import one_line
from mailings.mime import mail_domain
from mailings.models import Delivery

HIDDEN = "<Adresse>"


class Refused(Exception):
    """The server will never take this mail for this recipient."""


class TryLater(Exception):
    """This mail did not get through now; another try may succeed."""


class Unavailable(Exception):
    """Nothing gets through now, whoever it is for: no connection, or the server does not accept us as a sender."""


class Transport(Protocol):
    def send(self, recipient: str, message: bytes) -> None:
        """Hands over one message. Raises Refused, TryLater or Unavailable."""

    def close(self) -> None: ...


def from_url(url: str) -> Transport:
    """The transport that EMAIL_URL names. Raises ImproperlyConfigured for an unknown one."""
    scheme = urlsplit(url).scheme
    if scheme in {"smtp", "smtps"}:
        return Smtp(url)
    if scheme == "folder":
        return Folder(url.removeprefix("folder://"))
    raise ImproperlyConfigured(f"EMAIL_URL: no way to send over {scheme!r}.")


class Smtp:
    """One connection that is kept for many messages; no wait is longer than EMAIL_TIMEOUT (M-07)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._implicit_tls = parts.hostname or "localhost", parts.scheme == "smtps"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("tls") == ["1"]
        self._smtp: smtplib.SMTP | None = None

    def send(self, recipient: str, message: bytes) -> None:
        smtp = self._begin()
        try:
            self._expect(smtp.rcpt(recipient))
            self._expect(smtp.data(message))
        except smtplib.SMTPDataError as error:
            self._expect((error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(_words(error)) from error

    def _begin(self) -> smtplib.SMTP:
        """A connection on which MAIL FROM has been accepted; one that the server has grown tired of is replaced."""
        if self._smtp is not None:
            try:
                code, answer = self._smtp.mail(settings.DEFAULT_FROM_EMAIL)
                if code != 421:
                    return self._accepted(code, answer)
            except (smtplib.SMTPException, OSError) as error:
                # Nothing of this message has been handed over: a new connection is free of risk. But a server that
                # keeps silent would do so again, and one wait is enough (M-07).
                if isinstance(error.__context__, TimeoutError):
                    self.close()
                    raise Unavailable(_words(error)) from error
            self.close()
        self._smtp = self._connect()
        try:
            return self._accepted(*self._smtp.mail(settings.DEFAULT_FROM_EMAIL))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(_words(error)) from error

    def _accepted(self, code: int, answer: bytes) -> smtplib.SMTP:
        assert self._smtp is not None
        if code == 250:
            return self._smtp
        self.close()
        if code >= 500:
            raise Unavailable(f"{code} {_words(answer)}")
        raise TryLater(f"{code} {_words(answer)}")

    def _expect(self, reply: tuple[int, bytes | str]) -> None:
        """Passes on 2xx. Otherwise leaves a connection fit for the next message and raises Refused or TryLater."""
        code, answer = reply
        if 200 <= code < 300:
            return
        if code == 421 or not 400 <= code < 600 or not self._reset():
            self.close()
        kind = Refused if 500 <= code < 600 else TryLater
        raise kind(f"{code} {_words(answer)}")

    def _reset(self) -> bool:
        """Whether the server has forgotten the message; one that has hung up keeps its last word all the same."""
        try:
            return self._smtp is not None and self._smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        try:
            return self._dial()
        except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: a host or password in no alphabet
            raise Unavailable(_words(error)) from error

    def _dial(self) -> smtplib.SMTP:
        timeout, name = settings.EMAIL_TIMEOUT, mail_domain()
        context = ssl.create_default_context()
        smtp: smtplib.SMTP
        if self._implicit_tls:
            smtp = smtplib.SMTP_SSL(self._host, self._port, name, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(self._host, self._port, name, timeout=timeout)
        try:
            if self._starttls:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if self._user:
                smtp.login(self._user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp


class Folder:
    """Writes every mail as a file of its own; a name in order of time, complete or not there at all."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, recipient: str, message: bytes) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        half = self._path / f"{name}.part"
        half.touch(mode=0o600)
        half.write_bytes(message)
        os.replace(half, self._path / f"{name}.eml")

    def close(self) -> None:
        pass


def discreet_answer(answer: str, delivery: Delivery) -> str:
    """What the server said, without the address it said it about, short enough to be kept."""
    answer = re.sub(r"\S+@\S+", HIDDEN, answer)
    if delivery.address:
        mailbox = re.escape(delivery.address.email.partition("@")[0])
        answer = re.sub(rf"(?<!\w){mailbox}(?!\w)", HIDDEN, answer, flags=re.IGNORECASE)
    return answer[:300]


def _words(error: object) -> str:
    text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
    return one_line(text) or type(error).__name__

"""What a copy of ours comes back as: the frame of the invented bounces in dsns_by_software and dsns_by_provider."""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from uuid import UUID

HARD, SOFT = "hard", "soft"
DATE = "Thu, 12 Nov 2026 09:14:33 +0100"


@dataclass(frozen=True)
class Copy:
    """One mail that we sent: to whom, under which number, and with which return path."""

    email: str
    number: UUID
    sender: str

    @property
    def domain(self) -> str:
        return self.email.partition("@")[2]

    @property
    def mailbox(self) -> str:
        return self.email.partition("@")[0]

    @property
    def head(self) -> str:
        """The header of our mail, as a server that took it returns it."""
        return lines(
            f"""
            Return-Path: <{self.sender}>
            Received: from mail.netzwerk.example (mail.netzwerk.example [192.0.2.25])
             by mx1.{self.domain} (Postfix) with ESMTPS id 4Xyz123ABC
             for <{self.email}>; {DATE}
            """,
            self.bare_head,
        )

    @property
    def bare_head(self) -> str:
        """The head of the original without the fields that name the return path."""
        return lines(
            f"""
            To: {self.email}
            Message-ID: <{self.number}@netzwerk.example>
            Date: Thu, 12 Nov 2026 09:14:30 +0100
            From: Netzwerk Siegen-Wittgenstein <post@netzwerk.example>
            Subject: Einladung: Samstag, 5. Dezember
            List-Id: <liste.netzwerk.example>
            Auto-Submitted: auto-generated
            """
        )


# the server, what it says of a copy, and what follows
Bounces = dict[str, tuple[Callable[[Copy], bytes], str]]


def lines(*blocks: str) -> str:
    return "\n".join(dedent(block).strip("\n") for block in blocks if block.strip()) + "\n"


def mail(copy: Copy, sender: str, subject: str, content: str, *, more: str = "", to: str | None = None) -> bytes:
    """A mail as it lies in the bounce mailbox."""
    head = lines(
        "Return-Path: <>",
        f"Delivered-To: {copy.sender}" if to is None else "",
        f"From: {sender}",
        f"To: {to or copy.sender}",
        f"Subject: {subject}",
        f"Date: {DATE}",
        more,
    )
    return (head + content).replace("\n", "\r\n").encode()


def report(
    copy: Copy,
    sender: str,
    text: str,
    status: str,
    *,
    subject: str = "Undelivered Mail Returned to Sender",
    returned: str | None = None,
    kind: str = "text/rfc822-headers",
    encoding: str = "",
    to: str | None = None,
) -> bytes:
    """A delivery report in three parts (RFC 3462, RFC 3464)."""
    content = lines(
        """
        MIME-Version: 1.0
        Auto-Submitted: auto-replied
        Content-Type: multipart/report; report-type=delivery-status; boundary="=_grenze_4711"

        This is a MIME-encapsulated message.

        --=_grenze_4711
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii
        """
    )
    content += "\n" + lines(text) + "\n--=_grenze_4711\nContent-Type: message/delivery-status\n\n" + lines(status)
    content += f"\n--=_grenze_4711\nContent-Type: {kind}\n{encoding}\n"
    return mail(
        copy, sender, subject, content + (copy.head if returned is None else returned) + "\n--=_grenze_4711--\n", to=to
    )

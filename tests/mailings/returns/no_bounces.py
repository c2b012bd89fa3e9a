"""Mails that look like bounces and are none."""

from collections.abc import Callable

from tests.mailings.returns.dsns import Copy, lines, mail, report


def delayed(copy: Copy) -> bytes:
    """Still on its way."""
    status = f"""
        Reporting-MTA: dns; mail.netzwerk.example

        Final-Recipient: rfc822; {copy.email}
        Action: delayed
        Status: 4.4.1
        Diagnostic-Code: X-Postfix; connect to mx.{copy.domain}[198.51.100.3]:25: Connection timed out
        Will-Retry-Until: Tue, 17 Nov 2026 09:14:33 +0100 (CET)
        """
    text = "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE."
    sender = "MAILER-DAEMON@mail.netzwerk.example (Mail Delivery System)"
    return report(copy, sender, text, status, subject="Delayed Mail (still being retried)")


def exim_warning(copy: Copy) -> bytes:
    content = "\n" + lines(
        f"""
        This message was created automatically by mail delivery software.
        A message that you sent has not yet been delivered to one or more of its
        recipients after more than 24 hours on the queue on relay.example.

        The address to which the message has not yet been delivered is:

          {copy.email}
            Delay reason: SMTP error 451 4.7.1 greylisted

        No action is required on your part. Delivery attempts will continue for
        some time, and this warning may be repeated at intervals.
        """
    )
    sender = "Mail Delivery System <Mailer-Daemon@relay.example>"
    return mail(copy, sender, "Warning: message 1kXyz-0001 delayed 24 hours", content)


def relayed(copy: Copy) -> bytes:
    """Passed on to a server that reports nothing."""
    status = f"""
        Reporting-MTA: dns; mail.netzwerk.example

        Final-Recipient: rfc822; {copy.email}
        Action: relayed
        Status: 2.0.0
        """
    sender = "MAILER-DAEMON@mail.netzwerk.example (Mail Delivery System)"
    return report(copy, sender, "Your message was delivered.", status, subject="Successful Mail Delivery Report")


def absence(copy: Copy) -> bytes:
    content = "Auto-Submitted: auto-replied\nPrecedence: bulk\nContent-Type: text/plain; charset=utf-8\n\n" + lines(
        """
        Guten Tag,

        ich bin bis 550 km weit weg in der Kur und lese keine Mails. Mein Postfach ist voll.
        Der Benutzer ist unbekannt verzogen.
        """,
    )
    return mail(copy, f"Anna <{copy.email}>", "Abwesenheitsnotiz: Einladung: Samstag, 5. Dezember", content)


def outlook_absence(copy: Copy) -> bytes:
    more = lines(
        f"""
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: All
        In-Reply-To: <{copy.number}@netzwerk.example>
        References: <{copy.number}@netzwerk.example>
        """
    )
    content = "Content-Type: text/plain\n\nIch bin ab dem 16. November wieder erreichbar.\n"
    return mail(copy, f"Anna <{copy.email}>", "Automatische Antwort: Einladung", content, more=more)


def person(copy: Copy) -> bytes:
    content = "Content-Type: text/plain\n\nIch komme gern! 5.1.1 user unknown fand ich lustig.\n"
    return mail(copy, f"Anna <{copy.email}>", "Re: Einladung: Samstag, 5. Dezember", content)


def advertisement(copy: Copy) -> bytes:
    content = "Content-Type: text/html\n\n<p>Postfach voll? Jetzt 550 GB für 5 Euro!\n"
    return mail(copy, "Werbung <noreply@werbung.example>", "Ihr Postfach ist voll", content)


OTHERS: dict[str, Callable[[Copy], bytes]] = {
    "delayed (Postfix)": delayed,
    "delayed (Exim)": exim_warning,
    "relayed": relayed,
    "absence": absence,
    "absence (Outlook)": outlook_absence,
    "a person": person,
    "an advertisement": advertisement,
}

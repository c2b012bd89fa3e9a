"""Bounces in the words of mail providers, all invented; half of them through the relay in front of us."""

from tests.mailings.returns.dsns import HARD, SOFT, Bounces, Copy, lines, mail, report


def gmail(copy: Copy) -> bytes:
    """Its header folds as it likes, and it writes two versions of its explanation."""
    return report(
        copy,
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        f"""
        ** Die Adresse wurde nicht gefunden **

        Ihre Nachricht wurde nicht an {copy.email} zugestellt, weil die Adresse nicht
        gefunden wurde oder keine E-Mails empfangen kann.

        Die Antwort des Remoteservers lautet:
        550-5.1.1 The email account that you tried to reach does not exist. Please try
        550-5.1.1 double-checking the recipient's email address for typos or
        550 5.1.1 unnecessary spaces. - gsmtp
        """,
        f"""
        Reporting-MTA: dns; googlemail.example
        Received-From-MTA: dns; post@netzwerk.example
        Arrival-Date: Thu, 12 Nov 2026 00:14:31 -0800 (PST)
        X-Original-Message-ID: <{copy.number}@netzwerk.example>

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; gmail-smtp-in.l.google.example. (the server for the domain)
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
         550-5.1.1 double-checking the recipient's email address for typos or
         550 5.1.1 unnecessary spaces. - gsmtp
        Last-Attempt-Date: Thu, 12 Nov 2026 00:14:32 -0800 (PST)
        """,
        subject="Delivery Status Notification (Failure)",
        kind="message/rfc822",
    )


def gmx(copy: Copy) -> bytes:
    """Says it without a status code of its own; the relay in front of us makes 5.0.0 of that."""
    return report(
        copy,
        "MAILER-DAEMON@relay.example (Mail Delivery System)",
        f"""
        This is the mail system at host relay.example.

        <{copy.email}>: host mx00.emig.gmx.example[198.51.100.11] said: 550-Requested
            action not taken: mailbox unavailable 550 For explanation visit
            https://postmaster.gmx.example/de/case?c=r0501 (in reply to RCPT TO command)
        """,
        f"""
        Reporting-MTA: dns; relay.example
        X-Postfix-Sender: rfc822; {copy.sender}

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.0.0
        Remote-MTA: dns; mx00.emig.gmx.example
        Diagnostic-Code: smtp; 550-Requested action not taken: mailbox unavailable 550
            For explanation visit https://postmaster.gmx.example/de/case?c=r0501
        """,
    )


def webde(copy: Copy) -> bytes:
    return report(
        copy,
        "MAILER-DAEMON@relay.example (Mail Delivery System)",
        f"""
        <{copy.email}>: host mx-ha.web.example[198.51.100.12] said: 550 Benutzer hat das
            Speichervolumen ueberschritten. / User has exhausted allowed storage space.
        """,
        f"""
        Reporting-MTA: dns; relay.example

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.0.0
        Remote-MTA: dns; mx-ha.web.example
        Diagnostic-Code: smtp; 550 Benutzer hat das Speichervolumen ueberschritten. /
            User has exhausted allowed storage space.
        """,
        returned=copy.bare_head,
    )


def tonline(copy: Copy) -> bytes:
    return report(
        copy,
        "Mail Delivery System <MAILER-DAEMON@mailout.example>",
        f"""
        Ihre E-Mail an <{copy.email}> konnte nicht zugestellt werden:
        552 5.2.2 Over STORAGE quota
        """,
        f"""
        Reporting-MTA: dns; mailin42.t-online.example

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.2.2
        Diagnostic-Code: smtp; 552 5.2.2 Over STORAGE quota
        """,
        to="rueck@netzwerk.example",
        returned=copy.bare_head,
    )


def yahoo(copy: Copy) -> bytes:
    return report(
        copy,
        "MAILER-DAEMON@relay.example (Mail Delivery System)",
        f"""
        <{copy.email}>: host mta7.am0.yahoodns.example[198.51.100.13] said: 554 delivery error:
            dd This user doesn't have a yahoo.example account ({copy.email}) [0] -
            mta4104.mail.ir2.yahoo.example (in reply to end of DATA command)
        """,
        f"""
        Reporting-MTA: dns; relay.example

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.0.0
        Remote-MTA: dns; mta7.am0.yahoodns.example
        Diagnostic-Code: smtp; 554 delivery error: dd This user doesn't have a
            yahoo.example account ({copy.email}) [0]
        """,
    )


def icloud(copy: Copy) -> bytes:
    return report(
        copy,
        "Postmaster <postmaster@relay.example>",
        f"The mailbox of {copy.email} has no room left.",
        f"""
        Reporting-MTA: dns; relay.example

        Original-Recipient: rfc822;{copy.email}
        Final-Recipient: rfc822;{copy.mailbox}@me.example
        Action: failed
        Status: 5.2.2
        Remote-MTA: dns; mx01.mail.icloud.example
        Diagnostic-Code: smtp; 552 5.2.2 <{copy.mailbox}@me.example>: user is over quota
        """,
    )


def amazon_ses(copy: Copy) -> bytes:
    """Gives our mail another Message-ID on its way; the return path stays."""
    return report(
        copy,
        "MAILER-DAEMON@eu-central-1.amazonses.example",
        f"""
        An error occurred while trying to deliver the mail to the following recipients:
        {copy.email}
        """,
        f"""
        Reporting-MTA: dns; b224-5.smtp-out.eu-central-1.amazonses.example

        Action: failed
        Final-Recipient: rfc822; {copy.email}
        Diagnostic-Code: smtp; 550 5.1.1 <{copy.email}> User does not exist
        Status: 5.1.1
        """,
        subject="Delivery Status Notification (Failure)",
        returned="Message-ID: <0107018b-0000@eu-central-1.amazonses.example>\nSubject: Einladung\n",
    )


def brevo_relay(copy: Copy) -> bytes:
    return report(
        copy,
        "Mail Delivery System <MAILER-DAEMON@smtp-relay.example>",
        f"<{copy.email}>: invalid mailbox",
        f"""
        Reporting-MTA: dns; smtp-relay.example

        Final-Recipient: rfc822;{copy.email}
        Action: failed
        Status: 5.0.0 (permanent failure)
        Diagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'invalid mailbox' (delivery attempts: 0)
        """,
        returned=copy.bare_head,
    )


def ovh(copy: Copy) -> bytes:
    """About us, not about the mailbox."""
    return report(
        copy,
        "MAILER-DAEMON@mx1.mail.ovh.example (Mail Delivery System)",
        f"<{copy.email}>: spam detected",
        f"""
        Reporting-MTA: dns; mx1.mail.ovh.example

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.7.1
        Diagnostic-Code: smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using
            a block list
        """,
    )


def strato(copy: Copy) -> bytes:
    return report(
        copy,
        "STRATO Mail Delivery <mailer-daemon@smtpin.rzone.example>",
        f"""
        Die E-Mail konnte nicht zugestellt werden.
        <{copy.email}>: 554 5.7.1 Recipient address rejected: User unknown
        """,
        f"""
        Reporting-MTA: dns; smtpin.rzone.example

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.7.1
        Diagnostic-Code: smtp; 554 5.7.1 <{copy.email}>: Recipient address rejected: User unknown
        """,
    )


def ionos(copy: Copy) -> bytes:
    """A text of its own, which no list of forms knows."""
    content = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + lines(
        f"""
        Ihre Nachricht hat einen oder mehrere Empfänger nicht erreicht.

        Folgende Empfänger konnten nicht erreicht werden:

        {copy.email}: 550 Requested action not taken: mailbox unavailable

        --- Kopfzeilen der ursprünglichen Nachricht ---
        """,
        copy.bare_head,
    )
    return mail(copy, "Mail Delivery System <mailer-daemon@kundenserver.example>", "Mail delivery failed", content)


BY_PROVIDER: Bounces = {
    "Gmail": (gmail, HARD),
    "GMX": (gmx, HARD),
    "Web.de": (webde, SOFT),
    "T-Online": (tonline, SOFT),
    "Yahoo": (yahoo, HARD),
    "iCloud": (icloud, SOFT),
    "Amazon SES": (amazon_ses, HARD),
    "Brevo relay": (brevo_relay, HARD),
    "OVH": (ovh, SOFT),
    "Strato": (strato, HARD),
    "IONOS": (ionos, HARD),
}

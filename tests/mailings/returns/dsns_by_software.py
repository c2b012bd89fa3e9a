"""Bounces in the words of mail server programs, all invented."""

from tests.mailings.returns.dsns import DATE, HARD, SOFT, Bounces, Copy, lines, mail, report


def postfix(copy: Copy) -> bytes:
    return report(
        copy,
        "MAILER-DAEMON@mail.netzwerk.example (Mail Delivery System)",
        f"""
        This is the mail system at host mail.netzwerk.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        <{copy.email}>: host mx1.{copy.domain}[198.51.100.3] said: 550 5.1.1
            <{copy.email}>: Recipient address rejected: User unknown in virtual
            mailbox table (in reply to RCPT TO command)
        """,
        f"""
        Reporting-MTA: dns; mail.netzwerk.example
        X-Postfix-Queue-ID: 4Xyz123ABC
        X-Postfix-Sender: rfc822; {copy.sender}
        Arrival-Date: {DATE}

        Final-Recipient: rfc822; {copy.email}
        Original-Recipient: rfc822;{copy.email}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx1.{copy.domain}
        Diagnostic-Code: smtp; 550 5.1.1 <{copy.email}>: Recipient address rejected:
            User unknown in virtual mailbox table
        """,
    )


def exim(copy: Copy) -> bytes:
    """Exim's old form, without a delivery report."""
    content = "\n" + lines(
        f"""
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {copy.email}
            host mx.{copy.domain} [198.51.100.7]
            SMTP error from remote mail server after RCPT TO:<{copy.email}>:
            550 No such recipient here

        ------ This is a copy of the message, including all the headers. ------
        """,
        copy.head,
    )
    more = f"X-Failed-Recipients: {copy.email}\nAuto-Submitted: auto-replied"
    sender = "Mail Delivery System <Mailer-Daemon@relay.example>"
    return mail(copy, sender, "Mail delivery failed: returning message to sender", content, more=more)


def exchange(copy: Copy) -> bytes:
    return report(
        copy,
        f"Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{copy.domain}>",
        f"""
        Delivery has failed to these recipients or groups:

        {copy.email}
        The email address you entered couldn't be found. Please check the
        recipient's email address and try to resend the message.

        Diagnostic information for administrators:
        Generating server: ex01.{copy.domain}
        """,
        f"""
        Reporting-MTA: dns;ex01.{copy.domain}
        Received-From-MTA: dns;mail.netzwerk.example

        Final-Recipient: RFC822;{copy.email}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found
        """,
        subject="Undeliverable: Einladung: Samstag, 5. Dezember",
        returned=copy.bare_head,
        kind="message/rfc822",
    )


def office365(copy: Copy) -> bytes:
    """The address of the return path is not in its header, only in that of our mail."""
    return report(
        copy,
        f"postmaster@{copy.domain}",
        f"""
        {copy.domain} rejected your message to the following email addresses:
        {copy.email}
        Your message wasn't delivered because the recipient's email address was not found.
        """,
        f"""
        Reporting-MTA: dns;FR2DEU01FT005.mail.protection.outlook.example
        Received-From-MTA: dns;mail.netzwerk.example

        Final-Recipient: rfc822;{copy.email}
        Action: failed
        Status: 5.4.1
        Diagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. [FR2DEU01FT005]
        """,
        subject="Unzustellbar: Einladung: Samstag, 5. Dezember",
        kind="message/rfc822",
        to="rueck@netzwerk.example",
    )


def sendmail(copy: Copy) -> bytes:
    return report(
        copy,
        "Mail Delivery Subsystem <MAILER-DAEMON@relay.example>",
        f"""
        The original message was received at {DATE}
        from mail.netzwerk.example [192.0.2.25]

           ----- The following addresses had permanent fatal errors -----
        <{copy.email}>
            (reason: 550 Host unknown)

           ----- Transcript of session follows -----
        550 5.1.2 <{copy.email}>... Host unknown (Name server: {copy.domain}: host not found)
        """,
        f"""
        Reporting-MTA: dns; relay.example
        Received-From-MTA: DNS; mail.netzwerk.example
        Arrival-Date: {DATE}

        Final-Recipient: RFC822; {copy.email}
        Action: failed
        Status: 5.1.2
        Remote-MTA: DNS; {copy.domain}
        Last-Attempt-Date: {DATE}
        """,
        subject="Returned mail: see transcript for details",
        kind="message/rfc822",
    )


def qmail(copy: Copy) -> bytes:
    """No MIME at all."""
    content = "\n" + lines(
        f"""
        Hi. This is the qmail-send program at mx.{copy.domain}.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <{copy.email}>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.

        """,
        copy.head,
    )
    return mail(copy, f"MAILER-DAEMON@mx.{copy.domain}", "failure notice", content)


def zimbra(copy: Copy) -> bytes:
    """Five days of trying are over: the mail is lost, the mailbox perhaps not."""
    return report(
        copy,
        f"MAILER-DAEMON@mail.{copy.domain} (Mail Delivery System)",
        f"""
        This is the mail system at host mail.{copy.domain}.

        <{copy.email}>: connect to lmtp.{copy.domain}[198.51.100.14]:7025: Connection timed out
        """,
        f"""
        Reporting-MTA: dns; mail.{copy.domain}
        X-Postfix-Queue-ID: 9B1C02E7A

        Final-Recipient: rfc822; {copy.email}
        Original-Recipient: rfc822;{copy.email}
        Action: failed
        Status: 4.4.1
        Diagnostic-Code: X-Postfix; connect to lmtp.{copy.domain}[198.51.100.14]:7025: Connection timed out
        """,
    )


def kerio(copy: Copy) -> bytes:
    """Encodes the mail that it returns, and breaks its lines where it likes."""
    number = str(copy.number)
    return report(
        copy,
        f"Kerio Connect <postmaster@{copy.domain}>",
        f"Your message could not be delivered to {copy.email}: 550 5.1.1 Unknown user.",
        f"""
        Reporting-MTA: dns; mail.{copy.domain}

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 Unknown user
        """,
        subject="Undeliverable: Einladung: Samstag, 5. Dezember",
        kind="text/rfc822-headers; charset=utf-8",
        encoding="Content-Transfer-Encoding: quoted-printable\n",
        returned=copy.head.replace("=", "=3D").replace(number, f"{number[:20]}=\n{number[20:]}"),
        to="rueck@netzwerk.example",
    )


def domino(copy: Copy) -> bytes:
    return report(
        copy,
        f"Mail Router <MAILER-DAEMON@notes.{copy.domain}>",
        f"""
        Your message could not be delivered because:
        User {copy.mailbox} ({copy.email}) not listed in Domino Directory
        """,
        f"""
        Reporting-MTA: dns;notes.{copy.domain}

        Final-Recipient: rfc822;{copy.email}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: X-Notes; User {copy.mailbox} ({copy.email}) not listed in Domino Directory
        """,
        subject="DELIVERY FAILURE: User not listed in Domino Directory",
    )


def archive_gateway(copy: Copy) -> bytes:
    return report(
        copy,
        f"Mail Archive Gateway <postmaster@archiv.{copy.domain}>",
        "The message is larger than this gateway accepts.",
        f"""
        Reporting-MTA: dns; archiv.{copy.domain}

        Final-Recipient: rfc822; {copy.email}
        Action: failed
        Status: 5.3.4
        Diagnostic-Code: smtp; 552 5.3.4 Message size exceeds fixed maximum message size
        """,
    )


BY_SOFTWARE: Bounces = {
    "Postfix": (postfix, HARD),
    "Exim": (exim, HARD),
    "Exchange": (exchange, HARD),
    "Office 365": (office365, HARD),
    "Sendmail": (sendmail, HARD),
    "qmail": (qmail, HARD),
    "Zimbra": (zimbra, SOFT),
    "Kerio": (kerio, HARD),
    "Lotus Domino": (domino, HARD),
    "archive gateway": (archive_gateway, SOFT),
}

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from mailings.models import Delivery, Feedback
from mailings.returns import bounces, mailbox

Kind = Feedback.Kind


class Command(BaseCommand):
    help = "Liest das Postfach für Unzustellbares (BOUNCE_IMAP_URL). Gedacht für cron, alle 15 Minuten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--explain",
            nargs="+",
            metavar="DATEI",
            help="sagt zu jeder Maildatei (.eml), wie sie gelesen wird und warum; ändert nichts, braucht kein Postfach",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["explain"]:
            for path in options["explain"]:
                print("\t".join([path, *explained(path)]))
            return
        if not settings.BOUNCE_IMAP_URL:
            raise CommandError("BOUNCE_IMAP_URL fehlt: imaps://name:passwort@host/INBOX")
        try:
            counts = mailbox.read_all(settings.BOUNCE_IMAP_URL)
        except mailbox.Unreachable as error:
            raise CommandError(f"Das Postfach ist nicht zu erreichen: {error}") from error
        print(
            f"{counts.total()} Mails gelesen: {counts[Kind.HARD]} unzustellbar, {counts[Kind.SOFT]} vorläufig, "
            f"{counts[mailbox.NOTHING_NEW]} schon bekannt, {counts[mailbox.NO_BOUNCE]} andere"
        )
        if counts[Kind.COMPLAINT]:
            print(f"Davon als unerwünscht gemeldet: {counts[Kind.COMPLAINT]}")
        if counts[mailbox.UNREADABLE]:
            self.stderr.write(f"{counts[mailbox.UNREADABLE]} Mails sind nicht zu lesen und bleiben ungelesen.")


def explained(path: str) -> tuple[str, str, str]:
    """How a mail is read, why, and the Delivery that it reports, "-" if it names none of ours."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} ist nicht zu lesen: {error.strerror}") from error
    try:
        finding = bounces.examine(data)
    except Exception as error:  # one odd file must not hide the others
        return "none", f"unreadable: {type(error).__name__}", "-"
    return str(finding.kind or "none"), finding.why, delivery_of(finding)


def delivery_of(finding: bounces.Finding) -> str:
    try:
        delivery = Delivery.objects.by_message_id(finding.copy).first() if finding.copy else None
    except OperationalError:  # the verdict needs no database
        return "-"
    return str(delivery.pk) if delivery else "-"

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailings import bounce_mailbox
from mailings.models import Feedback

Kind = Feedback.Kind


class Command(BaseCommand):
    help = "Liest das Postfach für Unzustellbares (BOUNCE_IMAP_URL). Gedacht für cron, alle 15 Minuten."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_IMAP_URL:
            raise CommandError("BOUNCE_IMAP_URL fehlt: imaps://name:passwort@host/INBOX")
        try:
            counts = bounce_mailbox.read_all(settings.BOUNCE_IMAP_URL)
        except bounce_mailbox.Unreachable as error:
            raise CommandError(f"Das Postfach ist nicht zu erreichen: {error}") from error
        print(
            f"{counts.total()} Mails gelesen: {counts[Kind.HARD]} unzustellbar, {counts[Kind.SOFT]} vorläufig, "
            f"{counts[bounce_mailbox.NOTHING_NEW]} ohne Neues, {counts[bounce_mailbox.NO_BOUNCE]} nichts dergleichen"
        )
        if counts[bounce_mailbox.UNREADABLE]:
            self.stderr.write(f"{counts[bounce_mailbox.UNREADABLE]} Mails sind nicht zu lesen und bleiben ungelesen.")

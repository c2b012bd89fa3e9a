from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailings.models import Feedback
from mailings.returns import mailbox

Kind = Feedback.Kind


class Command(BaseCommand):
    help = "Liest das Postfach für Unzustellbares (BOUNCE_IMAP_URL). Gedacht für cron, alle 15 Minuten."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_IMAP_URL:
            raise CommandError("BOUNCE_IMAP_URL fehlt: imaps://name:passwort@host/INBOX")
        try:
            counts = mailbox.read_all(settings.BOUNCE_IMAP_URL)
        except mailbox.Unreachable as error:
            raise CommandError(f"Das Postfach ist nicht zu erreichen: {error}") from error
        print(
            f"{counts.total()} Mails gelesen: {counts[Kind.HARD]} unzustellbar, {counts[Kind.SOFT]} vorläufig, "
            f"{counts[mailbox.NOTHING_NEW]} ohne Neues, {counts[mailbox.NO_BOUNCE]} nichts dergleichen"
        )
        if counts[mailbox.UNREADABLE]:
            self.stderr.write(f"{counts[mailbox.UNREADABLE]} Mails sind nicht zu lesen und bleiben ungelesen.")

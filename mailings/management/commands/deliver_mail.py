import signal
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from mailings.sending.exceptions import Unavailable
from mailings.sending.recording import NotRecorded
from mailings.sending.transport import several_from_url
from mailings.sending.worker import Worker


class Command(BaseCommand):
    help = "Verschickt die wartenden Mails. Beliebig viele dürfen nebeneinander laufen; SIGTERM beendet sauber."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--connections",
            type=int,
            default=1,
            metavar="ZAHL",
            help="so viele Verbindungen zum Mailserver zugleich; ein Absturz kann je Verbindung eine Mail wiederholen",
        )
        parser.add_argument("--once", action="store_true", help="nur, was jetzt fällig ist, dann Ende")

    def handle(self, *args: Any, connections: int, once: bool, **options: Any) -> None:
        if connections < 1:
            raise CommandError("--connections: mindestens 1.")
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        worker = Worker(*several_from_url(settings.EMAIL_URL, connections))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        if not once:
            worker.run()
            return
        try:
            worker.work_all()
        except Unavailable as error:
            raise CommandError(f"Es geht keine Mail hinaus: {error}") from error
        except NotRecorded as error:
            raise CommandError(f"Die Datenbank nimmt nicht an, was mit einer Mail geschah: {error}") from error

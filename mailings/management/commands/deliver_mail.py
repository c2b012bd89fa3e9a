import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailings.outcomes import Unavailable
from mailings.worker import Worker


class Command(BaseCommand):
    help = "Verschickt die wartenden Mails. Beliebig viele dürfen nebeneinander laufen; SIGTERM beendet sauber."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="nur, was jetzt fällig ist, dann Ende")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        if not once:
            worker.run()
            return
        try:
            while worker.work():
                pass
        except Unavailable as error:
            raise CommandError(f"Es geht keine Mail hinaus: {error}") from error

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from netzwerk.backups import settling


class Command(BaseCommand):
    help = (
        "Nach dem Einspielen einer Sicherung von Hand (restore tut es selbst): hält alle Post an, meldet alle ab und "
        "löscht noch einmal alle, die seitdem gelöscht worden waren."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--made-at", required=True, metavar="ZEIT", help="wann die Sicherung gemacht wurde")
        parser.add_argument(
            "--erasures", type=Path, nargs="*", default=[], metavar="DATEI", help="Listen der Löschungen"
        )

    def handle(self, *args: Any, made_at: str, erasures: list[Path], **options: Any) -> None:
        moment = parse_datetime(made_at)
        if moment is None:
            raise CommandError("--made-at: eine Zeit wie 2026-11-29T02:30:00+01:00.")
        moment = moment if moment.tzinfo else timezone.make_aware(moment)
        self.stdout.write(settling.settle(moment, erasures))

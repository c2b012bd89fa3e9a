from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS

from netzwerk import upkeep


class Command(BaseCommand):
    help = "Alles, was das Portal von selbst tut: vor allem löschen, was lange genug aufgehoben war."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-backup", action="store_true", help="die Sicherung macht ein eigener Zeitgeber")

    def handle(self, *args: Any, no_backup: bool, **options: Any) -> None:
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        done = upkeep.run(backup=not no_backup)
        self.stdout.write("Erledigt." if done else "Läuft schon.")

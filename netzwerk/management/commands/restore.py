from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from netzwerk.backups import Refused, archive, checking, restoring


class Command(BaseCommand):
    help = "Spielt eine Sicherung ein. Danach geht keine Mail hinaus, bis sie unter „Heute“ freigegeben wird."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="DATEI", help="netzwerk-….tar.age")
        parser.add_argument(
            "--identity", type=Path, metavar="SCHLÜSSEL", help="privater Schlüssel, statt BACKUP_IDENTITY"
        )
        parser.add_argument("--replace", action="store_true", help="auch wenn in der Datenbank schon ein Portal ist")
        parser.add_argument("--settings-only", action="store_true", help="zeigt nur die Einstellungen samt Schlüsseln")

    def handle(self, *args: Any, file: Path, identity: Path | None, replace: bool, **options: Any) -> None:
        key = identity or (Path(settings.BACKUP_IDENTITY) if settings.BACKUP_IDENTITY else None)
        try:
            if key is None:
                raise Refused("Womit soll sie geöffnet werden? --identity SCHLÜSSEL (die Datei mit AGE-SECRET-KEY-…).")
            if options["settings_only"]:
                self.stdout.write(checking.settings_in(file, archive.identities(key)))
            else:
                connections.close_all()  # ours would stand in the way
                restoring.restore(file, key, replace=replace, say=self.stdout.write)
        except Refused as reason:
            raise CommandError(str(reason)) from None

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from netzwerk import upkeep


class Command(BaseCommand):
    help = "Alles, was das Portal von selbst tut: vor allem löschen, was lange genug aufgehoben war."

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        done = upkeep.run()
        self.stdout.write("Erledigt." if done else "Läuft schon.")

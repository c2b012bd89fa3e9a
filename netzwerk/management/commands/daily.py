from typing import Any

from django.core.management.base import BaseCommand

from netzwerk import upkeep


class Command(BaseCommand):
    help = "Alles, was das Portal ungefragt tut: löschen, was seine Zeit hatte. Zwei zugleich sind eines."

    def handle(self, *args: Any, **options: Any) -> None:
        done = upkeep.run()
        self.stdout.write("Erledigt." if done else "Läuft schon.")

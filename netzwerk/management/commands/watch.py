from typing import Any

from django.core.management.base import BaseCommand

from netzwerk.watching import faults


class Command(BaseCommand):
    help = "Sieht nach, ob alles läuft. Schreibt an OPERATOR_EMAIL, wenn etwas ausfällt und wenn es wieder geht."

    def handle(self, *args: Any, **options: Any) -> None:
        for text in faults.watch().values() or ["Alles läuft."]:
            self.stdout.write(text)

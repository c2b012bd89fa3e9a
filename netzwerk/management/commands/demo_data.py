from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from netzwerk.demo import people


class Command(BaseCommand):
    help = "Erfundene Personen für das Portal auf diesem Rechner. Was schon da ist, bleibt."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Beispieldaten gibt es nur im Beispielportal (make run oder DEMO=1).")
        for line in people.make() or ["Beispieldaten sind da."]:
            self.stdout.write(line)

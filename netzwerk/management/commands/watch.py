from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from netzwerk.watching import faults


class Command(BaseCommand):
    help = "Sieht nach, ob alles läuft. Schreibt an OPERATOR_EMAIL, wenn etwas ausfällt und wenn es wieder geht."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web", action="store_true", help="fragt auch den Webserver auf diesem Rechner (PORT)")

    def handle(self, *args: Any, web: bool, **options: Any) -> None:
        for text in faults.watch(ask_web=web).values() or ["Alles läuft."]:
            self.stdout.write(text)

from typing import Any

from django.core.management.base import BaseCommand

from netzwerk.privacy import tombstones


class Command(BaseCommand):
    help = "Nach dem Einspielen einer Sicherung: löscht noch einmal, wer seitdem gelöscht worden war."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tombstones.reapply()} Personen noch einmal gelöscht.")

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from netzwerk.privacy import tombstones


class Command(BaseCommand):
    help = "Nach dem Einspielen einer Sicherung: löscht noch einmal alle, die seitdem gelöscht worden waren."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = tombstones.reapply()
        except tombstones.NotAllErased as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{count} Personen noch einmal gelöscht.")

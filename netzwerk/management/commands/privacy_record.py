from typing import Any

from django.core.management.base import BaseCommand

from netzwerk.privacy import register


class Command(BaseCommand):
    help = "Verzeichnis der Verarbeitungstätigkeiten (Art. 30 DSGVO), aus dem Register der Felder."

    def handle(self, *args: Any, **options: Any) -> None:
        for period in register.periods():
            self.stdout.write(f"- Daten: {period.what}")
            self.stdout.write(f"  Zweck: {period.purpose}")
            self.stdout.write(f"  Rechtsgrundlage: {period.legal_basis}")
            self.stdout.write(f"  Löschfrist: {period.period}\n")

"""The technician's way out when nobody else can let an officer in: ends all second factors of one account."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kit.desk import audit
from kit.desk.audit import Action
from netzwerk.signing_in import factors

YES = "ja"
TOLD = "Alle zweiten Schritte sind entfernt worden. Beim nächsten Anmelden richten Sie neue ein."


class Command(BaseCommand):
    help = "Beendet alle zweiten Schritte eines Kontos. Beim nächsten Anmelden werden neue eingerichtet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="Name des Kontos")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"Es gibt kein Konto mit dem Namen „{options['name']}“.")
        self.stdout.write(
            f"Danach genügen Name und Passwort von „{user.username}“, um einen neuen zweiten Schritt einzurichten. "
            "Prüfen Sie erst, dass wirklich diese Person darum bittet."
        )
        if not _confirmed(f"Alle zweiten Schritte von „{user.username}“ beenden? Dann tippen Sie {YES}: "):
            raise CommandError("Nichts wurde geändert.")
        with transaction.atomic():
            number = factors.end_all(user)
            audit.record(None, Action.FACTOR_ENDED, f"alle von {user.username}, mit manage.py end_factors")
            factors.tell(user, TOLD)
        self.stdout.write(f"Beendet: {number}. „{user.username}“ meldet sich jetzt mit dem Passwort an.")


def _confirmed(question: str) -> bool:
    try:
        return input(question).strip() == YES
    except EOFError:  # nobody is there to ask
        return False

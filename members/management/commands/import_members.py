from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.imports import columns, importing
from members.imports.importing import Plan


class Command(BaseCommand):
    help = (
        "Liest eine Liste ein (.csv, .xlsx, .xls oder .ods). Wer schon dabei ist, abgemeldet oder gesperrt, bleibt es."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="nur zeigen, was geschähe")
        parser.add_argument(
            "--consent",
            metavar="TEXT",
            default="",
            help="wo die Einwilligungen liegen: Dann sind alle sofort dabei und bekommen keine Mail. "
            "Ohne Angabe wird jede Person per Mail gefragt.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = importing.plan(_read(options["file"]))
        self._report(plan)
        if options["dry_run"]:
            self.stdout.write("\nNur geprüft, nichts geändert.")
            return
        consent = options["consent"].strip()
        count = len(importing.carry_out(plan, consent=consent, by="import_members"))
        if not count:
            self.stdout.write("\nNiemand ist neu, nichts geändert.")
        elif consent:
            self.stdout.write(f"\nÜbernommen: {count} Personen sind jetzt dabei. Mails gehen nicht hinaus.")
        else:
            self.stdout.write(f"\nÜbernommen: {count} Personen bekommen eine Mail und bestätigen selbst.")

    def _report(self, plan: Plan) -> None:
        for label, count in plan.counts:
            self.stdout.write(f"{count:6}  {label}")
        self._title(plan.rejected, "Nicht zu verwenden:")
        for row in plan.rejected:
            self._row(row.number, row.name, row.written)
            self.stdout.write(f"              {row.reason}")
        self._title(plan.left, "Haben sich abgemeldet und bleiben es:")
        for person in plan.left:
            self._row(person.number, person.details.name, person.email)
        self._title(plan.suppressed, "Möchten keine Post von uns:")
        for person in plan.suppressed:
            self._row(person.number, person.details.name, person.email)
        self._title(plan.damaged, "Im Namen fehlen Buchstaben, bitte in der Verwaltung berichtigen:")
        for person in plan.damaged:
            self._row(person.number, person.details.name, person.email)

    def _title(self, rows: list[Any], title: str) -> None:
        if rows:
            self.stdout.write(f"\n{title}")

    def _row(self, number: int, name: str, email: str) -> None:
        self.stdout.write(f"  Zeile {number:4}  {name or 'ohne Namen'}, {email or 'ohne Adresse'}")


def _read(name: str) -> columns.Sheet:
    """Raises CommandError, with the reason in German, if the file holds no list."""
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(columns.MAX_BYTES + 1)
        return columns.read(content, path.name)
    except OSError as error:
        raise CommandError(f"„{name}“ lässt sich nicht öffnen: {error.strerror}. Nichts geändert.") from error
    except columns.Unreadable as error:
        raise CommandError(f"{error.reason} Nichts geändert.") from error

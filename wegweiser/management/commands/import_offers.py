from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kit.spreadsheets.reading import MAX_BYTES, Unreadable
from wegweiser.imports import columns, importing
from wegweiser.imports.columns import Sheet
from wegweiser.imports.importing import Plan


class Command(BaseCommand):
    help = (
        "Liest Angebote ein (.csv, .xlsx, .xls oder .ods), als Beispiele. "
        "Was schon da ist und gleich, bleibt unberührt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="nur zeigen, was geschähe")
        parser.add_argument(
            "--curated",
            action="store_true",
            help="keine Beispiele: Sie stehen dafür ein, und die Anbieter werden jedes Jahr gefragt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sheet = _read(options["file"])
        curated = options["curated"]
        if options["dry_run"]:
            self._report(importing.plan(sheet, curated=curated))
            self.stdout.write("\nNur geprüft, nichts geändert.")
            return
        plan = importing.carry_out(sheet, curated=curated, by="import_offers")
        self._report(plan)
        done = len(plan.new) + len(plan.changed)
        self.stdout.write(f"\nÜbernommen: {done}." if done else "\nNichts ist neu, nichts geändert.")

    def _report(self, plan: Plan) -> None:
        for label, count in plan.counts:
            self.stdout.write(f"{count:6}  {label}")
        if plan.changed:
            self.stdout.write("\nGeändert:")
        for change in plan.changed:
            self.stdout.write(f"  Zeile {change.row.number:4}  {change.row.title}: {', '.join(change.fields)}")
        if plan.rejected:
            self.stdout.write("\nNicht zu verwenden:")
        for row in plan.rejected:
            self.stdout.write(f"  Zeile {row.number:4}  {row.title or 'ohne Titel'}\n              {row.reason}")


def _read(name: str) -> Sheet:
    """Raises CommandError, with the reason in German, if the file holds no list of offers."""
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return columns.read(content, path.name)
    except OSError as error:
        raise CommandError(f"„{name}“ lässt sich nicht öffnen: {error.strerror}. Nichts geändert.") from error
    except Unreadable as error:
        raise CommandError(f"{error.reason} Nichts geändert.") from error

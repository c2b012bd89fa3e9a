"""The command that imports a list from a file, for lists of every kind: the same preview as the page, as text."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kit.desk.import_plans import Choice, Plan, Section
from kit.spreadsheets import reading
from kit.spreadsheets.reading import MAX_BYTES, TableFile, Unreadable
from kit.spreadsheets.tables import Columns, TableRow


class ImportCommand(BaseCommand):
    columns: Columns

    def plan(self, rows: list[TableRow], options: dict[str, Any]) -> Plan:
        raise NotImplementedError

    def carry_out(self, rows: list[TableRow], options: dict[str, Any]) -> str:
        """Plans again, carries it out and returns a sentence."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="nur zeigen, was geschähe")
        parser.add_argument(
            "--list",
            metavar="NUMMER",
            default="",
            help="welche Liste, wenn die Datei mehrere hat: Ohne Angabe werden sie gezeigt",
        )
        parser.add_argument("--hidden", action="store_true", help="auch ausgeblendete und weggefilterte Zeilen")

    def handle(self, *args: Any, **options: Any) -> None:
        choice = self._choice(options)
        plan = self.plan(choice.rows, options)
        self._report(choice, plan)
        if options["dry_run"]:
            self.stdout.write("\nNur geprüft, nichts geändert.")
        else:
            self.stdout.write(f"\n{self.carry_out(choice.rows, options)}")

    def _choice(self, options: dict[str, Any]) -> Choice:
        found = self._read(options["file"])
        asked = {"table": options["list"], "hidden": "on" if options["hidden"] else ""}
        choice = Choice.of(found, self.columns, asked)
        known = [str(place) for place, _name, _chosen in choice.names]
        if choice.table is None or options["list"] not in ("", *known):
            names = "\n".join(f"  --list {place}  {name}" for place, name, _chosen in choice.names)
            raise CommandError(f"Bitte wählen Sie, welche Liste gelesen wird. Nichts geändert.\n{names}")
        return choice

    def _read(self, name: str) -> TableFile:
        """Raises CommandError, with the reason in German, if the file holds no list."""
        path = Path(name)
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            return reading.read(content, path.name, self.columns)
        except OSError as error:
            raise CommandError(f"„{name}“ lässt sich nicht öffnen: {error.strerror}. Nichts geändert.") from error
        except Unreadable as error:
            raise CommandError(f"{error.reason} Nichts geändert.") from error

    def _report(self, choice: Choice, plan: Plan) -> None:
        for label, count in plan.counts:
            self.stdout.write(f"{count:6}  {label}")
        self.stdout.write(f"\nGelesen: {', '.join(choice.columns_read)}")
        if choice.columns_left:
            self.stdout.write(f"Nicht gelesen: {', '.join(choice.columns_left)}")
        for remark in choice.remarks:
            self.stdout.write(remark)
        for section in (choice.doubtful, *plan.sections):
            if section.rows and not section.is_long:
                self._section(section)

    def _section(self, section: Section) -> None:
        self.stdout.write(f"\n{section.title}:")
        for number, cells in section.rows:
            self.stdout.write(f"  Zeile {number:4}  {', '.join(filter(None, cells))}")

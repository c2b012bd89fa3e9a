from typing import Any

from django.core.management.base import CommandParser

from kit.desk.import_command import ImportCommand
from kit.spreadsheets.tables import TableRow
from wegweiser.imports import columns, importing
from wegweiser.imports.importing import Plan


class Command(ImportCommand):
    help = (
        "Liest Angebote ein (.csv, .xlsx, .xls oder .ods), als Beispiele. "
        "Was schon da ist und gleich, bleibt unberührt."
    )
    columns = columns.COLUMNS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--curated",
            action="store_true",
            help="keine Beispiele: Sie stehen dafür ein, und die Anbieter werden jedes Jahr gefragt",
        )

    def plan(self, rows: list[TableRow], options: dict[str, Any]) -> Plan:
        return importing.plan(columns.sort(rows), curated=options["curated"])

    def carry_out(self, rows: list[TableRow], options: dict[str, Any]) -> str:
        plan = importing.carry_out(columns.sort(rows), curated=options["curated"], by="import_offers")
        done = len(plan.new) + len(plan.changed)
        return f"Übernommen: {done}." if done else "Nichts ist neu, nichts geändert."

from typing import Any

from django.core.management.base import CommandParser

from kit.desk.import_command import ImportCommand
from kit.spreadsheets.tables import TableRow
from members.imports import columns, importing
from members.imports.importing import Plan


class Command(ImportCommand):
    help = (
        "Liest eine Liste ein (.csv, .xlsx, .xls oder .ods). Wer schon dabei ist, abgemeldet oder gesperrt, bleibt es."
    )
    columns = columns.COLUMNS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--consent",
            metavar="TEXT",
            default="",
            help="wo die Einwilligungen liegen: Dann sind alle sofort dabei und bekommen keine Mail. "
            "Ohne Angabe wird jede Person per Mail gefragt.",
        )

    def plan(self, rows: list[TableRow], options: dict[str, Any]) -> Plan:
        return importing.plan(columns.rows_of(rows), consent=options["consent"])

    def carry_out(self, rows: list[TableRow], options: dict[str, Any]) -> str:
        consent = options["consent"].strip()
        count = len(importing.carry_out(self.plan(rows, options), consent=consent, by="import_members"))
        if not count:
            return "Niemand ist neu, nichts geändert."
        if consent:
            people = "Eine Person ist" if count == 1 else f"{count} Personen sind"
            return f"Übernommen: {people} jetzt dabei. Mails gehen nicht hinaus."
        people = "Eine Person bekommt" if count == 1 else f"{count} Personen bekommen"
        return f"Übernommen: {people} eine Mail mit einem Link zum Bestätigen."

"""The pages for importing a list of offers."""

from django import forms
from django.http import HttpRequest

from kit.desk import audit, import_pages
from kit.desk.audit import Action
from kit.desk.import_pages import ImportPages, file_field
from kit.spreadsheets.tables import TableRow
from wegweiser.imports import columns, importing
from wegweiser.imports.importing import Plan
from wegweiser.models import Offer


class UploadForm(import_pages.UploadForm):
    file = file_field(
        "Eine Tabelle als .csv, .xlsx, .xls oder .ods, bis 2 MB, mit den Spalten id, titel, anbieter, themen, "
        "beschreibung und so weiter.",
    )
    curated = forms.BooleanField(
        label="Wir haben diese Angebote selbst zusammengestellt",
        help_text="Dann sind es keine Beispiele: Sie stehen dafür ein, und die Anbieter werden jedes Jahr gefragt.",
        required=False,
    )
    salt = "wegweiser.import_tables"
    columns = columns.COLUMNS
    command = "import_offers"


def _plan(rows: list[TableRow], curated: bool) -> Plan:
    return importing.plan(columns.sort(rows), curated=curated)


def _apply(request: HttpRequest, rows: list[TableRow], curated: bool) -> str:
    plan = importing.carry_out(columns.sort(rows), curated=curated, by=request.user.get_username())
    if not plan.new and not plan.changed:
        return "Nichts in dieser Liste ist neu. Wenn Sie zweimal getippt haben: Die Liste ist schon übernommen."
    numbers = f"{len(plan.new)} neu, {len(plan.changed)} geändert."
    audit.record(request.user, Action.IMPORTED, f"Angebote aus einer Liste: {numbers}")
    return f"Übernommen: {numbers}"


upload, take_over = ImportPages(
    "wegweiser",
    title="Angebote einlesen",
    model=Offer,
    permissions=["wegweiser.add_offer", "wegweiser.change_offer"],
    form_class=UploadForm,
    plan=_plan,
    apply=_apply,
).views()

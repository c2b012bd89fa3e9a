"""The pages for importing a list of members."""

from django import forms
from django.http import HttpRequest

from kit.desk import audit, import_pages
from kit.desk.audit import Action
from kit.desk.import_pages import ImportPages, file_field
from kit.spreadsheets.tables import TableRow
from members.imports import columns, importing
from members.imports.importing import Plan
from members.models import Member


class UploadForm(import_pages.UploadForm):
    file = file_field(
        "Eine Tabelle als .xlsx, .xls, .ods oder .csv, bis 2 MB. Eine Spalte muss „E-Mail-Adresse“ heißen; "
        "Nachname, Vorname, Wohnort, Geburtsjahre der Kinder und Notiz werden auch gelesen.",
    )
    consent = forms.CharField(
        label="Wo die Einwilligungen liegen",
        help_text="Zum Beispiel „Anmeldelisten 2016 bis 2019, Ordner 4“. Dann sind alle sofort dabei, und niemand "
        "bekommt eine Mail. Bleibt das Feld leer, wird jede Person per Mail gefragt und bestätigt selbst.",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    salt = "members.import_tables"
    columns = columns.COLUMNS
    command = "import_members"


def _plan(rows: list[TableRow], consent: str) -> Plan:
    return importing.plan(columns.rows_of(rows), consent=consent)


def _apply(request: HttpRequest, rows: list[TableRow], consent: str) -> str:
    members = importing.carry_out(_plan(rows, consent), consent=consent, by=request.user.get_username())
    if not members:
        return "Niemand in dieser Liste ist neu. Wenn Sie zweimal getippt haben: Die Liste ist schon übernommen."
    audit.record(request.user, Action.IMPORTED, f"Mitglieder aus einer Liste: {len(members)}.")
    if len(members) == 1:
        return f"Eine Person aus der Liste {'ist jetzt dabei' if consent else 'bekommt jetzt eine Mail'}."
    return f"{len(members)} Personen aus der Liste {'sind jetzt dabei' if consent else 'bekommen jetzt eine Mail'}."


upload, take_over = ImportPages(
    "members",
    title="Liste einlesen",
    model=Member,
    permissions=["members.add_member"],
    form_class=UploadForm,
    plan=_plan,
    apply=_apply,
).views()

"""The pages for importing a list: upload, preview, apply.

Between preview and apply the rows travel in the page, signed: the server stores nothing that would have to be deleted.
"""

from dataclasses import astuple
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kit.desk.admin import note
from members.imports import columns, importing
from members.imports.columns import Row, Sheet
from members.models import Member

_SALT = "members.import_views"
_VALID = 12 * 60 * 60  # seconds
_ROOM = 2048  # bytes of a form besides the list


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Datei",
        help_text="Eine Tabelle als .xlsx oder .csv, bis 2 MB. Eine Spalte muss „E-Mail-Adresse“ heißen; "
        "Nachname, Vorname, Wohnort und Notiz werden auch gelesen.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": "Wählen Sie eine Datei aus.", "empty": "Die Datei ist leer."},
    )
    consent = forms.CharField(
        label="Wo die Einwilligungen liegen",
        help_text="Zum Beispiel „Anmeldelisten 2016 bis 2019, Ordner 4“. Dann sind alle sofort dabei, und niemand "
        "bekommt eine Mail. Bleibt das Feld leer, wird jede Person per Mail gefragt und bestätigt selbst.",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sheet: Sheet
    packed: str

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is None:
            return data
        try:
            self.sheet = columns.read(file.read(columns.MAX_BYTES + 1), file.name)
        except columns.Unreadable as error:
            self.add_error("file", error.reason)
            return data
        self.packed = _pack(self.sheet, data.get("consent", "").strip())
        if len(self.packed) + _ROOM > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self.add_error(
                "file",
                "Diese Liste ist zu lang für diese Seite. Teilen Sie sie in mehrere Dateien, oder bitten Sie die "
                "Technik, sie mit „manage.py import_members“ einzulesen.",
            )
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.add_member", raise_exception=True)
def upload(request: HttpRequest) -> HttpResponse:
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    context = {**admin.site.each_context(request), "title": "Liste einlesen", "form": form, "opts": Member._meta}
    if not form.is_valid():
        return render(request, "admin/members/import.html", context)
    context |= {
        "title": "Das würde geschehen",
        "plan": importing.plan(form.sheet),
        "consent": form.cleaned_data["consent"].strip(),
        "packed": form.packed,
    }
    return render(request, "admin/members/import_preview.html", context)


@require_POST
@permission_required("members.add_member", raise_exception=True)
def take_over(request: HttpRequest) -> HttpResponse:
    """Plans again and carries the plan out, whatever happened since the preview and however often it is sent."""
    try:
        sheet, consent = _unpack(request.POST.get("list", ""))
    except signing.BadSignature:
        messages.error(request, "Diese Seite war lange offen. Bitte wählen Sie die Datei noch einmal aus.")
        return redirect("admin:members_import")
    with transaction.atomic():
        members = importing.carry_out(importing.plan(sheet), consent=consent, by=request.user.get_username())
        LogEntry.objects.bulk_create(
            note(request, member, ADDITION, "Aus einer Liste eingelesen.") for member in members
        )
    messages.success(request, _outcome(len(members), consent))
    return redirect("admin:members_member_changelist")


def _outcome(count: int, consent: str) -> str:
    if not count:
        return "Niemand in dieser Liste ist neu. Wenn Sie zweimal getippt haben: Die Liste ist schon übernommen."
    if count == 1:
        return f"Eine Person aus der Liste {'ist jetzt dabei' if consent else 'bekommt jetzt eine Mail'}."
    return f"{count} Personen aus der Liste {'sind jetzt dabei' if consent else 'bekommen jetzt eine Mail'}."


def _pack(sheet: Sheet, consent: str) -> str:
    rows = [astuple(row) for row in sheet.rows]
    return signing.dumps({"rows": rows, "consent": consent}, salt=_SALT, compress=True)


def _unpack(packed: str) -> tuple[Sheet, str]:
    """Raises BadSignature unless this portal packed it less than twelve hours ago."""
    held = signing.loads(packed, salt=_SALT, max_age=_VALID)
    return Sheet([Row(*row) for row in held["rows"]]), held["consent"]

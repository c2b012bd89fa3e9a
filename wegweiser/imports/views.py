"""The pages for importing a list of offers: upload, preview, apply.

Between preview and apply the rows travel in the page, signed: the server stores nothing that would have to be deleted.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kit.desk.admin import log
from kit.spreadsheets.reading import MAX_BYTES, TableRow, Unreadable
from wegweiser.imports import columns, importing
from wegweiser.imports.importing import Plan
from wegweiser.models import Offer

_SALT = "wegweiser.imports"
_VALID = 12 * 60 * 60  # seconds
_ROOM = 2048  # bytes of a form besides the list

may_import = permission_required(["wegweiser.add_offer", "wegweiser.change_offer"], raise_exception=True)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Datei",
        help_text="Eine Tabelle als .csv oder .xlsx, bis 2 MB, mit den Spalten id, titel, anbieter, themen, "
        "beschreibung und so weiter.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": "Wählen Sie eine Datei aus.", "empty": "Die Datei ist leer."},
    )
    curated = forms.BooleanField(
        label="Wir haben diese Angebote selbst zusammengestellt",
        help_text="Dann sind es keine Beispiele: Sie stehen dafür ein, und die Anbieter werden jedes Jahr gefragt.",
        required=False,
    )
    rows: list[TableRow]
    packed: str

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is None:
            return data
        try:
            self.rows = columns.read_rows(file.read(MAX_BYTES + 1), file.name)
        except Unreadable as error:
            self.add_error("file", error.reason)
            return data
        self.packed = _pack(self.rows, bool(data.get("curated")))
        if len(self.packed) + _ROOM > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self.add_error(
                "file",
                "Diese Liste ist zu lang für diese Seite. Teilen Sie sie in mehrere Dateien, oder bitten Sie die "
                "Technik, sie mit „manage.py import_offers“ einzulesen.",
            )
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context = {**admin.site.each_context(request), "title": "Angebote einlesen", "form": form, "opts": Offer._meta}
    if not form.is_valid():
        return render(request, "admin/wegweiser/import.html", context)
    curated = form.cleaned_data["curated"]
    context |= {
        "title": "Das würde geschehen",
        "plan": importing.plan(columns.sort(form.rows), curated=curated),
        "curated": curated,
        "packed": form.packed,
    }
    return render(request, "admin/wegweiser/import_preview.html", context)


@require_POST
@may_import
def take_over(request: HttpRequest) -> HttpResponse:
    """Plans again and carries the plan out, whatever happened since the preview and however often it is sent."""
    try:
        rows, curated = _unpack(request.POST.get("list", ""))
    except signing.BadSignature:
        messages.error(request, "Diese Seite war lange offen. Bitte wählen Sie die Datei noch einmal aus.")
        return redirect("admin:wegweiser_import")
    with transaction.atomic():
        by = request.user.get_username()
        plan = importing.carry_out(columns.sort(rows), curated=curated, by=by)
        slugs = [*(entry.slug for entry in plan.new), *(change.entry.slug for change in plan.changed)]
        for offer in Offer.objects.filter(slug__in=slugs):
            log(request, offer, CHANGE, "Aus einer Liste eingelesen.")
    messages.success(request, _outcome(plan))
    return redirect("admin:wegweiser_offer_changelist")


def _outcome(plan: Plan) -> str:
    if not plan.new and not plan.changed:
        return "Nichts in dieser Liste ist neu. Wenn Sie zweimal getippt haben: Die Liste ist schon übernommen."
    return f"Übernommen: {len(plan.new)} neu, {len(plan.changed)} geändert."


def _pack(rows: list[TableRow], curated: bool) -> str:
    packed = [(row.number, row.cells) for row in rows]
    return signing.dumps({"rows": packed, "curated": curated}, salt=_SALT, compress=True)


def _unpack(packed: str) -> tuple[list[TableRow], bool]:
    """Raises BadSignature unless this portal packed it less than twelve hours ago."""
    held = signing.loads(packed, salt=_SALT, max_age=_VALID)
    return [TableRow(number, cells) for number, cells in held["rows"]], held["curated"]

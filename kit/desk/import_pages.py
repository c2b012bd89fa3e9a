"""The pages for importing a list, the same for every kind of row: upload, preview, apply.

Between preview and apply the rows travel in the page, signed: the server stores nothing that would have to be deleted.
"""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kit.spreadsheets.reading import MAX_BYTES, Unreadable

_VALID = 12 * 60 * 60  # seconds
_ROOM = 2048  # bytes of a form besides the list

View = Callable[[HttpRequest], HttpResponse]


def file_field(help_text: str) -> forms.FileField:
    """The field `file` of an UploadForm."""
    return forms.FileField(
        label="Datei",
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": "Wählen Sie eine Datei aus.", "empty": "Die Datei ist leer."},
    )


class UploadForm(forms.Form):
    """Reads the field `file` into rows. All other fields are options: they travel with the rows."""

    salt: str
    row: type[Any]  # a dataclass whose fields JSON can hold
    command: str  # the management command for lists that are too long for the page
    rows: list[Any]
    packed: str

    def read(self, content: bytes, filename: str) -> list[Any]:
        """The rows of the file; raises Unreadable."""
        raise NotImplementedError

    @property
    def options(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is None:
            return data
        try:
            self.rows = self.read(file.read(MAX_BYTES + 1), file.name)
        except Unreadable as error:
            self.add_error("file", error.reason)
            return data
        held = {"rows": [astuple(row) for row in self.rows], **self.options}
        self.packed = signing.dumps(held, salt=self.salt, compress=True)
        if len(self.packed) + _ROOM > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self.add_error(
                "file",
                "Diese Liste ist zu lang für diese Seite. Teilen Sie sie in mehrere Dateien, oder bitten Sie die "
                f"Technik, sie mit „manage.py {self.command}“ einzulesen.",
            )
        return data

    @classmethod
    def unpack(cls, packed: str) -> tuple[list[Any], dict[str, Any]]:
        """Rows and options. Raises BadSignature unless this portal packed them less than twelve hours ago."""
        held = signing.loads(packed, salt=cls.salt, max_age=_VALID)
        rows = [cls.row(*values) for values in held.pop("rows")]
        return rows, held


def import_views(
    name: str,
    title: str,
    model: type[Model],
    permissions: list[str],
    form_class: type[UploadForm],
    plan: Callable[..., Any],
    apply: Callable[..., str],
) -> tuple[View, View]:
    """The views of the admin URLs `<name>_import` and `<name>_import_take_over`.

    `plan(rows, **options)` is what the preview shows, see templates/admin/import/preview.html. `apply(request, rows,
    **options)` plans again, whatever happened since the preview and however often it is sent, and returns a sentence.
    """
    may_import = permission_required(permissions, raise_exception=True)
    upload_url, take_over_url = reverse_lazy(f"admin:{name}_import"), reverse_lazy(f"admin:{name}_import_take_over")
    links = {"upload_title": title, "upload_url": upload_url, "take_over_url": take_over_url}

    @require_http_methods(["GET", "HEAD", "POST"])
    @may_import
    def upload(request: HttpRequest) -> HttpResponse:
        form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
        context = {**admin.site.each_context(request), **links, "title": title, "form": form, "opts": model._meta}
        if not form.is_valid():
            return render(request, f"admin/{name}/import.html", context)
        context |= {"title": "Das würde geschehen", "plan": plan(form.rows, **form.options), "packed": form.packed}
        return render(request, f"admin/{name}/import_preview.html", context | form.options)

    @require_POST
    @may_import
    def take_over(request: HttpRequest) -> HttpResponse:
        try:
            rows, options = form_class.unpack(request.POST.get("list", ""))
        except signing.BadSignature:
            messages.error(request, "Diese Seite war lange offen. Bitte wählen Sie die Datei noch einmal aus.")
            return redirect(upload_url)
        messages.success(request, transaction.atomic(apply)(request, rows, **options))
        return redirect(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    return upload, take_over

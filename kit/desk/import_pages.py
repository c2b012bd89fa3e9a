"""The pages for importing a list, the same for every kind of row: upload, preview, apply.

Between preview and apply the tables travel in the page, signed: the server stores nothing that would have to be
deleted. So another sheet, or another file with the same options, needs no second upload of what was typed.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kit.desk.again import password_again
from kit.desk.import_plans import Choice, Plan
from kit.spreadsheets import reading
from kit.spreadsheets.reading import MAX_BYTES, TableFile, Unreadable
from kit.spreadsheets.tables import Columns, Heading, Table, TableRow

_VALID = 12 * 60 * 60  # seconds
_ROOM = 2048  # bytes of a form besides the list

View = Callable[[HttpRequest], HttpResponseBase]


def file_field(help_text: str) -> forms.FileField:
    """The field `file` of an UploadForm."""
    return forms.FileField(
        label="Datei",
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": "Wählen Sie eine Datei aus.", "empty": "Die Datei ist leer."},
    )


class UploadForm(forms.Form):
    """Reads the field `file` into tables. All other fields are options: they travel with the tables."""

    salt: str
    columns: Columns
    command: str  # the management command for lists that are too long for the page
    found: TableFile
    packed: str

    @property
    def options(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is None:
            return data
        try:
            self.found = reading.read(file.read(MAX_BYTES + 1), file.name, self.columns)
        except Unreadable as error:
            self.add_error("file", error.reason)
            return data
        self.packed = signing.dumps([astuple(self.found), self.options], salt=self.salt, compress=True)
        if len(self.packed) + _ROOM > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self.add_error(
                "file",
                "Diese Liste ist zu lang für diese Seite. Teilen Sie sie in mehrere Dateien, oder bitten Sie die "
                f"Technik, sie mit „manage.py {self.command}“ einzulesen.",
            )
        return data

    @classmethod
    def unpack(cls, packed: str) -> tuple[TableFile, dict[str, Any]]:
        """Tables and options. Raises BadSignature unless this portal packed them less than twelve hours ago."""
        (tables, remarks, doubtful), options = signing.loads(packed, salt=cls.salt, max_age=_VALID)
        return TableFile([_table(*values) for values in tables], remarks, doubtful), options


def _table(sheet: str, hidden: bool, number: int, headings: list[Any], rows: list[Any]) -> Table:
    return Table(sheet, hidden, number, [Heading(*each) for each in headings], [TableRow(*each) for each in rows])


@dataclass(frozen=True)
class ImportPages:
    """The pages behind the admin URLs `<name>_import` and `<name>_import_take_over`.

    `plan(rows, **options)` is what the preview shows. `apply(request, rows, **options)` plans again, whatever happened
    since the preview and however often it is sent, and returns a sentence.
    """

    name: str
    title: str
    model: type[Model]
    permissions: list[str]
    form_class: type[UploadForm]
    plan: Callable[..., Plan]
    apply: Callable[..., str]

    def views(self) -> tuple[View, View]:
        may_import = permission_required(self.permissions, raise_exception=True)
        upload = require_http_methods(["GET", "HEAD", "POST"])(may_import(self._upload))
        return upload, require_POST(may_import(password_again(self._take_over)))

    def _upload(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES) if request.method == "POST" else self.form_class()
        if packed := request.POST.get("list"):
            try:
                found, options = self.form_class.unpack(packed)
            except signing.BadSignature:
                return self._too_late(request)
            if "other" not in request.POST:
                return self._preview(request, packed, found, options)
            form = self.form_class(initial=options)
        if form.is_valid():
            return self._preview(request, form.packed, form.found, form.options)
        return self._page(request, f"{self.name}/import", title=self.title, form=form)

    def _preview(self, request: HttpRequest, packed: str, found: TableFile, options: dict[str, Any]) -> HttpResponse:
        choice = Choice.of(found, self.form_class.columns, request.POST)
        context = {"packed": packed, "choice": choice, **options}
        if choice.table is None:
            return self._page(request, "import/choose", title="Welche Liste?", **context)
        planned = self.plan(choice.rows, **options)
        return self._page(request, f"{self.name}/import_preview", title="Das würde geschehen", plan=planned, **context)

    def _take_over(self, request: HttpRequest) -> HttpResponse:
        try:
            found, options = self.form_class.unpack(request.POST.get("list", ""))
        except signing.BadSignature:
            return self._too_late(request)
        choice = Choice.of(found, self.form_class.columns, request.POST)
        if choice.table is None:
            messages.error(request, "Es war nicht gewählt, welche Liste gelesen wird. Bitte noch einmal von vorn.")
            return redirect(f"admin:{self.name}_import")
        messages.success(request, transaction.atomic(self.apply)(request, choice.rows, **options))
        return redirect(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist")

    def _too_late(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, "Diese Seite war lange offen. Bitte wählen Sie die Datei noch einmal aus.")
        return redirect(f"admin:{self.name}_import")

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        links = {
            "upload_title": self.title,
            "upload_url": reverse(f"admin:{self.name}_import"),
            "take_over_url": reverse(f"admin:{self.name}_import_take_over"),
            "opts": self.model._meta,
        }
        return render(request, f"admin/{template}.html", {**admin.site.each_context(request), **links, **context})

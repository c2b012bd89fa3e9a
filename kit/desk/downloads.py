"""Lists of the desk as files for spreadsheet programs: behind the password, logged, never whole in memory (S-10)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from kit.desk import audit
from kit.desk.again import View, password_again
from kit.desk.audit import Action
from kit.spreadsheets import writing

# So many rows are read at once: the number of queries stays the same up to here, and memory beyond.
PIECE = 10_000
# A longer file is sent from the disk.
IN_MEMORY = 1024 * 1024


class _Kind(NamedTuple):
    label: str
    content_type: str
    write: Callable[[IO[bytes], Sequence[str], Iterable[Sequence[str]]], None]


KINDS = {
    "xlsx": _Kind(
        "Excel-Tabelle", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writing.write_xlsx
    ),
    "csv": _Kind("CSV-Datei", "text/csv; charset=utf-8", writing.write_csv),
}


class Button(NamedTuple):
    """A button that sends for a file: its words, and where it leads."""

    label: str
    url: str


def guarded(permissions: str | Sequence[str], view: View) -> View:
    """The view behind what every download needs: a permission, and the password once more."""
    return require_POST(permission_required(permissions, raise_exception=True)(password_again(view)))


def buttons(url_of: Callable[[str], str], query: str = "") -> list[Button]:
    """A button for each kind of file; `query` is how the list on the page is filtered."""
    return [Button(kind.label, url_of(name) + (f"?{query}" if query else "")) for name, kind in KINDS.items()]


def response(
    request: HttpRequest,
    kind: str,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    what: str,
    about: Model | None = None,
) -> HttpResponseBase:
    """The rows as a file `name`, which is neutral: it lies in a folder of downloads. Logs `what` with their number.

    Raises Http404 for a kind of file that there is not.
    """
    if kind not in KINDS:
        raise Http404
    counted = _Counted(rows)
    headers = {"Cache-Control": "no-store"}
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        KINDS[kind].write(file, header, counted)
        audit.record(request.user, Action.EXPORTED, f"{what}: {counted.number} als {KINDS[kind].label}.", about)
        is_long = file.tell() > IN_MEMORY
        file.seek(0)
        body: IO[bytes] = file
        if is_long:
            stack.pop_all()  # the response closes it when it is sent
        else:
            body = BytesIO(file.read())
    return FileResponse(
        body, as_attachment=True, filename=f"{name}.{kind}", content_type=KINDS[kind].content_type, headers=headers
    )


class _Counted:
    """Rows that are counted on their way."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for row in self.rows:
            self.number += 1
            yield row


class ListDownload(NamedTuple):
    """What a list of the desk becomes as a file."""

    permission: str
    name: str
    what: str
    header: Sequence[str]
    rows: "Callable[[QuerySet[Any]], Iterable[Sequence[str]]]"


class Downloadable(admin.ModelAdmin[Any]):
    """A list with buttons that download it as it is filtered."""

    download: ListDownload

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(guarded(self.download.permission, self._download))
        return [path("herunterladen/<slug:kind>/", view, name=self._url_name), *super().get_urls()]

    @property
    def _url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_download"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        offered: list[Button] = []
        if request.user.has_perm(self.download.permission):
            filters = request.GET.copy()
            filters.pop("p", None)  # the page of the list: a file has them all
            offered = buttons(lambda kind: reverse(f"admin:{self._url_name}", args=[kind]), filters.urlencode())
        return super().changelist_view(request, {"downloads": offered} | (extra_context or {}))

    def _download(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        what = f"{self.download.what}{', gefiltert' if request.GET else ''}"
        with transaction.atomic():
            return response(
                request, kind, self.download.name, self.download.header, self.download.rows(rows), what=what
            )

"""Former versions of a record: what its form held before each change, and the way back.

A former version comes back into the form, as if an officer had typed it. Nothing changes until it is saved; then the
version of today is a former one. So whatever guards the form guards this too.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from kit import keys
from kit.desk import versions
from kit.desk.comparison import Comparison, Forms
from kit.desk.conflicts import NothingOverwritten
from kit.desk.filling import filled
from kit.desk.typed import Typed
from kit.desk.versions import Version

ASKED = "fassung"
MOST = 20  # versions that a page shows


class Kept(Protocol):
    """A stored version: `contents` is what the form held until then; `by` is who changed it."""

    pk: int
    contents: Version
    until: datetime
    by: str


class Store(Protocol):
    def keep(self, row: Model, contents: Version, user: Any) -> None: ...

    def of(self, row: Model) -> "list[Kept]":
        """Newest first, at most MOST."""


class Change(NamedTuple):
    label: str
    before: Any
    after: Any


class Former(NamedTuple):
    """A former version as a page shows it: what has changed when it ended."""

    pk: int
    until: datetime
    by: str
    rows: list[Change]


_stores: list[Store] = []


def keep_with(store: Store) -> None:
    """From now on versions are kept by `store`. Called once, while the site starts."""
    _stores[:] = [store]


class BringsBack(NothingOverwritten):
    """Keeps what the form held before each change, lists it below the form, and fills the form with it again."""

    def former(self, request: HttpRequest, row: Model) -> list[Former]:
        """The former versions, newest first."""
        forms = self.forms_of(request, row)
        return list(_with_changes(forms, _stores[0].of(row)))

    def former_version(self, request: HttpRequest, row: Model, pk: int) -> tuple[Version, datetime] | None:
        """What the form held, and until when; None if the row has no such version."""
        found = next((kept for kept in _stores[0].of(row) if kept.pk == pk), None)
        return (found.contents, found.until) if found else None

    def keep_former(self, request: HttpRequest, row: Model, version: Version) -> None:
        _stores[0].keep(row, version, request.user)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row, found = self._asked_for(request, object_id)
        if found:
            until = timezone.localtime(found[1])
            sentence = f"So stand es hier bis {until:%d.%m.%Y, %H:%M} Uhr. Erst mit „Speichern“ gilt es wieder."
            messages.info(request, sentence)
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        return self._filled(request, answer, row, found[0]) if row and found else answer

    def ask(self, request: HttpRequest, row: Model) -> HttpResponse | None:
        page = super().ask(request, row)
        if page is None:
            request.before = self.forms_of(request, row).version  # type: ignore[attr-defined]
        return page

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        super().log_change(request, obj, message)
        before: Version = request.before  # type: ignore[attr-defined]
        after = self.forms_of(request, obj).version
        if any(not versions.same(before.get(key), after.get(key)) for key in {*before, *after}):
            self.keep_former(request, obj, before)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        context["former"] = self.former(request, row) if row and self.has_change_permission(request, row) else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _asked_for(self, request: HttpRequest, pk: str | None) -> tuple[Model | None, tuple[Version, datetime] | None]:
        asked = keys.number(request.GET.get(ASKED, "")) if request.method == "GET" else None
        if pk is None or asked is None:
            return None, None
        row = self.get_object(request, unquote(pk))
        if row is None or not self.has_change_permission(request, row):
            return None, None
        return row, self.former_version(request, row, asked)

    def _filled(self, request: HttpRequest, answer: HttpResponse, row: Model, version: Version) -> HttpResponse:
        """The page with the version in its form. A field of which the version knows nothing stays as it is."""
        forms = self.forms_of(request, row)
        stored = forms.version
        wanted = {key: part for key, part in stored.items() if ":" not in key} | version
        sent = versions.merged(QueryDict(mutable=True), forms.form, forms.formsets, wanted, stored)
        fields = [(name, text) for name, texts in sent.lists() for text in texts]
        return filled(answer, Typed("", request.path, request.path, fields, False))


def _with_changes(forms: Forms, kept: list[Kept]) -> Iterator[Former]:
    then = forms.version
    for version in kept:
        compared = Comparison(forms, version.contents, then, {})
        yield Former(version.pk, version.until, version.by, [Change(*row) for row in compared.changes()])
        then = version.contents

"""What an officer has deleted on the desk can be taken back in the same session, with what belonged to it.

For records that hold nothing of a person only: until the session ends the rows lie in it.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core import serializers
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from kit.desk import audit
from kit.desk.audit import Action

TAKEN = "Das lässt sich nicht mehr zurückholen: Inzwischen gibt es etwas Neues mit demselben Namen."


class TakesBack(admin.ModelAdmin[Any]):
    """Offers the way back on the list after a deletion (admin/desk/undo.html)."""

    def goes_with(self, row: Model) -> Iterable[Model]:
        """The rows that are deleted with this one."""
        return ()

    def brought_back(self, row: Model) -> None:
        """What else follows, such as an index."""

    def get_urls(self) -> list[URLPattern]:
        take_back = self.admin_site.admin_view(require_POST(self._take_back))
        return [path("zurueckholen/", take_back, name=self._name("undelete")), *super().get_urls()]

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        rows = serializers.serialize("json", [obj, *self.goes_with(obj)])
        super().delete_model(request, obj)
        request.session[self._key] = {"rows": rows, "what": f"„{obj}“ gelöscht."}

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        return super().delete_view(request, object_id, {"takes_back": True} | (extra_context or {}))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        deleted = request.session.get(self._key) if self.has_add_permission(request) else None
        undo = {"what": deleted["what"], "url": reverse(f"admin:{self._name('undelete')}")} if deleted else {}
        return super().changelist_view(request, {"undo": undo} | (extra_context or {}))

    def _take_back(self, request: HttpRequest) -> HttpResponse:
        """A second click finds nothing to do."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        deleted = request.session.pop(self._key, None)
        if not deleted:
            messages.warning(request, "Das ist schon rückgängig gemacht.")
            return redirect(f"admin:{self._name('changelist')}")
        try:
            with transaction.atomic():
                row = self._stored(deleted["rows"])
                self.brought_back(row)
                audit.record(request.user, Action.ADDED, f"{self.opts.verbose_name} {row.pk}: Zurückgeholt.", row)
        except (IntegrityError, serializers.base.DeserializationError):
            messages.error(request, TAKEN)
        else:
            messages.success(request, f"„{row}“ ist wieder da.")
        return redirect(f"admin:{self._name('changelist')}")

    def _stored(self, rows: str) -> Any:
        """Stores them again under their keys, and returns the first."""
        found = list(serializers.deserialize("json", rows))
        for each in found:
            each.save(force_insert=True)
        return found[0].object

    @property
    def _key(self) -> str:
        return f"deleted {self.opts.label_lower}"

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

"""Nothing is overwritten unseen (D-15): if somebody else has saved meanwhile, an officer chooses between both versions.

Every form that changes a record on the desk carries the version that it has shown (`versions`). When it is sent, the
row is locked and compared with it.
"""

import time
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone

from kit.desk import audit, coming_back, comparison, versions
from kit.desk.comparison import CHOICE, THEIRS, Comparison, Forms
from kit.desk.editing import is_lock_timeout
from kit.desk.typed import OWNER, Typed
from kit.desk.versions import FormSet, Loaded

LOADED = "loaded"
BUSY = "Jemand anderes speichert hier gerade. Drücken Sie gleich noch einmal auf „Speichern“."
GONE = "Das gibt es nicht mehr"
CLOSED = "Das lässt sich nicht mehr ändern"
COPY = "Ihr Text ist noch da: Sie können ihn hier kopieren."
DELETED = f"Jemand hat es gelöscht, während Sie geschrieben haben. {COPY}"
# What the page carries on, besides what was typed.
_OURS = ("csrfmiddlewaretoken", OWNER, LOADED)


class NothingOverwritten(admin.ModelAdmin[Any]):
    """Compares what a change form has shown with what is stored, and asks if somebody else has changed it."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if kwargs.get("change"):
            shown = Forms(context["adminform"].form, [inline.formset for inline in context["inline_admin_formsets"]])
            # After a mistake it stays what the officer saw first.
            posted = request.POST.get(LOADED, "") if request.method == "POST" else None
            context[LOADED] = versions.pack(shown.version, time.time()) if posted is None else posted
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None or request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            try:
                with transaction.atomic():  # after a lock timeout the page can still be shown
                    row = self.locked_row(request, unquote(object_id))
            except OperationalError as error:
                if not is_lock_timeout(error):
                    raise
                return coming_back.come_back(request, Typed.of(request, str(request.user.pk)), BUSY)
            if row is None:
                return self.to_read(request, GONE, DELETED, 404)
            if not self.has_change_permission(request, row):
                return self.to_read(request, CLOSED, COPY, 403)
            if page := self.ask(request, row):
                return page
            return super().changeform_view(request, object_id, form_url, extra_context)

    def to_read(self, request: HttpRequest, title: str, sentence: str, status: int) -> HttpResponse:
        """What was sent for a record that takes no change any more: to be copied."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request, None, change=True)()
        labels = {field.html_name: str(field.label) for field in versions.fields(form)}
        typed = Typed.of(request, str(request.user.pk))
        return coming_back.to_read(request, typed, title, sentence, labels, status)

    def locked_row(self, request: HttpRequest, pk: str) -> Model | None:
        """The row as it is now; until the transaction ends nobody else can save it. None if it is gone."""
        try:
            locked = self.model._default_manager.select_for_update(no_key=True).filter(pk=pk).values("pk").first()
        except (ValidationError, ValueError):
            return None
        return self.get_object(request, pk) if locked else None

    def ask(self, request: HttpRequest, row: Model) -> HttpResponse | None:
        """The page on which the officer chooses; None if there is nothing to choose."""
        loaded = versions.unpack(request.POST.get(LOADED, ""))
        stored = self.forms_of(request, row)
        theirs = stored.version
        if loaded and CHOICE in request.POST:
            if request.POST[CHOICE] == THEIRS and loaded.version == theirs:
                messages.success(request, "Es bleibt bei der gespeicherten Fassung. Ihre ist verworfen.")
                return HttpResponseRedirect(request.path)
            mine = self.forms_of(request, row, request.POST).version
            wanted = comparison.chosen(request.POST, mine, loaded.version)
            request.POST = versions.merged(request.POST, stored.form, stored.formsets, wanted, loaded.version)  # type: ignore[assignment]
        if loaded and loaded.version == theirs:
            return None
        mine = self.forms_of(request, row, request.POST).version
        compared = Comparison(stored, mine, theirs, loaded.version if loaded else {})
        return self._page(request, row, compared, loaded) if compared.overwrites else None

    def forms_of(self, request: HttpRequest, row: Model, data: QueryDict | None = None) -> Forms:
        """As Django's admin makes them, but bound to `data` only."""
        form_class = self.get_form(
            request, row, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, row))
        )
        formsets: list[FormSet] = [
            formset_class(
                data,
                instance=row,
                prefix=formset_class.get_default_prefix(),
                queryset=inline.get_queryset(request),
            )
            for formset_class, inline in self.get_formsets_with_inlines(request, row)
        ]
        return Forms(form_class(data, instance=row), formsets)

    def _page(self, request: HttpRequest, row: Model, compared: Comparison, loaded: Loaded | None) -> HttpResponse:
        differences = list(compared.differences())
        texts = [(name, text) for name, values in request.POST.lists() for text in values]
        context = {
            **self.admin_site.each_context(request),
            **_saved(request, row, loaded),
            "title": str(row),
            "opts": self.opts,
            "differences": differences,
            "equal": compared.equal(),
            "typed": [each for each in texts if each[0] not in _OURS and not each[0].startswith(CHOICE)],
            LOADED: versions.pack(compared.theirs, time.time()),
        }
        return render(request, "admin/desk/conflict.html", context)


def _saved(request: HttpRequest, row: Model, loaded: Loaded | None) -> dict[str, Any]:
    """The officer who saved the other version, and when; no name if it was no officer."""
    since = datetime.fromtimestamp(loaded.at, UTC) if loaded else timezone.now()
    entry = audit.history(row).filter(at__gte=since).first()
    if entry is None:
        return {"who": "", "saved_at": None, "myself": False}
    return {"who": entry.who, "saved_at": entry.at, "myself": entry.account == request.user.pk}

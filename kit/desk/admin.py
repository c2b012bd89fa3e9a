"""The base of all records on the desk: admin class, badges, dates, history."""

import json
from copy import copy
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import CheckboxInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kit.desk import audit
from kit.desk.audit import Action
from kit.desk.conflicts import GONE
from kit.desk.unsaved import SavesItself

HISTORY_PER_PAGE = 100


class StatusBadge(NamedTuple):
    """A status in words, and the class of the badge that shows it (see `badge`)."""

    text: str
    style: str = ""


def badge(text: str, style: str = "") -> str:
    """`text` as a badge; `style` is one of the classes badge-fresh, badge-old and badge-off, or ""."""
    return format_html('<span class="badge {}">{}</span>', style, text)


def when(at: datetime) -> str:
    """A moment as the desk shows it: "05.12.2026, 14:30", in the portal's time zone."""
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M}"


def log(request: HttpRequest, row: Model, action: Action, message: str = "", *, thing: str = "") -> None:
    """Logs that this user did `action` to `row`, so that the history of `row` shows it too.

    The row is named by its number: the log outlives people's data. `thing` names what is nobody's, such as a page.
    """
    thing = thing or f"{row._meta.verbose_name} {row.pk}"
    audit.record(request.user, action, f"{thing}: {message}" if message else thing, row)


def _in_words(message: Any) -> str:
    """Django's list of changed fields as German text."""
    if isinstance(message, str):
        return message
    if message == [{"added": {}}]:
        return ""
    if not message:
        return "ohne Änderung gespeichert."
    return LogEntry(change_message=json.dumps(message)).get_change_message()


class Logged(admin.ModelAdmin[Any]):
    """Writes to the officers' log (R-06) where Django would write to its own, whose rows end with the account."""

    object_history_template = "admin/desk/history.html"

    class Media:
        css = {"all": ["css/desk-records.css"]}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        log(request, obj, Action.ADDED, _in_words(message), thing=self.named(obj))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        log(request, obj, self.action_of(message), _in_words(message), thing=self.named(obj))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        for row in queryset:
            log(request, row, Action.DELETED, thing=self.named(row))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Django's, with the fields' labels as officers read them, and with their names for `action_of`."""
        message = super().construct_change_message(request, form, formsets, add)
        if add:
            return message
        inlines = [change for change in message if "name" in next(iter(change.values()))]
        hidden = {field.name for field in form.hidden_fields()}
        names = [name for name in form.changed_data if name not in hidden]
        own = [{"changed": {"fields": [self._label(form, name) for name in names]}, "names": names}] if names else []
        return [*own, *inlines]

    def _label(self, form: Any, name: str) -> str:
        known = {field.name: getattr(field, "verbose_name", "") for field in self.opts.get_fields()}
        return str((name in form.fields and form.fields[name].label) or known.get(name) or name)

    def named(self, row: Model) -> str:
        """How the log calls the row; "" for kind and number. Never the name of a member."""
        return ""

    def action_of(self, message: Any) -> Action:
        """What a change is called; `message` comes from `construct_change_message`."""
        return Action.CHANGED

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        # A download reads the same filters, at a URL of its own.
        if any("\0" in value for name, values in request.GET.lists() if name != SEARCH_VAR for value in values):
            raise BadRequest
        return super().get_changelist_instance(request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Verlauf",
            "opts": self.opts,
            "object": row,
            "page": Paginator(audit.history(row), HISTORY_PER_PAGE).get_page(request.GET.get("seite")),
            **(extra_context or {}),
        }
        return render(request, self.object_history_template, context)


class Renamed(admin.ModelAdmin[Any]):
    """A model under a name that officers know, if its own is another: `called` is one of them, and many."""

    called: tuple[str, str]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.opts = copy(self.opts)
        self.opts.verbose_name, self.opts.verbose_name_plural = self.called

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        found = super().get_changelist_instance(request)
        found.opts = self.opts
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.called[1]} | (extra_context or {}))


class ChosenRowsForm(ActionForm):
    """What is to be done with the rows that are ticked in a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].label = "Mit den angekreuzten:"


class DeskAdmin(SavesItself, Logged):
    """The base of all records of the desk.

    Nothing is deleted from a list: erasing a person is an action with a page of its own. The history names nobody.
    Lists need the same few queries however long they are.
    """

    actions: Any = None
    action_form = ChosenRowsForm
    list_per_page = 50
    list_max_show_all = 90  # a page with more boxes sends more fields than a request may have
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = "–"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and "index" in request.POST and (missing := _is_missing(request)):
            messages.warning(request, missing)
            return HttpResponseRedirect(request.get_full_path())
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def action_checkbox(self, obj: Model) -> SafeString:
        """Django's own reads out a sentence about objects and actions."""
        attrs = {"class": "action-select", "aria-label": f"{obj} ankreuzen"}
        return CheckboxInput(attrs, lambda value: False).render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        """Django's own tells the name of the model and the number that is in the address."""
        messages.warning(request, f"{GONE}, oder der Link stimmt nicht.")
        return HttpResponseRedirect(reverse("admin:index"))


def _is_missing(request: HttpRequest) -> str:
    """What somebody has to choose before an action on rows of a list; "" if that is done."""
    if not request.POST.getlist(ACTION_CHECKBOX_NAME):
        return "Kreuzen Sie erst an, was gemeint ist."
    return "" if request.POST.get("action") else "Wählen Sie erst, was geschehen soll."


class ReadOnly(DeskAdmin):
    """Records that the desk shows and nobody changes there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

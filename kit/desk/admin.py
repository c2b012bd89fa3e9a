"""The base of all records on the desk: admin class, badges, dates, history."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html

from kit.desk.conflicts import NothingOverwritten


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


def note(request: HttpRequest, row: Model, flag: int, message: Any) -> LogEntry:
    """An unsaved entry of the history: which user did what to which row.

    It names the row by its number, never the person: the entry outlives their data.
    """
    return LogEntry(
        user_id=request.user.pk,  # type: ignore[misc]
        content_type=get_content_type_for_model(row),
        object_id=row.pk,
        object_repr=f"{row._meta.verbose_name} {row.pk}",
        action_flag=flag,
        change_message=json.dumps(message) if isinstance(message, list) else message,
    )


def log(request: HttpRequest, row: Model, flag: int, message: Any) -> LogEntry:
    """Writes an entry of the history, as `note` describes it."""
    entry = note(request, row, flag, message)
    entry.save()
    return entry


class DeskAdmin(NothingOverwritten):
    """The base of all records of the desk.

    Nothing is deleted from a list: erasing a person is an action with a page of its own. The history names nobody.
    Lists need the same few queries however long they are.
    """

    actions: Any = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        css = {"all": ["css/desk-records.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": self.opts.verbose_name_plural}
        return super().changelist_view(request, title | (extra_context or {}))

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return log(request, obj, CHANGE, message)


class ReadOnly(DeskAdmin):
    """Records that the desk shows and nobody changes there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

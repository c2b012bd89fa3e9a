"""The officers' view of the post: what went out, and what did not. Nothing here can be changed or deleted."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from mailings.models import Delivery, Mailing, Suppression

BADGES = {
    Delivery.State.QUEUED: "badge-old",
    Delivery.State.SENDING: "badge-old",
    Delivery.State.SENT: "badge-fresh",
    Delivery.State.FAILED: "badge-off",
    Delivery.State.CANCELLED: "",
}


def badge(text: str, style: str = "") -> str:
    return format_html('<span class="badge {}">{}</span>', style, text)


def when(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M}"


def note(request: HttpRequest, row: Model, flag: int, message: Any) -> LogEntry:
    """What the history says about who did what to which row. It never names the person: it outlives their data."""
    return LogEntry(
        user_id=request.user.pk,  # type: ignore[misc]
        content_type=get_content_type_for_model(row),
        object_id=row.pk,
        object_repr=f"{row._meta.verbose_name} {row.pk}",
        action_flag=flag,
        change_message=json.dumps(message) if isinstance(message, list) else message,
    )


def log(request: HttpRequest, row: Model, flag: int, message: Any) -> LogEntry:
    entry = note(request, row, flag, message)
    entry.save()
    return entry


class DeskAdmin(admin.ModelAdmin):
    """What all records of the desk have in common.

    Nothing is deleted from a list: erasing somebody is a deed with a page of its own. The history is nameless. Lists
    need the same few queries however long they are.
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
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CountedList(ChangeList):
    """The mailings of one page with their deliveries counted by state: one query more, however many there are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        mailings = {mailing.pk: mailing for mailing in self.result_list}
        for mailing in mailings.values():
            mailing.counts = {}
        found = Delivery.objects.filter(mailing__in=mailings).order_by()
        for pk, state, count in found.values_list("mailing", "state").annotate(count=Count("pk")):
            mailings[pk].counts[state] = count


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {Delivery.State(state).label}" for state, count in counts.items())


class Failed(admin.SimpleListFilter):
    title = "angekommen"
    parameter_name = "nicht-zugestellt"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ja", "nicht bei allen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "ja":
            return queryset
        failed = Delivery.objects.filter(mailing=OuterRef("pk"), state=Delivery.State.FAILED)
        return queryset.filter(Exists(failed))


@admin.register(Mailing)
class MailingAdmin(ReadOnly):
    list_display = ("failed", "subject", "kind", "created", "others")
    list_display_links = ("subject",)
    list_filter = (Failed, "kind")
    search_fields = ("subject",)
    search_help_text = "Betreff"
    ordering = ("-pk",)
    fields = ("subject", "kind", "letter", "automatic", "created_at", "by_state", "text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CountedList

    @admin.display(description="Fehler")
    def failed(self, mailing: Any) -> str:
        count = mailing.counts.get(Delivery.State.FAILED, 0)
        address = f"{reverse('admin:mailings_delivery_changelist')}?mailing={mailing.pk}&state__exact=failed"
        return (
            format_html('<a class="badge badge-off" href="{}">{} nicht zugestellt</a>', address, count) if count else ""
        )

    @admin.display(description="angelegt", ordering="pk")
    def created(self, mailing: Mailing) -> str:
        return when(mailing.created_at)

    @admin.display(description="Zustellungen")
    def others(self, mailing: Any) -> str:
        states = [state for state in Delivery.State if state != Delivery.State.FAILED]
        return _words({state: mailing.counts[state] for state in states if state in mailing.counts})

    @admin.display(description="Zustellungen")
    def by_state(self, mailing: Mailing) -> str:
        found = mailing.deliveries.order_by("state").values_list("state").annotate(count=Count("pk"))
        address = f"{reverse('admin:mailings_delivery_changelist')}?mailing={mailing.pk}"
        return format_html('{} <a class="go" href="{}">Ansehen</a>', _words(dict(found)) or "keine", address)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("recipient", "mailing", "standing", "reason", "queued")
    list_filter = ("state", "reason", "mailing__kind")
    list_select_related = ("mailing", "address")
    search_fields = ("address__email",)
    search_help_text = "E-Mail-Adresse"
    ordering = ("-pk",)
    fields = (
        "recipient",
        "mailing",
        "standing",
        "reason",
        "answer",
        "queued_at",
        "due_at",
        "finished_at",
        "attempts",
        "message_id",
    )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "mailing" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.display(description="an", ordering="address__email")
    def recipient(self, delivery: Delivery) -> str:
        return delivery.address.email if delivery.address else "gelöscht"

    @admin.display(description="angelegt", ordering="pk")
    def queued(self, delivery: Delivery) -> str:
        return when(delivery.queued_at)

    @admin.display(description="Stand", ordering="state")
    def standing(self, delivery: Delivery) -> str:
        return badge(delivery.get_state_display(), BADGES[Delivery.State(delivery.state)])


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    """Who is on it nobody can read, not even here: only that an address is, once it is typed somewhere."""

    list_display = ("reason", "since", "short")
    list_display_links = None
    list_filter = ("reason",)
    ordering = ("-pk",)

    @admin.display(description="Schlüssel")
    def short(self, suppression: Suppression) -> str:
        return f"{suppression.key[:8]}…"

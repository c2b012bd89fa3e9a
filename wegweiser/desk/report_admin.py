"""What waits for the officers: reports by providers, and hints by readers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from kit.desk.admin import ReadOnly, badge, when
from wegweiser.bulk import HINTS
from wegweiser.desk import bulk_views, report_views
from wegweiser.models import Check, Hint, Submission

_BADGES = {
    Submission.State.UNCONFIRMED: "",
    Submission.State.WAITING: "badge-old",
    Submission.State.PUBLISHED: "badge-fresh",
    Submission.State.DECLINED: "",
}


@admin.register(Submission)
class SubmissionAdmin(ReadOnly):
    list_display = ("what", "sort", "status", "reporter", "asked")
    list_filter = ("state",)
    list_select_related = ("offer", "address")
    search_fields = ("address__email",)
    search_help_text = "E-Mail-Adresse"
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/ansehen/", wrap(report_views.show), name="wegweiser_report"),
            path("<int:pk>/berichtigen/", wrap(report_views.correct), name="wegweiser_report_correct"),
            path("<int:pk>/uebernehmen/", wrap(report_views.publish), name="wegweiser_report_publish"),
            path("<int:pk>/ablehnen/", wrap(report_views.decline), name="wegweiser_report_decline"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        return redirect("admin:wegweiser_report", found.pk) if found else super().change_view(request, object_id)

    @admin.display(description="Angebot")
    def what(self, submission: Submission) -> str:
        return Truncator(submission.offer.title if submission.offer else str(submission)).chars(80)

    @admin.display(description="Art")
    def sort(self, submission: Submission) -> str:
        """A new offer comes into being after it was reported."""
        offer = submission.offer
        return "neu" if offer is None or offer.created_at > submission.asked_at else "Änderung"

    @admin.display(description="Stand", ordering="state")
    def status(self, submission: Submission) -> str:
        return badge(submission.get_state_display(), _BADGES[Submission.State(submission.state)])

    @admin.display(description="gemeldet von")
    def reporter(self, submission: Submission) -> str:
        return submission.address.email if submission.address else "gelöscht"

    @admin.display(description="am", ordering="asked_at")
    def asked(self, submission: Submission) -> str:
        return when(submission.asked_at)


class Open(admin.SimpleListFilter):
    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("offen", "offen"), ("erledigt", "erledigt")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hint]) -> QuerySet[Hint]:
        if self.value() == "offen":
            return queryset.filter(done_at=None)
        return queryset.exclude(done_at=None) if self.value() == "erledigt" else queryset


@admin.register(Hint)
class HintAdmin(ReadOnly):
    list_display = ("short", "about", "status", "came")
    list_filter = (Open,)
    list_select_related = ("offer",)
    search_fields = ("offer__title",)
    search_help_text = "Angebot"
    fields = ("text", "about", "status", "came")
    actions = ("done",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("rueckgaengig/", wrap(bulk_views.undo_hints), name="wegweiser_hint_undo"),
            path("<int:pk>/erledigt/", wrap(report_views.hint_done), name="wegweiser_hint_done"),
            path("<int:pk>/wieder-offen/", wrap(report_views.hint_reopened), name="wegweiser_hint_reopen"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="Hinweis")
    def short(self, hint: Hint) -> str:
        return Truncator(hint.text).chars(120)

    @admin.display(description="Angebot", ordering="offer__title")
    def about(self, hint: Hint) -> str:
        address = reverse("admin:wegweiser_offer_change", args=[hint.offer_id])
        return format_html('<a class="go" href="{}">{}</a>', address, hint.offer.title)

    @admin.display(description="Stand", ordering="done_at")
    def status(self, hint: Hint) -> str:
        return badge("offen", "badge-old") if hint.is_open else badge(f"erledigt von {hint.done_by}")

    @admin.display(description="am", ordering="at")
    def came(self, hint: Hint) -> str:
        return when(hint.at)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """The admin gives nobody the right to change a hint; ticking one off requires it all the same."""
        return request.user.has_perm("wegweiser.change_hint")

    @admin.action(description="Erledigt", permissions=["decide"])
    def done(self, request: HttpRequest, queryset: QuerySet[Hint]) -> HttpResponse | None:
        return bulk_views.ask_or_do(request, HINTS, "done", queryset)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        undo = bulk_views.undo_of(request, HINTS) if self.has_decide_permission(request) else {}
        return super().changelist_view(request, {"undo": undo} | (extra_context or {}))


@admin.register(Check)
class CheckAdmin(ReadOnly):
    list_display = ("provider", "status", "asked", "reminded")
    list_select_related = ("provider",)
    search_fields = ("provider__name",)
    search_help_text = "Anbieter"

    @admin.display(description="Stand")
    def status(self, check: Check) -> str:
        if check.closed_at:
            return badge("erledigt", "badge-fresh")
        return badge("bitte nachfragen", "badge-off") if check.escalated_at else badge("gefragt", "badge-old")

    @admin.display(description="gefragt", ordering="asked_at")
    def asked(self, check: Check) -> str:
        return when(check.asked_at)

    @admin.display(description="erinnert", ordering="reminded_at")
    def reminded(self, check: Check) -> str:
        return when(check.reminded_at) if check.reminded_at else ""

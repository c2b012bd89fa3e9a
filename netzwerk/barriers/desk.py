"""Reported barriers on the desk: what is open and until when, and the two things to do with one."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from kit.desk.admin import ReadOnly, badge, log, when
from kit.desk.audit import Action
from netzwerk.barriers import reports
from netzwerk.models import BarrierReport
from netzwerk.models.barriers import Stage

CHANGE_REPORTS = "netzwerk.change_barrierreport"
_LATE = {Stage.IN_TIME: "badge-old", Stage.LATE: "badge-off", Stage.TOO_LATE: "badge-off"}


class StageFilter(admin.SimpleListFilter):
    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [*Stage.choices, ("beantwortet", "beantwortet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BarrierReport]) -> QuerySet[BarrierReport]:
        if self.value() in Stage.values:
            return BarrierReport.objects.at_stage(str(self.value()), timezone.now())
        return queryset.exclude(answered_at=None) if self.value() == "beantwortet" else queryset


@admin.register(BarrierReport)
class BarrierReportAdmin(ReadOnly):
    list_display = ("short", "page", "status", "came")
    list_filter = (StageFilter,)
    search_fields = ("email",)
    search_help_text = "E-Mail-Adresse"
    fields = ("text", "page", "reply_to", "status", "came", "interim_at")
    change_form_template = "admin/barriers/report.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/zwischenbescheid/", wrap(require_POST(self.interim)), name="barrier_interim"),
            path("<int:pk>/beantwortet/", wrap(require_POST(self.answered)), name="barrier_answered"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="Was klappt nicht?")
    def short(self, report: BarrierReport) -> str:
        return Truncator(report.text).chars(120)

    @admin.display(description="Stand", ordering="answered_at")
    def status(self, report: BarrierReport) -> str:
        if not report.is_open:
            return badge(f"beantwortet von {report.answered_by}", "badge-fresh")
        due = timezone.localtime(report.due_at)
        return badge(f"offen, Antwort bis {due:%d.%m.%Y}", _LATE[report.stage(timezone.now())])

    @admin.display(description="gemeldet", ordering="at")
    def came(self, report: BarrierReport) -> str:
        return when(report.at)

    @admin.display(description="Antwort an")
    def reply_to(self, report: BarrierReport) -> str:
        if not report.email:
            return "Die Person möchte keine Antwort."
        return format_html('<a href="mailto:{0}?subject=Ihre%20Nachricht%20an%20uns">{0}</a>', report.email)

    def interim(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._act(request, pk, reports.note_interim_reply, "Zwischenbescheid.")

    def answered(self, request: HttpRequest, pk: int) -> HttpResponse:
        by = request.user.get_username()
        return self._act(request, pk, lambda report: reports.answer(report, by), "Beantwortet.")

    def _act(self, request: HttpRequest, pk: int, action: Callable[[BarrierReport], bool], word: str) -> HttpResponse:
        if not request.user.has_perm(CHANGE_REPORTS):
            return HttpResponse(status=403)
        report = get_object_or_404(BarrierReport, pk=pk)
        with transaction.atomic():
            done = action(report)
            if done:
                log(request, report, Action.CHANGED, word)
        if done:
            messages.success(request, f"{word} Das ist festgehalten.")
        else:
            messages.warning(request, "Das war schon festgehalten. Geändert haben Sie nichts.")
        return redirect("admin:netzwerk_barrierreport_changelist")

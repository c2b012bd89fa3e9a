"""Groups on the desk: approving them, what was reported, and the three things to do in danger (G-06).

Officers see first names, never who comes to a meeting or what was written; only a report shows messages.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from events.groups import leaving
from events.models import Event
from kit import keys
from kit.desk.admin import ReadOnly, badge, log, when
from kit.desk.again import password_again
from kit.desk.audit import Action
from mailings import addresses
from members.groups import founding, memberships, reports, wording
from members.models import Group, GroupMembership, GroupReport

CHANGE = "members.change_group"
NOT_YET = "Das war schon entschieden. Geändert haben Sie nichts."
_BADGES = {
    Group.State.ASKED: "badge-old",
    Group.State.ALIVE: "badge-fresh",
    Group.State.RESTING: "",
    Group.State.ENDED: "",
    Group.State.DECLINED: "badge-off",
}


def officer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only by POST, and only for those who may change groups. What is done and its log entry are one transaction."""

    @require_POST
    @transaction.atomic
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


class Waiting(admin.SimpleListFilter):
    """The groups, or reports, that "Heute" counts."""

    title = "Heute"
    parameter_name = "heute"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("warten", "warten auf Sie")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "warten":
            return queryset
        ready = Group.objects.ready().values("pk")
        return queryset.filter(pk__in=ready) if queryset.model is Group else queryset.filter(done_at=None)


@admin.register(Group)
class GroupAdmin(ReadOnly):
    list_display = ("title", "place", "status", "proposed")
    list_filter = (Waiting, "state")
    search_fields = ("title",)
    search_help_text = "Name der Gruppe"
    ordering = ("-pk",)
    fields = ("title", "text", "place", "for_whom", "rhythm", "status", "proposed", "people", "met", "reason")
    change_form_template = "admin/events/group.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/freigeben/", wrap(officer(approve)), name="group_approve"),
            path("<int:pk>/nicht-freigeben/", wrap(officer(decline)), name="group_decline"),
            path("<int:pk>/entfernen/", wrap(officer(password_again(remove))), name="group_remove"),  # type: ignore[arg-type]
            path("<int:pk>/nicht-einlassen/", wrap(officer(keep_out)), name="group_keep_out"),
            path("<int:pk>/wieder-einlassen/", wrap(officer(let_in_again)), name="group_let_in_again"),
            path("<int:pk>/schliessen/", wrap(officer(password_again(close))), name="group_close"),  # type: ignore[arg-type]
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        group = kwargs["obj"]
        context |= {
            "may_act": request.user.has_perm(CHANGE),
            "ready": group.state == Group.State.ASKED and not founding.needs_second(group),
            "waits": group.state == Group.State.ASKED,
            "runs": group.state in Group.LIVING,
            "folk": wording.called(group.memberships.members(), marked=True),
            "kept_out": group.kept_out.order_by("since"),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Wo", ordering="town")
    def place(self, group: Group) -> str:
        return group.where

    @admin.display(description="Für wen")
    def for_whom(self, group: Group) -> str:
        return wording.ages(group.ages)

    @admin.display(description="Stand", ordering="state")
    def status(self, group: Group) -> str:
        return badge(group.get_state_display(), _BADGES[Group.State(group.state)])

    @admin.display(description="vorgeschlagen", ordering="asked_at")
    def proposed(self, group: Group) -> str:
        return when(group.asked_at)

    @admin.display(description="Wer dabei ist")
    def people(self, group: Group) -> str:
        return ", ".join(wording.called(group.memberships.members(), marked=True).values()) or "niemand"

    @admin.display(description="Treffen in den letzten 30 Tagen")
    def met(self, group: Group) -> str:
        """The days of the group's past meetings; officers do not learn who came and where."""
        over = Event.of_all.filter(group=group, state=Event.State.PUBLISHED, ends_at__lt=timezone.now())
        days = [f"{timezone.localtime(begins_at):%d.%m.}" for begins_at in over.values_list("begins_at", flat=True)]
        return ", ".join(days) or "keines, das im Portal stand"


@admin.register(GroupReport)
class GroupReportAdmin(ReadOnly):
    list_display = ("short", "group", "status", "came")
    list_filter = (Waiting,)
    list_select_related = ("group",)
    ordering = ("done_at", "-pk")
    fields = ("group", "name", "about_whom", "text", "written", "came", "status")
    change_form_template = "admin/events/group_report.html"

    def get_urls(self) -> list[URLPattern]:
        done = self.admin_site.admin_view(officer(report_done))
        return [path("<int:pk>/erledigt/", done, name="group_report_done"), *super().get_urls()]

    @admin.display(description="Meldung")
    def short(self, report: GroupReport) -> str:
        return str(report)

    @admin.display(description="über")
    def about_whom(self, report: GroupReport) -> str:
        if report.about is None:
            return "niemanden Bestimmtes, oder die Daten der Person sind gelöscht"
        return wording.called(report.group.memberships.all(), marked=True)[report.about.pk]

    @admin.display(description="Stand", ordering="done_at")
    def status(self, report: GroupReport) -> str:
        if report.done_at:
            return badge(f"erledigt von {report.done_by}", "badge-fresh")
        return badge("offen", "badge-off")

    @admin.display(description="gemeldet", ordering="at")
    def came(self, report: GroupReport) -> str:
        return when(report.at)


def approve(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Group, pk=pk)
    return _acted(request, group, founding.approve(group), "Freigegeben. Beide Ansprechpersonen bekommen eine Mail.")


def decline(request: HttpRequest, pk: int) -> HttpResponse:
    group, reason = get_object_or_404(Group, pk=pk), request.POST.get("reason", "").strip()
    if not reason:
        messages.warning(request, "Schreiben Sie bitte, warum. Es darf ein Satz sein.")
        return redirect("admin:members_group_change", pk)
    return _acted(request, group, founding.decline(group, reason), "Nicht freigegeben. Ihre Antwort ist unterwegs.")


def remove(request: HttpRequest, pk: int) -> HttpResponse:
    group, key = get_object_or_404(Group, pk=pk), keys.number(request.POST.get("person", "")) or 0
    person = GroupMembership.objects.filter(group=group, pk=key).select_related("group", "address").first()
    if person is None:
        messages.warning(request, "Wählen Sie bitte, wer gehen soll.")
        return redirect("admin:members_group_change", pk)
    keep_out = "fuer-immer" in request.POST
    done = leaving.remove(person, by=request.user.get_username(), keep_out=keep_out)
    said = "Die Person gehört nicht mehr zur Gruppe. Sie erfährt nicht, warum."
    return _acted(request, group, done, f"{said} Hereingelassen wird sie auch später nicht." if keep_out else said)


def keep_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Says the same whoever it is: the desk does not tell whether somebody of this address has asked."""
    group = get_object_or_404(Group, pk=pk)
    try:
        email = addresses.normalise(request.POST.get("email", ""))
    except addresses.InvalidAddress as problem:
        messages.warning(request, problem.reason)
        return redirect("admin:members_group_change", pk)
    memberships.keep_out(group, email, request.user.get_username())
    return _acted(
        request, group, True, "Eine Adresse wird nicht hereingelassen. Wer unter ihr anfragt, merkt es nicht."
    )


def let_in_again(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Group, pk=pk)
    done = memberships.let_in_again(group, keys.number(request.POST.get("kept_out", "")) or 0)
    return _acted(request, group, done, "Diese Adresse darf wieder anfragen.")


def close(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Group, pk=pk)
    return _acted(request, group, leaving.close(group), "Die Gruppe ist zu Ende. Alle, die dabei waren, lesen es.")


def report_done(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GroupReport, pk=pk)
    done = reports.done(found, request.user.get_username())
    return _acted(request, found, done, "Erledigt.")


def _acted(request: HttpRequest, row: Model, done: bool, said: str) -> HttpResponse:
    if done:
        log(request, row, Action.CHANGED, said)
        messages.success(request, said)
    else:
        messages.warning(request, NOT_YET)
    return redirect(f"admin:members_{row._meta.model_name}_change", row.pk)

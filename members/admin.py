"""The members' list of the officers."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from kit.desk.admin import DeskAdmin, badge
from kit.desk.downloads import Downloadable, ListDownload
from members.desk import table
from members.desk import views as desk_views
from members.desk.forms import PROOF, SPOKEN, MemberForm, NewMemberForm
from members.forms import municipality_choices
from members.imports import views as import_views
from members.lookup import search
from members.lookup.status import STOPPED, status_of
from members.models import Member
from members.newsletters import admin as newsletter_admin  # noqa: F401 - registers itself


class ByTown(admin.SimpleListFilter):
    title = "Wohnort"
    parameter_name = "wohnort"
    nowhere = "-"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [*municipality_choices()[1:], (self.nowhere, "ohne Angabe")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        town = self.value()
        if not town:
            return queryset
        return queryset.filter(municipality="" if town == self.nowhere else town)


class ByPost(admin.SimpleListFilter):
    title = "Post"
    parameter_name = "post"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _condition) in STOPPED.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        stopped = STOPPED.get(self.value() or "")
        return queryset.active().filter(stopped[1](timezone.now())) if stopped else queryset  # type: ignore[attr-defined]


class ToPeople(ChangeList):
    """The list, each of whose lines leads to the page of the person."""

    def url_for_result(self, result: Any) -> str:
        return reverse("person", args=[result.pk])


@admin.register(Member)
class MemberAdmin(Downloadable, DeskAdmin):
    download = ListDownload("members.export_member", "mitglieder", "Mitglieder", table.HEADER, table.rows)
    list_display = ("who", "contact", "status", "town", "since")
    list_display_links = ("who", "contact")
    list_filter = ("state", ByPost, ByTown, "origin")
    list_select_related = ("address",)
    search_fields = ("name",)  # for the box; `get_search_results` searches
    search_help_text = "Name, Adresse oder Telefonnummer"
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("einlesen/", wrap(import_views.upload), name="members_import"),
            path("einlesen/uebernehmen/", wrap(import_views.take_over), name="members_import_take_over"),
            path("<int:pk>/abmelden/", wrap(desk_views.leave), name="members_leave"),
            path("<int:pk>/noch-einmal-fragen/", wrap(desk_views.ask_again), name="members_ask_again"),
            path("<int:pk>/pause/", wrap(desk_views.pause), name="members_pause"),
            path("<int:pk>/wieder-versuchen/", wrap(desk_views.retry), name="members_retry"),
            path("<int:pk>/nachweis/", wrap(desk_views.proof), name="members_proof"),
        ]
        return [*own, *super().get_urls()]

    # the list ------------------------------------------------------------------------------------------------

    @admin.display(description="Name", ordering="name")
    def who(self, member: Member) -> str:
        return member.name or "ohne Namen"

    @admin.display(description="Adresse", ordering="address__email")
    def contact(self, member: Member) -> str:
        return member.address.email if member.address else member.phone

    @admin.display(description="Stand", ordering="state")
    def status(self, member: Member) -> str:
        return badge(*status_of(member, timezone.now()))

    @admin.display(description="Wohnort", ordering="municipality")
    def town(self, member: Member) -> str:
        return member.town or "–"

    @admin.display(description="dabei seit", ordering="joined_at")
    def since(self, member: Member) -> str:
        return f"{timezone.localtime(member.joined_at):%d.%m.%Y}" if member.joined_at else "–"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ToPeople

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return search.found(queryset, search.wanted(search_term)), False  # type: ignore[arg-type]

    # one member ------------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """Members who have left can be viewed, not changed: their details are about to be deleted."""
        gone = obj is not None and obj.state == Member.State.LEFT
        return not gone and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).select_related("address")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        return MemberForm if change else NewMemberForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": NewMemberForm.field_order})]
        return [(None, {"fields": [*MemberForm.Meta.fields, *(["discreet"] if obj.address else [])]})]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form alone; everything else about a person, to read and to do, is on the person's page."""
        member = self.get_object(request, object_id) if request.method != "POST" else None
        if member and self.has_view_permission(request, member) and not self.has_change_permission(request, member):
            return redirect("person", member.pk)
        title = {"title": "Angaben ändern"}
        return super().change_view(request, object_id, form_url, title | (extra_context or {}))

    def response_change(self, request: HttpRequest, obj: Member) -> HttpResponse:
        messages.success(request, "Gespeichert.")
        return redirect("person", obj.pk)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": "Person eintragen"} | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        by = request.user.get_username()
        if change:
            form.store(by)
            return
        entered = form.enter(by)
        obj.pk, obj.address = entered.pk, entered.address

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue: str | None = None) -> HttpResponse:
        text = {
            PROOF: "Die Person ist dabei.",
            SPOKEN: "Die Person ist dabei. Sie bekommt keine Mails und steht bei jedem Treffen unter „Anrufen“.",
        }.get(request.POST.get("way", ""), "Die Person bekommt jetzt eine Mail. Der Link darin gilt drei Tage.")
        self.message_user(request, text, messages.SUCCESS)
        return redirect("person", obj.pk)

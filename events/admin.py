"""The officers' events: a list with all numbers, the form, and links to every page of an event."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from events import counting, door, editing, notices
from events.desk import overview, posters
from events.desk import page as desk_page
from events.desk import urls as desk_urls
from events.desk.event_forms import EventForm, as_template
from events.groups import admin as group_admin  # noqa: F401 - registers itself
from events.models import Event
from kit import keys
from kit.desk.admin import DeskAdmin, Renamed, badge
from kit.desk.conflicts import CLOSED, COPY


class Counted(ChangeList):
    """One page of events with their answers counted, in one query more however many there are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = counting.numbers_of(list(self.result_list))
        for event in self.result_list:
            event.numbers = found[event.pk]

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:event_overview", args=[result.pk])


class ByTime(admin.SimpleListFilter):
    title = "Wann"
    parameter_name = "wann"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("bald", "kommende"), ("vorbei", "vergangene")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        now = timezone.now()
        if self.value() == "bald":
            return queryset.filter(ends_at__gte=now)
        return queryset.filter(ends_at__lt=now) if self.value() == "vorbei" else queryset


@admin.register(Event)
class EventAdmin(Renamed, DeskAdmin):
    called = ("Treffen", "Treffen")  # the log keeps the model's name
    saves_itself = True
    list_display = ("title", "begins", "status", "answered", "seats", "childcare_seats")
    list_filter = (ByTime, "state")
    list_select_related = ("capacity",)
    search_fields = ("title", "place")
    empty_value_display = ""
    search_help_text = "Titel oder Ort"
    sortable_by = ()

    class Media:
        css = {"all": ["css/desk-events.css"]}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path(f"<int:pk>/{route}", wrap(view), name=f"event_{name}") for route, view, name in desk_urls.PAGES]
        return [*own, *super().get_urls()]

    # the list ------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Counted

    @admin.display(description="Wann")
    def begins(self, event: Event) -> str:
        return f"{timezone.localtime(event.begins_at):%d.%m.%Y, %H:%M}"

    @admin.display(description="Stand")
    def status(self, event: Event) -> str:
        return badge(*desk_page.status_of(event, timezone.now()))

    @admin.display(description="Antworten")
    def answered(self, event: Any) -> str:
        if event.state == Event.State.DRAFT:
            return ""
        numbers = event.numbers
        if not numbers.invited.total:
            return f"Noch niemand eingeladen. {desk_page.besides(numbers)}"
        # a number and its word stay together
        answers = ", ".join(f"{count}\u00a0{label}" for label, count in desk_page.answers_of(numbers) if count)
        return format_html("<b>{} eingeladen:</b> {}. {}", numbers.invited.total, answers, desk_page.besides(numbers))

    @admin.display(description="Plätze")
    def seats(self, event: Any) -> str:
        return _of(event.numbers.seats, event.capacity.total)

    @admin.display(description="Betreuung")
    def childcare_seats(self, event: Any) -> str:
        return (
            _of(event.numbers.childcare_seats, event.capacity.childcare_total)
            if event.capacity.childcare_total
            else "keine"
        )

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Coming events first, the next one on top; then past events, the latest on top."""
        coming = Case(When(ends_at__gte=timezone.now(), then=F("begins_at")))
        return [coming.asc(nulls_last=True), "-begins_at"]

    # one event -----------------------------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        return EventForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        events: QuerySet[Event] = super().get_queryset(request).select_related("capacity")
        return door.on_duty(events, timezone.now()) if desk_page.only_keeps_door(request.user) else events

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        model = request.GET.get("vorlage", "")
        event = self.get_object(request, model) if keys.number(model) else None
        return as_template(event) if event else {}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"title": "Neues Treffen"} | (extra_context or {})
        if request.method != "POST":
            return super().add_view(request, form_url, context)
        with transaction.atomic():
            editing.take_turns()
            known = editing.entered_as(request.POST.get("key", ""))
            if known and self.has_view_permission(request):
                return redirect("admin:event_overview", known.pk)
            return super().add_view(request, form_url, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event and not self.has_change_permission(request, event) and self.has_view_permission(request, event):
            return redirect("admin:event_overview", event.pk)
        if event and event.state == Event.State.CANCELLED:
            if request.method == "POST":
                sentence = f"Dieses Treffen ist abgesagt und bleibt, wie es ist. {COPY}"
                return self.to_read(request, CLOSED, sentence, 409)
            messages.warning(request, "Dieses Treffen ist abgesagt und bleibt, wie es ist.")
            return redirect("admin:event_overview", event.pk)
        title = {"title": "Treffen bearbeiten", "subtitle": None}
        return super().change_view(request, object_id, form_url, title | (extra_context or {}))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history names officers, so only officers see it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        capacity, childcare_seats = form.capacities
        if not change:
            obj.uid = form.cleaned_data["key"]
            editing.enter(obj, capacity, childcare_seats)
            return
        moved = editing.change(form.before, obj, capacity, childcare_seats)
        overview.say_who_moved_up(request, moved)
        if {"capacity", "childcare_total"} & set(form.changed_data):
            overview.say_who_is_over(request, obj)
        before = {name: getattr(form.before, name) for name in notices.TOLD}
        obj.is_moved = any(before[name] != getattr(obj, name) for name in notices.TOLD)

    def response_add(self, request: HttpRequest, obj: Event, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, "Gespeichert, als Entwurf. Noch sieht ihn niemand.")
        posters.tell_of_letters(request, obj)
        return redirect("admin:event_overview", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, "Gespeichert.")
        posters.tell_of_letters(request, obj)
        running = obj.state == Event.State.PUBLISHED and not obj.is_over(timezone.now())
        if obj.is_moved and running and obj.replies.expected().exists():
            return redirect("admin:event_tell", obj.pk)
        return redirect("admin:event_overview", obj.pk)


def _of(taken: int, capacity: int | None) -> str:
    return f"{taken} von {capacity}" if capacity is not None else f"{taken}"

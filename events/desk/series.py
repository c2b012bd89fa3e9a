"""A series in one step: from one event, drafts for the days that follow; then the offer to publish them together."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from events import lifecycle, wording
from events.desk import page as desk_page
from events.desk.series_form import Days, DaysFormSet, RhythmForm
from events.models import Event
from events.series import days, drafts
from kit import keys, local_time
from kit.desk.admin import log
from kit.desk.audit import Action

may_plan = permission_required(["events.add_event", "events.change_event"], raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@may_plan
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks how often, lists the days, and creates a draft for each that is ticked."""
    event = desk_page.one(pk)
    first = local_time.shown(event.begins_at).date()
    rhythm = RhythmForm(request.GET or None, first=first)
    context: dict[str, Any] = {"rhythm": rhythm, "key": request.POST.get("key") or uuid.uuid4()}
    if request.GET and rhythm.is_valid():
        wanted = rhythm.cleaned_data
        following = days.following(first, wanted["wie"], wanted["anzahl"], timezone.localdate())
        initial = [{"day": day} for day in following.found]
        formset = DaysFormSet(request.POST or None, initial=initial, form_kwargs={"event": event})
        if request.method == "POST" and formset.is_valid():
            return _enter(request, event, formset)
        context |= {"days": formset, "gaps": following.without, "missing": days.named(first, wanted["wie"])}
    return desk_page.page(request, event, "series", "Als Reihe anlegen", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_plan
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the new drafts; all of them are published by one press."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = [key for text in asked.getlist("nr")[: days.MOST] if (key := keys.number(text))]
    found = list(Event.objects.filter(pk__in=chosen, state=Event.State.DRAFT).order_by("begins_at", "pk"))
    if not found:
        messages.info(request, "Diese Entwürfe sind schon veröffentlicht oder gelöscht.")
        return redirect("admin:events_event_changelist")
    if request.method != "POST":
        context = {"drafts": [(draft, wording.when(draft)) for draft in found]}
        return desk_page.page(request, desk_page.one(pk), "series_drafts", _drafts(len(found)), context)
    with transaction.atomic():
        for draft in found:
            lifecycle.publish(draft)
            log(request, draft, Action.CHANGED, "Veröffentlicht.")
    are = "Ein Treffen ist" if len(found) == 1 else f"{len(found)} Treffen sind"
    messages.success(request, f"{are} veröffentlicht. Eingeladen ist noch niemand.")
    return redirect("admin:events_event_changelist")


def _enter(request: HttpRequest, event: Event, formset: Days) -> HttpResponse:
    with transaction.atomic():
        entered = drafts.enter(event, formset.chosen, formset.key)
        for draft in entered:
            log(request, draft, Action.ADDED, "Als Teil einer Reihe.")
    query = urlencode({"nr": [draft.pk for draft in entered]}, doseq=True)
    return redirect(f"{reverse('admin:event_series_publish', args=[event.pk])}?{query}")


def _drafts(number: int) -> str:
    return "Ein Entwurf ist angelegt" if number == 1 else f"{number} Entwürfe sind angelegt"

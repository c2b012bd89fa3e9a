"""The officers' overview of one event: publish, discard a draft, enter who came."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import counting, door, editing, event_mails, lifecycle, place, wording
from events.desk import page as desk_page
from events.desk.event_forms import CameForm
from events.desk.page import families, may_change_event, may_keep_door, may_view_event
from events.links import public_url
from events.models import Capacity, Event, Reply
from events.place import Told
from kit.desk.admin import log
from kit.desk.audit import Action
from kit.desk.editing import EditConflict
from mailings.desk.progress_pages import run_of


@require_safe
@may_view_event
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    return _overview(request, event, CameForm(instance=event))


@require_POST
@may_change_event
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if event.state == Event.State.DRAFT:
        with transaction.atomic():
            lifecycle.publish(event)
            log(request, event, Action.CHANGED, "Veröffentlicht.")
        messages.success(request, "Veröffentlicht. Eingeladen ist noch niemand.")
    return redirect("admin:event_overview", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("events.delete_event", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if event.state != Event.State.DRAFT:
        messages.warning(request, "Löschen lassen sich nur Entwürfe. Was öffentlich ist, können Sie absagen.")
        return redirect("admin:event_overview", pk)
    if request.method != "POST":
        return desk_page.page(request, event, "discard", "Entwurf löschen")
    try:
        with transaction.atomic():
            editing.discard(event)
            log(request, event, Action.DELETED, "Entwurf gelöscht.")
    except (editing.NotADraft, EditConflict):
        messages.warning(request, "Jemand anderes war schneller. Gelöscht haben Sie nichts.")
    else:
        messages.success(request, "Der Entwurf ist gelöscht.")
    return redirect("admin:events_event_changelist")


@require_POST
@may_keep_door
def came(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    form = CameForm(request.POST, instance=event)
    if not form.is_valid():
        return _overview(request, event, form)
    if event.state == Event.State.PUBLISHED and event.begins_at <= timezone.now():
        with transaction.atomic():
            adults, children = form.cleaned_data["came_adults"], form.cleaned_data["came_children"]
            editing.came(event, adults, children)
            log(request, event, Action.CHANGED, f"Gekommen: {wording.heads(adults or 0, children or 0)}.")
        messages.success(request, "Gespeichert.")
    return redirect("admin:event_overview", pk)


def tell_to_call(request: HttpRequest, replies: list[Reply]) -> None:
    """Names the households without an address, which must be called."""
    named = ", ".join(
        f"{reply.called} ({reply.shown_phone or 'ohne Nummer'})" for reply in replies if not reply.address_id
    )
    if named:
        messages.warning(request, f"Ohne E-Mail-Adresse, bitte anrufen: {named}.")


def say_who_moved_up(request: HttpRequest, moved: list[Reply]) -> None:
    if moved:
        have = "hat" if len(moved) == 1 else "haben"
        messages.success(
            request, f"{families(len(moved))} von der Warteliste {have} jetzt Platz und eine Mail bekommen."
        )
        tell_to_call(request, moved)


def say_who_is_over(request: HttpRequest, event: Event) -> None:
    """Fewer seats than families have take none away; the officer learns how many are over."""
    capacity = Capacity.objects.get(event=event)
    for taken, total, what in (
        (capacity.seats, capacity.total, "Plätze"),
        (capacity.childcare_seats, capacity.childcare_total, "Plätze in der Betreuung"),
    ):
        if total is not None and taken > total:
            text = f"Vergeben sind {taken} {what}, {taken - total} mehr als {total}. Niemand verliert seinen Platz."
            messages.warning(request, text)


def _overview(request: HttpRequest, event: Event, form: CameForm) -> HttpResponse:
    numbers, now = counting.numbers(event), timezone.now()
    own_mails = list(event.own_mails.all())
    may_call = request.user.has_perm("events.view_reply") and not event.is_over(now)
    context = {
        "form": form,
        "is_today": door.is_today(event, now),
        "where": wording.where(event, Told.NOW),
        "who_learns": event.get_place_for_others_display() if event.hide_place else "",
        "place_waits": place.waiting(event).count(),
        "answer_by": wording.until(event),
        "public_url": public_url(event),
        "lacks": _lacks(event),
        "heads": wording.heads(numbers.adults, sum(numbers.children)),
        "ticked": wording.heads(form.ticked.adults, form.ticked.children) if form.ticked else "",
        "came": wording.heads(event.came_adults or 0, event.came_children or 0),
        "by_band": desk_page.by_band(numbers),
        "capacity": event.capacity.total,
        "childcare_total": event.capacity.childcare_total,
        "free": _free(event.capacity.total, numbers.seats),
        "childcare_free": _free(event.capacity.childcare_total, numbers.childcare_seats),
        "unsent_mails": [mail for mail in own_mails if not mail.mailing_id],
        "may_thank": not any(mail.thanks for mail in own_mails) and event_mails.may_thank(event, now),
        "runs": [(mailing, run_of(mailing)) for mailing in event.mailings.order_by("-pk")],
        "to_call": desk_page.to_call(event) if may_call else [],
        "asks_who_came": event.state == Event.State.PUBLISHED and event.begins_at <= now,
    }
    return desk_page.page(request, event, "overview", event.title, context)


def _free(capacity: int | None, taken: int) -> int | None:
    return None if capacity is None else max(capacity - taken, 0)


def _lacks(event: Event) -> list[str]:
    """What a reader of the announcement would miss."""
    found = []
    if event.begins_at <= timezone.now():
        return ["Der Beginn liegt in der Vergangenheit."] if event.state == Event.State.DRAFT else []
    if event.state == Event.State.CANCELLED:
        return []
    if not (event.place or event.address or event.online_link):
        found.append("Es steht noch kein Ort da.")
    if event.kind == Event.Kind.ONLINE and not event.online_link:
        found.append("Der Link zur Videokonferenz fehlt.")
    return found

"""The list for the door: a page to tick on a phone and to print, and files for a spreadsheet program."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import door, wording
from events.answering import arrivals, phone_answers
from events.answering.answers import Party, TooLate
from events.answering.arrival_form import ArrivalForm
from events.desk import page as desk_page
from events.desk.overview import say_who_is_over
from events.desk.page import may_keep_door
from events.models import Event, Reply
from kit import keys
from kit.desk import downloads
from kit.desk.admin import log
from kit.desk.audit import Action

# For families that come unannounced.
BLANK_LINES = 4
# Two buttons of the form for those who come unannounced, if a household of that name has answered something else.
SAME, ANOTHER = "dieselbe", "andere"
_SO_FAR = {
    Reply.State.OPEN: "hatte nicht geantwortet",
    Reply.State.NO: "hatte abgesagt",
    Reply.State.CANCELLED: "hatte abgesagt",
    Reply.State.WAITING: "stand auf der Warteliste",
}
_NOT_TAKEN_AWAY = (
    "Gestrichen ist nichts. Das geht nur bei Familien, die an der Tür dazugekommen sind: erst „Da“ zurücknehmen, "
    "dann streichen."
)
_OVER = "Das Treffen ist vorbei. Zählen Sie diese Familie unter „Wie viele kamen wirklich?“ mit."
_CLOSED = "Hier können Sie gerade nicht abhaken. Das geht ab dem Tag vorher, wenn das Treffen stattfindet."
_COMES_NO_MORE = "Dieses Häkchen zählt nicht: Die Familie hat inzwischen abgesagt. Laden Sie die Seite neu."
_TICKED_LATER = "Jemand hat diese Familie nach Ihnen anders abgehakt. Das gilt jetzt."


@require_safe
@may_keep_door
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Helpers keep the door without seeing an address, and download no list (S-06)."""
    event = desk_page.one(pk)
    if _is_script(request):
        return _state(event)
    return _page(request, event, _new_form(event))


@require_POST
@may_keep_door
def tick(request: HttpRequest, pk: int, reply_pk: int) -> HttpResponse:
    """The household is here, or is not after all. The script learns how the whole list stands; others come back to
    the row. Both learn why a tick was not taken.
    """
    event = desk_page.one(pk)
    refusal = _tick(request, event, reply_pk)
    if _is_script(request):
        return _state(event, refusal)
    if refusal:
        messages.warning(request, refusal)
    return _back(pk, reply_pk)


@require_POST
@may_keep_door
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody whom nobody expected is here. If a household of that name has not said yes, the page asks whether it is
    this one. The log holds numbers, no names.
    """
    event = desk_page.one(pk)
    form = ArrivalForm(request.POST, event=event)
    if not arrivals.is_open(event, timezone.now()):
        messages.warning(request, _CLOSED)
        return redirect("admin:event_door", pk)
    if not form.is_valid():
        return _page(request, event, form)
    known = arrivals.named(event, form.cleaned_data["name"])
    if known and ANOTHER not in request.POST and SAME not in request.POST:
        return _page(request, event, form, known)
    party = form.party()
    try:
        with transaction.atomic():
            reply = _arrived(request, event, form)
            log(request, event, Action.CHANGED, f"An der Tür dazugekommen: {_numbers(party)}.")
    except TooLate:
        messages.warning(request, _OVER)
        return redirect("admin:event_door", pk)
    messages.success(request, f"{form.cleaned_data['name']} ist da: {_numbers(party)}.")
    say_who_is_over(request, event)
    return _back(pk, reply.pk)


@require_POST
@may_keep_door
def take_away(request: HttpRequest, pk: int, reply_pk: int) -> HttpResponse:
    """Somebody was added by mistake."""
    event = desk_page.one(pk)
    try:
        with transaction.atomic():
            reply = arrivals.take_away(event, reply_pk) if arrivals.is_open(event, timezone.now()) else None
            if reply:
                log(request, event, Action.CHANGED, "An der Tür wieder gestrichen: eine Familie.")
    except TooLate:
        reply = None
    if reply:
        messages.success(request, f"{reply.name} steht nicht mehr auf der Liste.")
    else:
        messages.warning(request, _NOT_TAKEN_AWAY)
    return redirect("admin:event_door", pk)


def _download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    event = desk_page.one(pk)
    what = f"Liste für die Tür zu Veranstaltung {pk}"
    with transaction.atomic():
        return downloads.response(request, kind, event.slug, door.HEADER, door.rows(event), what=what, about=event)


download = downloads.guarded(desk_page.MAY_EXPORT, _download)


def _arrived(request: HttpRequest, event: Event, form: ArrivalForm) -> Reply:
    """The household of the form: the one that was chosen, or a new one."""
    party, details, by = form.party(), form.details(), request.user.get_username()
    chosen = keys.number(request.POST.get(SAME, ""))
    known = arrivals.come_after_all(event, chosen, details.name, party, by) if chosen else None
    return known or arrivals.add(event, form.cleaned_data["key"], party, details, by)


def _page(request: HttpRequest, event: Event, form: ArrivalForm, known: Sequence[Reply] = ()) -> HttpResponse:
    may_take_away = request.user.has_perm("events.view_reply")
    found = door.households(event, by_address=may_take_away)
    now = timezone.now()
    context = {
        "households": found,
        "together": door.together(found),
        "count": door.headcount(found),
        "is_open": arrivals.is_open(event, now),
        "form": form if arrivals.takes_more(event) else None,
        "known": [(reply.pk, _SO_FAR[Reply.State(reply.state)]) for reply in known],
        "walk_ins": set(arrivals.walk_ins(event).values_list("pk", flat=True)) if arrivals.takes_more(event) else (),
        "downloads": desk_page.downloads_of(request, event, "door_file"),
        "has_childcare": bool(event.capacity.childcare_total),
        "blank_lines": range(BLANK_LINES),
        "now": now,
        "milliseconds": int(now.timestamp() * 1000),
    }
    return desk_page.page(request, event, "door", "Liste für die Tür", context)


def _tick(request: HttpRequest, event: Event, reply_pk: int) -> str:
    """Why the tick was not taken; "" if the household stands on the list as it says."""
    if not arrivals.is_open(event, timezone.now()):
        return _CLOSED
    here = {"ja": True, "nein": False}.get(request.POST.get("da", ""))
    if here is None or arrivals.tick(event, reply_pk, _tapped_at(request), here=here):
        return ""
    household = event.replies.coming().filter(pk=reply_pk).first()
    if household is None:
        return _COMES_NO_MORE
    return "" if here == (household.arrived_at is not None) else _TICKED_LATER


def _state(event: Event, refusal: str = "") -> JsonResponse:
    """The counts of those who are here, for the script; numbers only. `refusal`: why its tick was not taken."""
    found = door.households(event)
    here = [each.pk for each in found if each.here]
    return JsonResponse({"here": here, "count": asdict(door.headcount(found)), "refusal": refusal})


def _is_script(request: HttpRequest) -> bool:
    return not request.accepts("text/html")


def _tapped_at(request: HttpRequest) -> datetime | None:
    """The moment of the tap by the server's clock, in milliseconds: the script reckons it from the page's own."""
    typed = request.POST.get("um", "")
    return datetime.fromtimestamp(int(typed) / 1000, UTC) if typed.isdecimal() and len(typed) < 14 else None


def _new_form(event: Event) -> ArrivalForm:
    return ArrivalForm(event=event, initial={"key": phone_answers.new_key(), "adults": 1})


def _numbers(party: Party) -> str:
    return wording.party(party.adults, party.children, party.childcare)


def _back(pk: int, reply_pk: int) -> HttpResponse:
    return redirect(f"{reverse('admin:event_door', args=[pk])}#familie-{reply_pk}")

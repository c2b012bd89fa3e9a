"""The officers' pages of answers and waiting list. Remarks are shown only to those who may read them (P-24)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from events import counting, wording
from events.answering import answers, mails, seats, table
from events.desk import overview
from events.desk import page as desk_page
from events.desk.page import families, may_view_answers
from events.models import Event, Reply, ReplyQuerySet, WaitingListEntry
from kit.desk import downloads
from kit.desk.admin import log
from kit.desk.audit import Action

PER_PAGE = 50
BADGES = {
    Reply.State.OPEN: "",
    Reply.State.YES: "badge-fresh",
    Reply.State.NO: "",
    Reply.State.WAITING: "badge-old",
    Reply.State.CANCELLED: "badge-off",
}


class _Wanted:
    """Which answers the page shows: those of one state, and those in which all words are found."""

    def __init__(self, asked: QueryDict) -> None:
        state = asked.get("stand", "")
        self.state = state if state in Reply.State.values else ""
        self.words = " ".join(asked.get("suche", "").replace("\0", "").split())[:100]

    def of(self, event: Event) -> ReplyQuerySet:
        # Households that only asked for the link are not counted, and not named.
        found = event.replies.exclude(state=Reply.State.OPEN, invited_at=None)
        if self.state:
            found = found.filter(state=self.state)
        for word in self.words.split():
            found = found.filter(Q(name__icontains=word) | Q(address__email__icontains=word) | Q(phone__icontains=word))
        return found.order_by(F("answered_at").desc(nulls_last=True), "name", "pk")


@require_safe
@may_view_answers
def replies(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    wanted = _Wanted(request.GET)
    found = wanted.of(event).select_related("address", "waiting_list_entry")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    query = urlencode({"stand": wanted.state, "suche": wanted.words})
    context = {
        "state": wanted.state,
        "wanted": wanted.words,
        "query": query,
        "states": _states(event),
        "page": page,
        "replies": [_shown(reply) for reply in page],
        "may_enter": request.user.has_perm("events.change_reply"),
        "downloads": desk_page.downloads_of(request, event, "replies_file", query) if page.object_list else [],
    }
    return desk_page.page(request, event, "replies", "Antworten", context)


def _download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    event = desk_page.one(pk)
    wanted = _Wanted(request.GET)
    what = f"Antworten zu Veranstaltung {pk}{', gefiltert' if wanted.state or wanted.words else ''}"
    rows = table.rows(wanted.of(event))
    with transaction.atomic():
        name = f"{event.slug}-antworten"
        return downloads.response(request, kind, name, table.HEADER, rows, what=what, about=event)


download = downloads.guarded(desk_page.MAY_EXPORT, _download)


@require_safe
@may_view_answers
def waiting_list(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    now = timezone.now()
    entries = list(event.waiting_list.select_related("reply__address").order_by("since", "reply"))
    rows = [_waiting_row(event, entry) for entry in entries]
    context = {
        "rows": rows,
        "free": event.capacity.free,
        "childcare_free": event.capacity.childcare_free,
        "childcare_total": event.capacity.childcare_total,
        "by_itself": seats.may_move_up(event, now),
        "may_move_up": seats.may_move_up(event, now, late=True) and request.user.has_perm("events.change_reply"),
        "fits": any(row["fits"] for row in rows),
    }
    return desk_page.page(request, event, "waiting_list", "Warteliste", context)


@require_POST
@desk_page.may_enter_answers
def move_up(request: HttpRequest, pk: int) -> HttpResponse:
    """After the day for answers: families that fit get the free seats, in order; a second click moves nobody up."""
    event = desk_page.one(pk)
    with transaction.atomic():
        seats.lock(event)
        moved = seats.move_up(event, late=True)
        for reply in moved:
            mails.moved_up(reply)
        if moved:
            log(request, event, Action.CHANGED, f"Nachgerückt: {families(len(moved))}.")
    overview.say_who_moved_up(request, moved)
    if not moved:
        messages.warning(request, "Gerade passt niemand aus der Warteliste auf die freien Plätze.")
    return redirect("admin:event_line", pk)


def _states(event: Event) -> list[tuple[str, str, int]]:
    """The choices of the filter with their numbers, equal to the numbers on the page."""
    numbers = counting.numbers(event)
    both = [numbers.invited, numbers.unasked]
    counts = {
        "yes": sum(states.yes for states in both),
        "waiting": sum(states.waiting for states in both),
        "no": sum(states.no for states in both),
        "cancelled": sum(states.cancelled for states in both),
        "open": sum(states.unanswered for states in both),
    }
    labels = {"yes": "kommen", "waiting": "warten", "no": "können nicht", "cancelled": "abgesagt", "open": "offen"}
    return [("", "alle", sum(counts.values())), *((state, labels[state], count) for state, count in counts.items())]


def _shown(reply: Reply) -> dict[str, object]:
    entry = answers.waiting_list_entry_of(reply)
    return {
        "reply": reply,
        "style": BADGES[Reply.State(reply.state)],
        "who": wording.party(reply.adults, reply.children, reply.childcare) if reply.seats else "",
        "wants": wording.party(entry.adults, entry.children, entry.childcare) if entry else "",
    }


def _waiting_row(event: Event, entry: WaitingListEntry) -> dict[str, object]:
    reply, free = entry.reply, event.capacity.free
    fits = entry.childcare_seats - reply.childcare_seats <= event.capacity.childcare_free and (
        free is None or entry.seats - reply.seats <= free
    )
    return {
        "since": entry.since,
        "reply": reply,
        "wants": wording.party(entry.adults, entry.children, entry.childcare),
        "has": wording.party(reply.adults, reply.children, reply.childcare) if reply.seats else "",
        "fits": fits,
    }

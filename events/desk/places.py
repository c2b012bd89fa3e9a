"""Hidden places: an officer says yes to a household without an invitation, and the place is mailed to it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import approvals, place, wording
from events.desk import page as desk_page
from events.desk.page import may_enter_answers, may_view_answers
from events.models import Event, Reply
from kit.desk.admin import log
from kit.desk.audit import Action


@require_safe
@may_view_answers
def places(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if not event.hide_place:
        return redirect("admin:event_overview", pk)
    households = place.waiting(event).select_related("address").order_by("answered_at", "pk")
    context = {
        "households": [(reply, wording.party(reply.adults, reply.children, reply.childcare)) for reply in households],
        "told": event.replies.exclude(place_told_at=None).count(),
        "by_itself": event.place_for_others == Event.PlaceForOthers.DAY_BEFORE,
        "is_known": place.is_known(event),
        "may_tell": _is_running(event) and request.user.has_perms(["events.view_reply", "events.change_reply"]),
    }
    return desk_page.page(request, event, "places", "Wer den Ort erfährt", context)


@require_POST
@may_enter_answers
def tell_place(request: HttpRequest, pk: int, reply_pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    reply: Reply | None = None
    if _is_running(event):
        with transaction.atomic():
            reply = approvals.approve(event, reply_pk)
            if reply:
                log(request, event, Action.SENT, "Wo es ist, an eine Familie.")
    if reply:
        messages.success(request, f"Die Mail mit dem Ort geht jetzt an {reply.called}.")
    else:
        messages.warning(request, "Diese Familie kommt nicht mehr oder weiß den Ort schon. Verschickt ist nichts.")
    return redirect("admin:event_places", pk)


def _is_running(event: Event) -> bool:
    return event.state == Event.State.PUBLISHED and not event.is_over(timezone.now())

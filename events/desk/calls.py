"""Whom to call about an event: members without e-mail, with the number to tap and the answer one tap away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.desk import page as desk_page
from events.desk.page import may_enter_answers
from events.desk.phone_answers import answer_so_far, may_view_members
from events.models import Event, Reply
from members.models import Member


@require_safe
@may_enter_answers
@may_view_members
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who have not answered come first. Two queries, however many there are."""
    event = desk_page.one(pk)
    if event.state != Event.State.PUBLISHED or event.is_over(timezone.now()):
        return redirect("admin:event_overview", pk)
    callers = list(Member.objects.active().callers().order_by("name", "pk"))
    replies = {reply.caller_id: reply for reply in event.replies.exclude(caller=None)}
    rows = [_row(caller, replies.get(caller.pk)) for caller in callers]
    context = {
        "to_call": [row for row in rows if not row["answered"]],
        "called": [row for row in rows if row["answered"]],
    }
    return desk_page.page(request, event, "calls", "Anrufen", context)


def _row(caller: Member, reply: Reply | None) -> dict[str, object]:
    answered = reply is not None and reply.state != Reply.State.OPEN
    answer = answer_so_far(reply) if answered else "noch offen"
    return {"member": caller, "answered": answered, "answer": answer}

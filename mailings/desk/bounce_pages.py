"""The officers' pages of what came back: a held group to decide on, and an address to try again."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.admin import log
from kit.desk.audit import Action, record
from kit.local_time import moment_in
from mailings.desk import failures
from mailings.models import Address, BounceGroup, Delivery, Feedback
from mailings.returns import bounce_groups

State = BounceGroup.State
SEVERAL = 10  # rows of what came back, and different answers of a server, that a page shows
# The entry in the history, and the message for the officer.
_DECISIONS = {
    State.DROPPED: ("Nicht gesperrt.", "Nicht gesperrt. Die nächste Mail geht wieder an alle diese Adressen."),
    State.BLOCKED: ("Gesperrt.", "Gesperrt. An diese Adressen geht keine Mail mehr."),
}


def waiting_or_decided() -> QuerySet[BounceGroup]:
    return bounce_groups.counted(BounceGroup.objects.exclude(state=State.COUNTS)).select_related("mailing")


@require_safe
@permission_required("mailings.view_bouncegroup", raise_exception=True)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(waiting_or_decided(), pk=pk)
    said = group.feedback.exclude(words="").order_by().values_list("words")
    context = {
        **admin.site.each_context(request),
        "title": bounce_groups.headline(group),
        "opts": BounceGroup._meta,
        "group": group,
        "answers": said.annotate(number=Count("pk")).order_by("-number", "words")[:SEVERAL],
        "copies_url": f"{reverse('admin:mailings_delivery_changelist')}?feedback__group={pk}",
    }
    return render(request, "admin/mailings/bounces.html", context)


@require_POST
@permission_required("mailings.change_bouncegroup", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(waiting_or_decided(), pk=pk)
    state = request.POST.get("state")
    if state not in _DECISIONS:
        return HttpResponseBadRequest()
    noted, told = _DECISIONS[State(state)]
    with transaction.atomic():
        decided = bounce_groups.decide(group, State(state))
        if decided:
            log(request, group, Action.CHANGED, noted)
    if decided:
        messages.success(request, told)
    else:
        messages.warning(request, "Das ist schon entschieden. Geändert haben Sie nichts.")
    return redirect("admin:mailings_bounces", pk)


@require_POST
@permission_required("mailings.change_delivery", raise_exception=True)
def tick_off(request: HttpRequest) -> HttpResponse:
    """`until` is when the list was shown: what has failed since stays on "Heute"."""
    until = moment_in(request.POST.get("until", "")[:40])
    if until is None or until > timezone.now():
        return HttpResponseBadRequest()
    with transaction.atomic():
        number = failures.tick_off(until)
        if number:
            record(request.user, Action.CHANGED, f"Nicht angekommene Mails abgehakt: {number}")
    if number:
        messages.success(request, "Abgehakt. Unter „Mails“ stehen sie weiterhin.")
    else:
        messages.warning(request, "Das war schon abgehakt.")
    return redirect("admin:index")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("mailings.change_delivery", raise_exception=True)
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    copies = Delivery.objects.select_related("address").exclude(address=None)
    delivery = get_object_or_404(copies, pk=pk)
    assert delivery.address
    return retry(request, delivery.address, delivery, reverse("admin:mailings_delivery_change", args=[pk]))


def retry(request: HttpRequest, address: Address, row: Model, back: str) -> HttpResponse:
    """Says why the address is blocked, and what happens next; POST lifts that, notes it at `row` and leads `back`."""
    if request.method == "POST":
        with transaction.atomic():
            lifted = bounce_groups.lift(address)
            if lifted:
                log(request, row, Action.CHANGED, "Sperre nach Rückläufer aufgehoben.")
        if lifted:
            messages.success(request, "Die nächste Mail geht wieder an diese Adresse.")
        else:
            messages.warning(request, "Diese Adresse war nicht gesperrt. Geändert haben Sie nichts.")
        return redirect(back)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Wieder versuchen",
        "opts": row._meta,
        "row": row,
        "address": address,
        "back": back,
        **returned(address.feedback.all()),
    }
    return render(request, "admin/mailings/retry.html", context)


def returned(feedback: QuerySet[Feedback]) -> dict[str, Any]:
    """The context of `admin/mailings/returned.html`: the latest of these, newest first."""
    return {"returned": feedback.select_related("group").order_by("-at", "-pk")[:SEVERAL]}

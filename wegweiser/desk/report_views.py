"""One report on the officers' desk: the changes, and the decision. A decision is final."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kit.desk.admin import log
from kit.desk.audit import Action
from wegweiser import differences
from wegweiser.models import Provider, Submission
from wegweiser.reporting import reports

officers_only = permission_required("wegweiser.change_submission", raise_exception=True)
TOO_LATE = "Das ist schon entschieden. Geändert haben Sie nichts."


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Warum nicht?",
        help_text="Der Satz steht in der Mail an die Person, die es gemeldet hat.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Schreiben Sie einen Satz, warum nicht."},
    )


@require_safe
@officers_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _report(pk), DeclineForm())


@require_POST
@officers_only
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    submission = _report(pk)
    try:
        with transaction.atomic():
            by = request.user.get_username()
            offer = reports.publish(submission, by, ask_yearly="yearly" in request.POST)
            log(request, submission, Action.CHANGED, "Übernommen.")
            log(request, offer, Action.CHANGED, f"Aus Meldung {pk} übernommen.")
    except reports.AlreadyDecided:
        messages.warning(request, TOO_LATE)
        return redirect("admin:wegweiser_report", pk)
    messages.success(request, f"„{offer.title}“ steht jetzt so im Wegweiser. Wer es gemeldet hat, bekommt Bescheid.")
    return redirect("admin:wegweiser_submission_changelist")


@require_POST
@officers_only
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    submission, form = _report(pk), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, form)
    try:
        with transaction.atomic():
            reports.decline(submission, request.user.get_username(), form.cleaned_data["reason"])
            log(request, submission, Action.CHANGED, "Nicht übernommen.")
    except reports.AlreadyDecided:
        messages.warning(request, TOO_LATE)
        return redirect("admin:wegweiser_report", pk)
    messages.success(request, "Die Meldung ist abgelehnt. Wer es gemeldet hat, bekommt Bescheid.")
    return redirect("admin:wegweiser_submission_changelist")


def _report(pk: int) -> Submission:
    return get_object_or_404(Submission.objects.select_related("offer__provider__address", "address"), pk=pk)


def _page(request: HttpRequest, submission: Submission, form: DeclineForm) -> HttpResponse:
    waiting = submission.state == Submission.State.WAITING
    offer = submission.offer if waiting else None
    name = submission.fields.get("provider")
    provider = offer.provider if offer and not name else Provider.objects.filter(name=name).first()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": str(submission.offer or submission),
        "opts": Submission._meta,
        "submission": submission,
        "offer": submission.offer,
        "is_change": bool(offer),
        "is_new": offer is None,
        "waiting": waiting,
        "rows": differences.between(offer.contents() if offer else {}, submission.fields),
        "nobody_asked": provider is None or provider.address_id is None,
        "form": form,
    }
    return render(request, "admin/wegweiser/report.html", context)

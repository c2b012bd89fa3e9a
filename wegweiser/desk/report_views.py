"""One report on the officers' desk: the changes, the correction, the decision. A decision is final. And one hint."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.admin import log
from kit.desk.audit import Action
from kit.desk.editing import EditConflict
from wegweiser import curation, differences
from wegweiser.bulk import HINTS, Order
from wegweiser.desk import on_paper
from wegweiser.desk.forms import OfficialOfferForm
from wegweiser.models import Hint, Provider, Submission, Topic
from wegweiser.reporting import reports
from wegweiser.reporting.forms import initial_of

officers_only = permission_required("wegweiser.change_submission", raise_exception=True)
TOO_LATE = "Das ist schon entschieden. Geändert haben Sie nichts."
CHANGED = (
    "Jemand hat das Angebot inzwischen geändert. Was Sie geschrieben haben, steht noch da. "
    "Sehen Sie nach, was heute gilt, und drücken Sie dann noch einmal."
)


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
    return _published(request, _report(pk))


def _published(request: HttpRequest, submission: Submission, **corrected: Any) -> HttpResponse:
    how = "Berichtigt und übernommen." if corrected else "Übernommen."
    try:
        with transaction.atomic():
            by = request.user.get_username()
            offer = reports.publish(submission, by, ask_yearly="yearly" in request.POST, **corrected)
            log(request, submission, Action.CHANGED, how)
            log(request, offer, Action.CHANGED, f"Aus Meldung {submission.pk}: {how}")
    except reports.AlreadyDecided:
        messages.warning(request, TOO_LATE)
        return redirect("admin:wegweiser_report", submission.pk)
    messages.success(request, f"„{offer.title}“ steht jetzt so im Wegweiser. Wer es gemeldet hat, bekommt Bescheid.")
    on_paper.tell(request, offer.contents().values())
    return redirect("admin:wegweiser_submission_changelist")


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A form with what was reported, to correct before it is published. The report itself stays as it came."""
    submission = _report(pk)
    if submission.state != Submission.State.WAITING:
        messages.warning(request, TOO_LATE)
        return redirect("admin:wegweiser_report", pk)
    now = submission.offer.contents() if submission.offer else {}
    form = OfficialOfferForm(request.POST or None, initial=initial_of(now | submission.fields))
    conflict = False
    seen = request.POST.get("seen", "") if request.method == "POST" else reports.version(submission.offer)
    if request.method == "POST" and form.is_valid():
        try:
            return _published(request, submission, corrected=form.contents(), seen=seen)
        except EditConflict:
            messages.error(request, CHANGED)
            seen, conflict = reports.version(submission.offer), True
    context = {
        **_context(request, submission),
        "title": "Berichtigen und veröffentlichen",
        "fields": _beside(form, submission, now),
        "shows_today": conflict,
        "form": form,
        "seen": seen,
        "yearly": "yearly" in request.POST if request.method == "POST" else None,
    }
    return render(request, "admin/wegweiser/correct.html", context)


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
    return render(request, "admin/wegweiser/report.html", _context(request, submission) | {"form": form})


def _context(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    waiting = submission.state == Submission.State.WAITING
    offer = submission.offer if waiting else None
    name = submission.fields.get("provider")
    provider = offer.provider if offer and not name else Provider.objects.filter(name=name).first()
    return {
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
    }


class Beside(NamedTuple):
    """A field of the form, and in words what was reported in it, and what the offer says today; None: nothing new."""

    field: forms.BoundField
    reported: str | None
    today: str


def _beside(form: OfficialOfferForm, submission: Submission, now: dict[str, Any]) -> list[Beside]:
    titles = dict(Topic.objects.values_list("slug", "title"))
    found = []
    for field in form:
        name = "email" if field.name == "contact" else field.name
        new = name in submission.fields and submission.fields[name] != now.get(name)
        reported = differences.words(name, submission.fields[name], titles) if new else None
        found.append(Beside(field, reported, differences.words(name, now.get(name), titles)))
    return found


@require_POST
@permission_required("wegweiser.change_hint", raise_exception=True)
def hint_done(request: HttpRequest, pk: int) -> HttpResponse:
    return _ticked(request, pk, HINTS.orders["done"])


@require_POST
@permission_required("wegweiser.change_hint", raise_exception=True)
def hint_reopened(request: HttpRequest, pk: int) -> HttpResponse:
    return _ticked(request, pk, Order(curation.reopen, "", "Wieder offen."))


def _ticked(request: HttpRequest, pk: int, order: Order) -> HttpResponse:
    hint = get_object_or_404(Hint, pk=pk)
    with transaction.atomic():
        changed = order.rule(hint, request.user.get_username())
        if changed:
            log(request, hint, Action.CHANGED, order.done)
    if changed:
        messages.success(request, order.done)
    else:
        messages.warning(request, "Das war schon so. Geändert ist nichts.")
    return redirect("admin:wegweiser_hint_change", hint.pk)

"""A Rundmail on its way, as pages: how far it is, what went wrong, and the buttons to hold, go on and stop."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from mailings import runs
from mailings.admin import log
from mailings.models import Delivery, Line, Mailing
from members import mishaps
from members.models import Newsletter
from members.newsletter_views import for_whom, officers_only, people

State = Delivery.State
NOT_ARRIVED = [State.FAILED, State.BOUNCED, State.COMPLAINED]
PER_PAGE = 50

# Failures first. In the end the outcomes are shown also when they are 0.
_OUTCOMES = [
    ("sind zurückgekommen", State.BOUNCED),
    ("wurden nicht angenommen", State.FAILED),
    ("als unerwünscht gemeldet", State.COMPLAINED),
    ("nicht gesendet: abgemeldet, pausiert oder gestoppt", State.CANCELLED),
    ("haben sich danach abgemeldet", "left"),
]
_WAITING = [("warten", State.QUEUED), ("sind angehalten", State.HELD), ("werden gerade gesendet", State.SENDING)]


def standing(numbers: dict[str, int]) -> tuple[str, str]:
    """How a run stands, and the look of the badge that says so."""
    if runs.is_finished(numbers):
        return "fertig", "badge-fresh"
    held = numbers[State.HELD] and not numbers[State.QUEUED]
    return "angehalten" if held else "unterwegs", "badge-old"


@require_safe
@officers_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter, mailing = _sent(pk)
    rows = mailing.deliveries.filter(state__in=NOT_ARRIVED).select_related("address__member")
    page = Paginator(rows.prefetch_related("feedback").order_by("pk"), PER_PAGE).get_page(request.GET.get("seite"))
    run = _run(mailing)
    context = {
        **admin.site.each_context(request),
        "title": newsletter.subject,
        "newsletter": newsletter,
        "for_whom": for_whom(newsletter),
        "run": run,
        "known": run["lost"],
        "page": page,
        "failures": [_failure(delivery) for delivery in page],
    }
    return render(request, "admin/members/newsletter/progress.html", context)


@require_safe
@officers_only
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers alone, for the script that keeps them moving; `fehler` is how many the page has shown."""
    newsletter, mailing = _sent(pk)
    known = request.GET.get("fehler", "")
    run = _run(mailing)
    context = {"newsletter": newsletter, "run": run, "known": int(known) if known.isdecimal() else run["lost"]}
    return render(request, "admin/members/newsletter/numbers.html", context)


@require_POST
@officers_only
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, runs.hold, "Angehalten", "Angehalten. Was gerade gesendet wird, kommt noch an.")


@require_POST
@officers_only
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, runs.go_on, "Fortgesetzt", "Es geht weiter.")


@require_POST
@officers_only
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, runs.stop, "Gestoppt", "Gestoppt. Wer noch keine hatte, bekommt keine mehr.")


def _act(request: HttpRequest, pk: int, deed: Callable[[Mailing], int], noted: str, told: str) -> HttpResponse:
    """Whoever comes second, or too late, is told so; nothing is noted then."""
    newsletter, mailing = _sent(pk)
    with transaction.atomic():
        number = deed(mailing)
        if number:
            log(request, newsletter, CHANGE, f"{noted}, {people(number)}.")
    if number:
        messages.success(request, told)
    else:
        messages.warning(request, "Da war nichts mehr zu tun. So steht es jetzt.")
    return redirect("admin:newsletter_progress", pk)


def _sent(pk: int) -> tuple[Newsletter, Mailing]:
    newsletter = get_object_or_404(Newsletter.objects.select_related("mailing"), pk=pk)
    if newsletter.mailing is None:
        raise Http404
    return newsletter, newsletter.mailing


def _run(mailing: Mailing) -> dict[str, object]:
    counts = runs.counts(mailing)
    finished = runs.is_finished(counts)
    rows = _OUTCOMES if finished else [row for row in [*_OUTCOMES, *_WAITING] if counts[row[1]]]
    text, style = standing(counts)
    return {
        "counts": counts,
        "standing": text,
        "style": style,
        "finished": finished,
        "lost": sum(counts[state] for state in NOT_ARRIVED),
        "handed_over": counts[State.SENT] + counts[State.BOUNCED] + counts[State.COMPLAINED],
        "rows": [(label, counts[state], counts[state] and state in NOT_ARRIVED) for label, state in rows],
        "down": None if finished else Line.objects.filter(down_since__isnull=False).first(),
    }


def _failure(delivery: Delivery) -> dict[str, object]:
    address = delivery.address
    return {
        "email": address.email if address else "gelöscht",
        "member": getattr(address, "member", None),
        "mishap": mishaps.of(delivery),
        "answer": delivery.answer,
    }

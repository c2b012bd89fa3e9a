"""The pages of a mailing on its way, shared by newsletters and events: progress, failures, hold, resume, stop."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST, require_safe

from kit.desk.admin import StatusBadge, log
from kit.desk.audit import Action
from mailings.desk.failures import FAULTS, failure_of, words_of
from mailings.models import Delivery, Mailing, RelayStatus
from mailings.sending import run_control

View = Callable[..., HttpResponse]
State = Delivery.State
PER_PAGE = 50

# Failures first. Once the run is finished, outcomes are shown even if they are 0.
_OUTCOMES = [
    ("sind zurückgekommen", State.BOUNCED),
    ("wurden nicht angenommen", State.FAILED),
    ("als unerwünscht gemeldet", State.COMPLAINED),
    ("nicht gesendet: abgemeldet, pausiert oder gestoppt", State.CANCELLED),
    ("haben sich danach abgemeldet", "left"),
]
_WAITING = [("warten", State.QUEUED), ("sind angehalten", State.HELD), ("werden gerade gesendet", State.SENDING)]
# The action, the entry in the history, and the message for the officer.
_ORDERS: dict[str, tuple[Callable[[Mailing], int], str, str]] = {
    "hold": (run_control.hold, "Angehalten", "Angehalten. Was gerade gesendet wird, kommt noch an."),
    "resume": (run_control.resume, "Fortgesetzt", "Es geht weiter."),
    "stop": (run_control.stop, "Gestoppt", "Gestoppt. Wer noch keine hatte, bekommt keine mehr."),
}
VIEWS = ("progress", "numbers", *_ORDERS)


def status_of(numbers: dict[str, int]) -> StatusBadge:
    if run_control.is_finished(numbers):
        return StatusBadge("fertig", "badge-fresh")
    held = numbers[State.HELD] and not numbers[State.QUEUED]
    return StatusBadge("angehalten" if held else "unterwegs", "badge-old")


def views(
    permitted: Callable[[View], View], sent: Callable[..., tuple[Any, Mailing]], show: View, url_names: list[str]
) -> tuple[View, ...]:
    """The VIEWS of one kind of mailing, behind the decorator `permitted`; `url_names` are their names in the admin.

    `sent` finds the row and its mailing by the keys in the URL; `show` renders the progress page of a row.
    """

    def links(keys: dict[str, int]) -> dict[str, str]:
        urls = [reverse(f"admin:{name}", kwargs=keys) for name in url_names]
        return dict(zip(VIEWS, urls, strict=True))

    def progress(request: HttpRequest, **keys: int) -> HttpResponse:
        row, mailing = sent(**keys)
        return show(request, row, _context(request, mailing) | {"links": links(keys)})

    def numbers(request: HttpRequest, **keys: int) -> HttpResponse:
        """The numbers alone, for the script that refreshes them; `fehler` is how many failures the page shows."""
        known = request.GET.get("fehler", "")
        run = run_of(sent(**keys)[1])
        context = {"run": run, "known": int(known) if known.isdecimal() else run["lost"], "links": links(keys)}
        return render(request, "admin/mailings/run/numbers.html", context)

    def order(name: str) -> View:
        def view(request: HttpRequest, **keys: int) -> HttpResponse:
            _carry_out(request, *sent(**keys), name)
            return redirect(links(keys)["progress"])

        return require_POST(permitted(view))

    return require_safe(permitted(progress)), require_safe(permitted(numbers)), *map(order, _ORDERS)


def _context(request: HttpRequest, mailing: Mailing) -> dict[str, Any]:
    rows = mailing.deliveries.filter(state__in=FAULTS).select_related("address")
    rows = rows.prefetch_related("feedback__group").order_by("pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
    run = run_of(mailing)
    urls = import_string(settings.PERSON_URLS)([delivery.address_id for delivery in page if delivery.address_id])
    failures = [_failure(delivery, urls) for delivery in page]
    return {"mailing": mailing, "run": run, "known": run["lost"], "page": page, "failures": failures}


def _carry_out(request: HttpRequest, row: Model, mailing: Mailing, order: str) -> None:
    """Carries out the order and logs it at `row`; if nothing was left to do, the officer is told and
    nothing is logged.
    """
    action, noted, told = _ORDERS[order]
    with transaction.atomic():
        number = action(mailing)
        if number:
            log(request, row, Action.CHANGED, f"{noted}, {people(number)}.")
    if number:
        messages.success(request, told)
    else:
        messages.warning(request, "Da war nichts mehr zu tun. So steht es jetzt.")


def people(number: int) -> str:
    return "1 Person" if number == 1 else f"{number} Personen"


def run_of(mailing: Mailing) -> dict[str, Any]:
    counts = run_control.counts(mailing)
    finished = run_control.is_finished(counts)
    rows = _OUTCOMES if finished else [row for row in [*_OUTCOMES, *_WAITING] if counts[row[1]]]
    text, style = status_of(counts)
    return {
        "counts": counts,
        "status": text,
        "style": style,
        "finished": finished,
        "lost": sum(counts[state] for state in FAULTS),
        "handed_over": counts[State.SENT] + counts[State.BOUNCED] + counts[State.COMPLAINED],
        "rows": [(label, counts[state], counts[state] and state in FAULTS) for label, state in rows],
        "down": None if finished else RelayStatus.objects.filter(down_since__isnull=False).first(),
    }


def _failure(delivery: Delivery, urls: dict[int, str]) -> dict[str, object]:
    address = delivery.address
    return {
        "email": address.email if address else "gelöscht",
        "person_url": urls.get(address.pk, "") if address else "",
        "failure": failure_of(delivery),
        "answer": words_of(delivery),
        "retry": reverse("admin:mailings_retry", args=[delivery.pk]) if address and address.bounced_at else "",
    }

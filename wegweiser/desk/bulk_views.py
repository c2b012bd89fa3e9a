"""Actions on many rows: the page that asks first and says how many, and the button that takes it back."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kit.desk.admin import log
from kit.desk.audit import Action
from wegweiser import bulk
from wegweiser.bulk import HINTS, OFFERS, Kind

SHOWN = 20
# Where the list of each kind stands, and where the last action on it is taken back.
_LISTS = {OFFERS.one: "admin:wegweiser_offer_changelist", HINTS.one: "admin:wegweiser_hint_changelist"}
_UNDO = {OFFERS.one: "admin:wegweiser_undo", HINTS.one: "admin:wegweiser_hint_undo"}


def ask_or_do(request: HttpRequest, kind: Kind, name: str, rows: QuerySet[Any]) -> HttpResponse | None:
    """Does what was chosen for one row; for several it asks first, and again if their number is another by then."""
    number = rows.count()
    if number > bulk.MOST:
        messages.error(request, f"Das wären {number} {kind.many}. Wählen Sie höchstens {bulk.MOST} auf einmal aus.")
        return None
    if request.POST.get("seen", "1") != str(number):
        return _ask(request, kind, name, rows, number)
    order = kind.orders[name]
    with transaction.atomic():
        changed = bulk.carry_out(order, rows.order_by("pk"), request.user.get_username())
        for row in changed:
            log(request, row, Action.CHANGED, order.done)
        way_back = kind.way_back(changed)
    if changed:
        said = f"{kind.in_words(len(changed))}: {order.done}"
        request.session[_key(kind)] = {"way_back": way_back, "what": said}
        messages.success(request, said)
    else:
        messages.warning(request, "Das war schon so. Geändert ist nichts.")
    return None


def undo_of(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """What can be taken back in this session, and where; empty if nothing can."""
    what = request.session.get(_key(kind), {}).get("what")
    return {"what": what, "url": reverse(_UNDO[kind.one])} if what else {}


def _undo(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Takes back what was last done to rows of this kind in this session; a second click finds nothing to do."""
    done = request.session.pop(_key(kind), None)
    if not done:
        messages.warning(request, "Das ist schon rückgängig gemacht.")
        return redirect(_LISTS[kind.one])
    with transaction.atomic():
        restored = kind.undo(done["way_back"], request.user.get_username())
        for row in restored:
            log(request, row, Action.CHANGED, "Rückgängig gemacht.")
    others = len(done["way_back"]) - len(restored)
    messages.success(request, f"Rückgängig gemacht: {kind.in_words(len(restored))}.")
    if others:
        since = "hat sich inzwischen geändert und bleibt so" if others == 1 else "haben sich geändert und bleiben so"
        messages.warning(request, f"{kind.in_words(others)} {since}.")
    return redirect(_LISTS[kind.one])


@require_POST
@permission_required("wegweiser.change_offer", raise_exception=True)
def undo_offers(request: HttpRequest) -> HttpResponse:
    return _undo(request, OFFERS)


@require_POST
@permission_required("wegweiser.change_hint", raise_exception=True)
def undo_hints(request: HttpRequest) -> HttpResponse:
    return _undo(request, HINTS)


def _key(kind: Kind) -> str:
    return f"undo {kind.one}"


def _ask(request: HttpRequest, kind: Kind, name: str, rows: QuerySet[Any], number: int) -> HttpResponse:
    how_many = kind.in_words(number)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{how_many} {kind.orders[name].question}?",
        "how_many": how_many,
        "opts": rows.model._meta,
        "here": request.get_full_path(),
        "list_url": reverse(_LISTS[kind.one]),
        "action": name,
        "number": number,
        "kind": kind,
        "titles": [str(row) for row in rows[:SHOWN]],
        "more": max(number - SHOWN, 0),
        "question": kind.orders[name].question,
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "across": request.POST.get("select_across", "0"),
    }
    return render(request, "admin/wegweiser/ask.html", context)

"""Actions on many offers: the page that asks first and says how many, and the button that takes it back."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kit.desk.admin import log
from kit.desk.audit import Action
from wegweiser import bulk
from wegweiser.bulk import ORDERS, offers_in_words
from wegweiser.models import Offer, OfferQuerySet

_UNDO = "offers_undo"
SHOWN = 20


def ask_or_do(request: HttpRequest, name: str, offers: OfferQuerySet) -> HttpResponse | None:
    """Does what was chosen for one offer; for several it asks first, and again if their number is another by then."""
    number = offers.count()
    if number > bulk.MOST:
        messages.error(request, f"Das wären {number} Angebote. Wählen Sie höchstens {bulk.MOST} auf einmal aus.")
        return None
    if request.POST.get("seen", "1") != str(number):
        return _ask(request, name, offers, number)
    order = ORDERS[name]
    with transaction.atomic():
        changed = bulk.carry_out(order, offers.order_by("pk"), request.user.get_username())
        for offer in changed:
            log(request, offer, Action.CHANGED, order.done)
        versions = bulk.way_back(changed)
    if changed:
        request.session[_UNDO] = {"versions": versions, "what": f"{offers_in_words(len(changed))}: {order.done}"}
        messages.success(request, f"{offers_in_words(len(changed))}: {order.done}")
    else:
        messages.warning(request, "Das war schon so. Geändert ist nichts.")
    return None


def undo_of(request: HttpRequest) -> str:
    """What can be taken back in this session; "" if nothing can."""
    return str(request.session.get(_UNDO, {}).get("what", ""))


@require_POST
@permission_required("wegweiser.change_offer", raise_exception=True)
def undo(request: HttpRequest) -> HttpResponse:
    """Takes back what was last done to offers in this session; a second click finds nothing to do."""
    done = request.session.pop(_UNDO, None)
    if not done:
        messages.warning(request, "Das ist schon rückgängig gemacht.")
        return redirect("admin:wegweiser_offer_changelist")
    with transaction.atomic():
        restored = bulk.undo(done["versions"], request.user.get_username())
        for offer in restored:
            log(request, offer, Action.CHANGED, "Rückgängig gemacht.")
    others = len(done["versions"]) - len(restored)
    messages.success(request, f"Rückgängig gemacht: {offers_in_words(len(restored))}.")
    if others:
        since = "hat sich inzwischen geändert und bleibt so" if others == 1 else "haben sich geändert und bleiben so"
        messages.warning(request, f"{offers_in_words(others)} {since}.")
    return redirect("admin:wegweiser_offer_changelist")


def _ask(request: HttpRequest, name: str, offers: OfferQuerySet, number: int) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{number} Angebote {ORDERS[name].question}?",
        "opts": Offer._meta,
        "here": request.get_full_path(),
        "action": name,
        "number": number,
        "titles": list(offers.order_by("title", "pk").values_list("title", flat=True)[:SHOWN]),
        "more": max(number - SHOWN, 0),
        "question": ORDERS[name].question,
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "across": request.POST.get("select_across", "0"),
    }
    return render(request, "admin/wegweiser/offer/ask.html", context)

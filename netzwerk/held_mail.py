"""The officers' page of mail to strangers that waits: how much, until when, and a way to throw it away."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kit.desk import audit
from kit.desk.audit import Action
from mailings import limits, strangers

# The kinds of request whose mail may have to wait, and the page on which strangers make them.
KINDS = {
    "join": "Mitmachen",
    "event": "Anmelden zu einem Termin",
    "group": "Gruppen",
    "my-data": "Meine Daten",
    "offer-report": "Angebot melden",
    "password": "Passwort vergessen",
    "address": "Neue Adresse eines Mitglieds",
}
NEEDS = ("members.change_member", "mailings.view_delivery")


def mails(number: int) -> str:
    return {0: "Keine Mail", 1: "Eine Mail"}.get(number, f"{number} Mails")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(NEEDS, raise_exception=True)
def discard(request: HttpRequest, kind: str) -> HttpResponse:
    """GET says how many mails wait and what discarding means; POST discards them."""
    if kind not in KINDS:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            number = strangers.discard(kind)
            audit.record(request.user, Action.DELETED, f"Wartende Mails: {mails(number)} verworfen ({KINDS[kind]}).")
        messages.success(request, f"{mails(number)} verworfen. Neue Anfragen kommen wieder an die Reihe.")
        return redirect("admin:index")
    now = timezone.now()
    number = strangers.number_waiting(now).get(kind, 0)
    context = {
        **admin.site.each_context(request),
        "title": "Wartende verwerfen?",
        "page": KINDS[kind],
        "mails": mails(number),
        "number": number,
        "until": limits.held_until([kind], now).get(kind),
    }
    return render(request, "admin/mailings/discard.html", context)

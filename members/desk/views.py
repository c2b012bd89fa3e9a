"""What officers do for one member, from the person's page: leaving, pausing, asking again; and the proof to print."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.admin import log
from kit.desk.audit import Action
from mailings.desk import bounce_pages
from members import leaving, pauses, personal_data, proofs, signup
from members.models import Consent, Member, Wording

may_change = permission_required("members.change_member", raise_exception=True)


class PauseForm(forms.Form):
    """Whole months; 0 ends the pause."""

    months = forms.TypedChoiceField(coerce=int, choices=[(months, months) for months in [*pauses.MONTHS, 0]])


@require_POST
@may_change
@transaction.atomic
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    if leaving.leave_list(Member.objects.filter(pk=pk), method="Verwaltung", by=request.user.get_username()):
        log(request, member, Action.CHANGED, "Abgemeldet.")
        messages.success(request, "Die Person ist abgemeldet und wird nicht mehr eingeladen.")
    return redirect("person", pk)


@require_POST
@may_change
@transaction.atomic
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.active().exclude(address=None).select_related("address"), pk=pk)
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Wählen Sie, wie lange die Pause dauert.")
    elif months := form.cleaned_data["months"]:
        until = pauses.pause(member.mailbox, months)
        log(request, member, Action.CHANGED, "Pause begonnen.")
        messages.success(request, f"Bis {timezone.localtime(until):%d.%m.%Y} kommen keine Rundmails und Einladungen.")
    else:
        pauses.resume(member.mailbox)
        log(request, member, Action.CHANGED, "Pause beendet.")
        messages.success(request, "Die Pause ist beendet.")
    return redirect("person", pk)


@require_POST
@may_change
@transaction.atomic
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    if signup.ask_again(member, by=request.user.get_username()):
        log(request, member, Action.SENT, "Link zum Bestätigen.")
        messages.success(request, "Der Link ist unterwegs und gilt drei Tage.")
    else:
        messages.warning(request, "Gerade ist schon eine Mail unterwegs. Versuchen Sie es in zehn Minuten noch einmal.")
    return redirect("person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_change
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.exclude(address=None).select_related("address"), pk=pk)
    return bounce_pages.retry(request, member.mailbox, member, reverse("person", args=[pk]))


@require_safe
@permission_required("members.view_member", raise_exception=True)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to print: the whole chain with the full wordings, each hash computed anew (P-01)."""
    member = _member(pk)
    chain = personal_data.chain_of(member)
    log(request, member, Action.VIEWED, "Nachweis der Einwilligung geöffnet.")
    context = {
        **admin.site.each_context(request),
        "title": "Nachweis der Einwilligung",
        "member": member,
        "links": [_filled(personal_data.proof_of(consent)) for consent in chain],
        "wordings": [(wording, proofs.sha256(wording.text)) for wording in _wordings(chain)],
        "now": timezone.now(),
    }
    return render(request, "admin/members/member/proof.html", context)


def _member(pk: int) -> Member:
    return get_object_or_404(Member.objects.select_related("address"), pk=pk)


def _filled(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every field, empty ones too, because a proof hides nothing; the wording itself is printed further down."""
    at = timezone.localtime(fields["Zeit"])
    shown = fields | {"Zeit": f"{at:%d.%m.%Y, %H:%M:%S} Uhr ({at:%Z})"}
    return list(shown.items())


def _wordings(chain: list[Consent]) -> list[Wording]:
    """Every text that the chain names, once, in the order in which it was shown."""
    named = [text for link in chain for text in (link.consent_text, link.privacy_notice, link.mail_text) if text]
    return list({text.pk: text for text in named}.values())

"""The officers' pages of one member: the record, the proof, leaving, asking again."""

from typing import Any

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
from mailings.admin import BADGES
from mailings.desk import bounce_pages
from mailings.models import Delivery
from members import leaving, personal_data, proofs, signup
from members.models import Consent, Member, Wording

_MOST_MAILS = 50


def record_of(member: Member) -> dict[str, Any]:
    """The context of what stands below the form: the chain of consents, and the latest mails."""
    deliveries = member.address.deliveries.select_related("mailing").order_by("-pk")[:_MOST_MAILS]
    return {
        "consents": personal_data.chain(member.address),
        "deliveries": [(delivery, BADGES[Delivery.State(delivery.state)]) for delivery in deliveries],
        **bounce_pages.returned(member.address.feedback.all()),
        "may_retry": member.address.bounced_at is not None,
        "may_leave": member.state != Member.State.LEFT,
        "may_ask_again": member.state == Member.State.PENDING,
    }


@require_POST
@permission_required("members.change_member", raise_exception=True)
@transaction.atomic
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    if leaving.leave(member.address, method="Verwaltung", by=request.user.get_username()):
        log(request, member, Action.CHANGED, "Abgemeldet.")
        messages.success(request, "Die Person ist abgemeldet und bekommt keine Einladungen mehr.")
    return redirect("admin:members_member_change", pk)


@require_POST
@permission_required("members.change_member", raise_exception=True)
@transaction.atomic
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    if signup.ask_again(member, by=request.user.get_username()):
        log(request, member, Action.SENT, "Link zum Bestätigen.")
        messages.success(request, "Der Link ist unterwegs und gilt drei Tage.")
    else:
        messages.warning(request, "Gerade ist schon eine Mail unterwegs. Versuchen Sie es in zehn Minuten noch einmal.")
    return redirect("admin:members_member_change", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.change_member", raise_exception=True)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    return bounce_pages.retry(request, member.address, member, reverse("admin:members_member_change", args=[pk]))


@require_safe
@permission_required("members.view_member", raise_exception=True)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to print: the whole chain with the full wordings, each hash computed anew (P-01)."""
    member = _member(pk)
    chain = personal_data.chain(member.address)
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

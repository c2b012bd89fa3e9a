"""The desk's search for a person and the page of one, for "Ich rufe an, weil …" (R-02)."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from mailings.desk import resending
from mailings.limits import NotNow
from mailings.models import Address, Delivery
from members.lookup import search as member_search
from members.lookup.status import status_of
from members.models import AddressChange, Member
from netzwerk.people import address_change, record, search
from netzwerk.people.forms import AddressForm
from netzwerk.privacy import my_data, register

may_view = permission_required("members.view_member", raise_exception=True)
may_change = permission_required("members.change_member", raise_exception=True)
ANSWERS = ("events.view_reply",)
GROUPS = "members.view_group"
CROWDED = "Gerade gehen sehr viele Mails an neue Adressen. Versuchen Sie es später noch einmal."


@require_safe
@may_view
def find(request: HttpRequest) -> HttpResponse:
    """The people found; a single member's page opens at once."""
    typed = member_search.wanted(request.GET.get("q", ""))
    found = search.find(typed, with_answers=request.user.has_perms(ANSWERS)) if typed else search.Found([], [], False)
    if len(found.members) == 1 and found.number == 1:
        return redirect("person", found.members[0].pk)
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": "Menschen",
        "typed": typed,
        "query": urlencode({"q": typed}),
        "found": found,
        "people": [(member, status_of(member, now)) for member in found.members],
        "most": search.MOST,
    }
    return render(request, "admin/people/find.html", context)


@require_safe
@may_view
def show(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(pk)
    sees_answers = request.user.has_perms(ANSWERS)
    shown = record.context(member, with_answers=sees_answers, every_mail=request.GET.get("mails") == "alle")
    waiting = AddressChange.objects.filter(member=member, confirmed_at=None, confirm_until__gt=timezone.now())
    context = {
        **_page(request, member),
        **shown,
        "typed": member_search.wanted(request.GET.get("q", "")),
        "sees_answers": sees_answers,
        "may_answer": sees_answers and request.user.has_perm("events.change_reply"),
        "may_read_remarks": request.user.has_perm("events.read_remark"),
        "change": waiting.select_related("address").first(),
        "form": AddressForm(),
        "groups": record.groups(member.mailbox) if member.address and request.user.has_perm(GROUPS) else [],
    }
    return render(request, "admin/people/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_change
def change_address(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.active().select_related("address"), pk=pk)
    form = AddressForm(request.POST or None)
    other: Member | None = None
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            sent = address_change.ask(member, email, request.META["REMOTE_ADDR"], by=cast(User, request.user))
        except address_change.Impossible as error:
            form.add_error("email", str(error))
            other = error.other
        except NotNow:
            form.add_error("email", CROWDED)
        else:
            _say(request, email, sent)
            return redirect("person", pk)
    context = {**_page(request, member), "title": "Neue Adresse", "form": form, "other": other}
    return render(request, "admin/people/address.html", context)


def _say(request: HttpRequest, email: str, sent: bool) -> None:
    if sent:
        messages.success(request, f"Eine Mail an {email} ist unterwegs. Die Adresse gilt, sobald sie bestätigt ist.")
    else:
        messages.warning(request, f"An {email} ging eben schon eine Mail, oder heute mehrere. Verschickt ist nichts.")


@require_POST
@may_change
def send_again(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.exclude(address=None).select_related("address"), pk=pk)
    copies = Delivery.objects.exclude(record.NOT_SHOWN).select_related("mailing")
    copy = get_object_or_404(copies, pk=delivery_pk, address=member.address)
    with transaction.atomic():
        reason = member.mailbox.stops(copy.mailing.kind, timezone.now())
        sent = not reason and resending.send_again(copy, member.mailbox)
        if sent:
            log(request, member, Action.SENT, "Eine Mail noch einmal.")
    if sent:
        messages.success(request, f"„{copy.mailing.subject}“ geht jetzt noch einmal hinaus.")
    elif reason:
        messages.warning(request, f"Diese Mail darf gerade nicht hinausgehen: {Delivery.Reason(reason).label}.")
    else:
        messages.warning(request, "Diese Mail ist gerade erst hinausgegangen. Warten Sie bitte zehn Minuten.")
    return redirect("person", pk)


@may_change
@password_again
@require_safe
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """What we hold of a person, on paper (Art. 15 GDPR): what "Meine Daten" would show her."""
    member = _member(pk)
    log(request, member, Action.EXPORTED, "Auskunft über gespeicherte Daten.")
    tables = my_data.as_tables(register.export_of(member))
    context = {
        **_page(request, member),
        "title": "Was wir gespeichert haben",
        "held": [(title, found) for title, found in tables if any(found)],
        "now": timezone.now(),
    }
    return render(request, "admin/people/held.html", context)


def _page(request: HttpRequest, member: Member) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": str(member),
        "member": member,
        "address": member.address or Address(),
        "page": reverse("person", args=[member.pk]),
    }


def _member(pk: int) -> Member:
    return get_object_or_404(Member.objects.select_related("address"), pk=pk)

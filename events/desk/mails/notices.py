"""Announcing a change, and cancelling: who hears of it, a sentence of the officer's own, and then one mail each."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events import lifecycle, notices
from events.desk import page as desk_page
from events.desk.mails.notice_form import NoticeForm
from events.desk.overview import tell_to_call
from events.desk.page import families, may_change_event
from events.models import Event
from events.place import Told
from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action

# The facts whose change people are told of, in German.
_WORDS = {
    "begins_at": "der Beginn",
    "ends_at": "das Ende",
    "place": "der Ort",
    "address": "die Anschrift",
    "online_link": "der Link zur Videokonferenz",
}


@require_http_methods(["GET", "HEAD", "POST"])
@may_change_event
@password_again
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whether those who come or wait get a mail about the change; saving alone never writes to anybody."""
    event = desk_page.one(pk)
    if request.method == "POST":
        return _tell(request, event)
    if event.state != Event.State.PUBLISHED or event.is_over(timezone.now()):
        return redirect("admin:event_overview", pk)
    return _tell_page(request, event, NoticeForm(event=event))


@require_http_methods(["GET", "HEAD", "POST"])
@may_change_event
@password_again
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if request.method == "POST":
        return _cancel(request, event)
    if event.state != Event.State.PUBLISHED or event.is_over(timezone.now()):
        return redirect("admin:event_overview", pk)
    return _cancel_page(request, event, NoticeForm(event=event))


def _tell(request: HttpRequest, event: Event) -> HttpResponse:
    seen = request.POST.get("seen", "")
    number_seen = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    form = NoticeForm(request.POST, event=event)
    try:
        lifecycle.check(event, number_seen)
        if not form.is_valid() or form.says_nothing():
            return _tell_page(request, event, form)
        with transaction.atomic():
            number = lifecycle.tell(event, **form.notice(), seen=number_seen)
            log(request, event, Action.SENT, f"Änderung, an {families(number)}.")
    except lifecycle.ChangedAgain:
        messages.warning(request, "Inzwischen hat sich noch etwas geändert. Lesen Sie die Mail noch einmal.")
        return _tell_page(request, desk_page.one(event.pk), form)
    except lifecycle.AlreadyTold:
        messages.warning(request, "Das ist schon mitgeteilt. Niemand bekommt die Mail doppelt.")
    except lifecycle.AlreadyCancelled:
        messages.warning(request, "Dieses Treffen ist nicht mehr öffentlich. Verschickt ist nichts.")
    else:
        messages.success(request, f"Die Mail geht jetzt an {families(number)}.")
        tell_to_call(request, desk_page.to_call(event))
    return redirect("admin:event_overview", event.pk)


def _cancel(request: HttpRequest, event: Event) -> HttpResponse:
    if event.is_over(timezone.now()):
        messages.warning(request, "Dieses Treffen ist schon vorbei.")
        return redirect("admin:event_overview", event.pk)
    form = NoticeForm(request.POST, event=event)
    if not form.is_valid():
        return _cancel_page(request, event, form)
    try:
        with transaction.atomic():
            number = lifecycle.cancel(event, **form.notice())
            log(request, event, Action.SENT, f"Absage, an {families(number)}.")
    except lifecycle.AlreadyCancelled:
        messages.warning(request, "Dieses Treffen war schon abgesagt. Niemand bekommt die Mail doppelt.")
    else:
        messages.success(request, f"Abgesagt. Die Mail geht jetzt an {families(number)}.")
        tell_to_call(request, desk_page.to_call(event))
    return redirect("admin:event_overview", event.pk)


def _tell_page(request: HttpRequest, event: Event, form: NoticeForm) -> HttpResponse:
    new = [_WORDS[name] for name in notices.changes(event)]
    context = _affected(event) | {
        "form": form,
        "new": " und ".join(filter(None, [", ".join(new[:-1]), *new[-1:]])),
        "many": len(new) > 1,
        **notices.in_words(event, Told.NOW, Told.NOW),
    }
    return desk_page.page(request, event, "tell", "Änderung mitteilen", context)


def _cancel_page(request: HttpRequest, event: Event, form: NoticeForm) -> HttpResponse:
    return desk_page.page(request, event, "cancel", "Treffen absagen", _affected(event) | {"form": form})


def _affected(event: Event) -> dict[str, Any]:
    """The households concerned, reached by mail or to be called; and the mails of officers that wait for their time."""
    expected = event.replies.expected()
    coming = expected.coming().count()
    by_mail = expected.exclude(address=None).count()
    return {
        "coming": coming,
        "waiting": expected.count() - coming,
        "by_mail": by_mail,
        "by_mail_words": families(by_mail),
        "to_call": desk_page.to_call(event),
        "planned_mails": event.own_mails.filter(mailing=None).exclude(send_at=None),
    }

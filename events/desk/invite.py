"""Inviting to an event: the audience and its size, the preview, a test mail to oneself, then sending once (M-18)."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import editing, invitations
from events.desk import page as desk_page
from events.desk.page import may_invite
from events.models import Event
from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from kit.desk.editing import EditConflict, version
from mailings.desk.progress_pages import people
from mailings.desk.test_mail_form import TestMailForm
from members import reader_preview
from members.audience import Audience
from members.audience_forms import AudienceForm, for_whom


@require_safe
@may_invite
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if not event.takes_answers(timezone.now()):
        return _not_open(request, event)
    return _preview(request, event, TestMailForm.to(request.user))


@require_safe
@may_invite
def preview_html(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    audience = AudienceForm(request.GET).audience() or Audience()
    return reader_preview.html_page(
        request, invitations.recipients(event, audience), partial(invitations.preview, event)
    )


@require_POST
@may_invite
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return _preview(request, event, form)
    invitations.send_test(event, form.cleaned_data["email"])
    messages.success(request, f"Die Testmail an {form.cleaned_data['email']} ist unterwegs.")
    return redirect(_with_query(request, "choose", pk))


@require_http_methods(["GET", "HEAD", "POST"])
@may_invite
@password_again
def send(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    audience = AudienceForm(request.GET).audience()
    if audience is None:
        return redirect(_with_query(request, "choose", pk))
    if request.method == "POST":
        return _send(request, event, audience)
    if not event.takes_answers(timezone.now()):
        return _not_open(request, event)
    template = invitations.template_of(event)
    plan = invitations.plan(event, audience)
    context = {
        "plan": plan,
        "people": people(plan.numbers.will_get),
        "for_whom": for_whom(audience),
        "subject": template.subject,
        "seen": version(event),
        "back": _with_query(request, "choose", pk),
    }
    return desk_page.page(request, event, "send", "Einladung verschicken", context)


def _send(request: HttpRequest, event: Event, audience: Audience) -> HttpResponse:
    try:
        with transaction.atomic():
            editing.locked(event, request.POST.get("seen", ""))
            mailing = invitations.invite(event, audience)
            number = people(mailing.deliveries.count())
            log(request, event, Action.SENT, f"Einladung, an {number}. {for_whom(audience)}")
    except invitations.NobodyLeft:
        messages.warning(request, "Alle in dieser Auswahl sind schon eingeladen. Niemand bekommt die Mail doppelt.")
        return redirect("admin:event_overview", event.pk)
    except invitations.NotOpen:
        return _not_open(request, event)
    except EditConflict:
        messages.error(request, "Jemand anderes arbeitet gerade an diesem Treffen. Sehen Sie noch einmal nach.")
        return redirect(_with_query(request, "choose", event.pk))
    messages.success(request, f"Die Einladung geht jetzt an {number}.")
    return redirect("admin:event_run", event.pk, mailing.pk)


def _not_open(request: HttpRequest, event: Event) -> HttpResponse:
    if event.state == Event.State.DRAFT:
        messages.warning(request, "Veröffentlichen Sie das Treffen zuerst. Dann können Sie dazu einladen.")
    else:
        messages.warning(request, "Niemand kann mehr antworten. Zum Einladen ist es zu spät.")
    return redirect("admin:event_overview", event.pk)


def _preview(request: HttpRequest, event: Event, test_mail: TestMailForm) -> HttpResponse:
    form = AudienceForm(request.GET)
    audience = form.audience()
    recipients = invitations.recipients(event, audience or Audience())
    context = {
        "form": form,
        "plan": invitations.plan(event, audience) if audience else None,
        "for_whom": for_whom(audience) if audience else "",
        "test_mail": test_mail,
        "query": _query(request),
        **reader_preview.context(request, recipients, partial(invitations.preview, event)),
    }
    return desk_page.page(request, event, "invite", "Einladen", context)


def _query(request: HttpRequest) -> str:
    """The audience as a query string."""
    chosen = request.GET.copy()
    for name in set(chosen) - set(AudienceForm.base_fields):
        del chosen[name]
    return chosen.urlencode()


def _with_query(request: HttpRequest, name: str, pk: int) -> str:
    return f"{reverse(f'admin:event_{name}', args=[pk])}?{_query(request)}"

"""Writing to the families of one event, and thanking them: the words, the preview, a test mail."""

from functools import partial

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import event_mails
from events.desk import page as desk_page
from events.desk.mails.event_mail_form import EventMailForm
from events.desk.mails.event_mail_page import CONFLICT, closed, may_write, one, page
from events.models import Event, EventMail
from kit.desk.admin import log
from kit.desk.audit import Action
from kit.desk.editing import EditConflict
from mailings import planning
from mailings.desk.test_mail_form import TestMailForm
from members import reader_preview

_THANK_LATER = "Danken können Sie nach dem Treffen."
_NOBODY_TO_THANK = "Von den Familien, die da waren, können wir keiner schreiben."


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def write(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if event.state == Event.State.DRAFT:
        return _not_public(request, event)
    return _form(request, EventMail(event=event), "Diesen Familien schreiben")


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins the thanks for an event that is over; there is one mail of them, whoever presses first."""
    event = desk_page.one(pk)
    if found := event.own_mails.filter(thanks=True).first():
        return redirect("admin:event_mail_preview", pk, found.pk)
    if not event_mails.may_thank(event, timezone.now()):
        messages.warning(request, _NOBODY_TO_THANK if event.is_over(timezone.now()) else _THANK_LATER)
        return redirect("admin:event_overview", pk)
    mail = EventMail(event=event, thanks=True, audience=event_mails.thanked(event))
    return _form(request, mail, "Danke sagen")


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def edit(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)
    if mail.mailing_id or mail.send_at:
        return _closed(request, mail)
    return _form(request, mail, "Mail ändern")


@require_safe
@may_write
def preview(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)
    if mail.mailing_id:
        return redirect("admin:event_run", pk, mail.mailing_id)
    return _preview(request, mail, TestMailForm.to(request.user))


@require_safe
@may_write
def preview_html(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)
    return reader_preview.html_page(request, event_mails.recipients(mail), partial(event_mails.preview, mail))


@require_POST
@may_write
def send_test(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return _preview(request, mail, form)
    event_mails.send_test(mail, form.cleaned_data["email"])
    messages.success(request, f"Die Testmail an {form.cleaned_data['email']} ist unterwegs.")
    return redirect("admin:event_mail_preview", pk, mail_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def discard(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)
    if request.method != "POST":
        if mail.mailing_id or mail.send_at:
            return _closed(request, mail)
        return page(request, mail, "mail_discard", "Entwurf löschen")
    try:
        with transaction.atomic():
            event_mails.discard(mail)
            log(request, mail.event, Action.DELETED, "Entwurf einer Mail gelöscht.")
    except (planning.AlreadySent, planning.Scheduled, EditConflict):
        messages.warning(request, "Jemand anderes war schneller. Gelöscht haben Sie nichts.")
    else:
        messages.success(request, "Der Entwurf ist gelöscht.")
    return redirect("admin:event_overview", pk)


def _form(request: HttpRequest, mail: EventMail, title: str) -> HttpResponse:
    """Asks for the words and stores them; a draft that somebody else has changed meanwhile is asked about once."""
    is_new, event = not mail.pk, mail.event
    initial = {"audience": request.GET.get("an", mail.audience)} if is_new else {}
    form = EventMailForm(request.POST if request.method == "POST" else None, instance=mail, initial=initial)
    if not form.is_valid():
        return desk_page.page(request, event, "mail_write", title, {"form": form, "mail": mail})
    mail.written_by = mail.written_by or request.user.get_username()
    try:
        with transaction.atomic():
            if not is_new:
                planning.draft(mail)
            mail = form.save()
            log(request, event, Action.ADDED if is_new else Action.CHANGED, "Mail an Familien, Entwurf.")
    except (planning.AlreadySent, planning.Scheduled):
        return _closed(request, mail)
    except EditConflict:
        messages.error(request, CONFLICT)
        return redirect("admin:event_mail_preview", event.pk, mail.pk)
    except IntegrityError:  # somebody else has begun to thank
        return redirect("admin:event_thank", event.pk)
    messages.success(request, "Gespeichert. Verschickt ist noch nichts.")
    return redirect("admin:event_mail_preview", event.pk, mail.pk)


def _closed(request: HttpRequest, mail: EventMail) -> HttpResponse:
    messages.warning(request, closed(mail))
    return redirect("admin:event_mail_preview", mail.event_id, mail.pk)


def _not_public(request: HttpRequest, event: Event) -> HttpResponse:
    messages.warning(request, "Veröffentlichen Sie das Treffen zuerst. Vorher ist niemand eingeladen.")
    return redirect("admin:event_overview", event.pk)


def _preview(request: HttpRequest, mail: EventMail, test_mail: TestMailForm) -> HttpResponse:
    readers = reader_preview.context(request, event_mails.recipients(mail), partial(event_mails.preview, mail))
    return page(request, mail, "mail_preview", "Ansehen und ausprobieren", test_mail=test_mail, **readers)

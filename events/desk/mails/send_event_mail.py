"""How an officer's mail to families goes out: in ten minutes, at a day and time, at once; and back again."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from events import event_mails
from events.desk.mails.event_mail_page import CONFLICT, closed, may_write, one, page
from events.desk.page import families
from events.models import EventMail
from kit import local_time
from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from kit.desk.editing import version
from mailings.desk import planned_pages
from mailings.desk.schedule_form import ScheduleForm


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
@password_again
def send(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Three ways out, as for a newsletter."""
    mail = one(pk, mail_pk)
    if request.method == "POST":
        return _send(request, mail)
    if mail.mailing_id or mail.send_at:
        messages.warning(request, closed(mail))
        return redirect("admin:event_mail_preview", pk, mail_pk)
    return _send_page(request, mail, ScheduleForm())


@require_POST
@may_write
def take_back(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    mail = one(pk, mail_pk)

    def record() -> None:
        log(request, mail.event, Action.CHANGED, "Mail an Familien, zurückgeholt.")

    planned_pages.take_back(request, mail, record, closed)
    return redirect("admin:event_mail_preview", pk, mail_pk)


def _send_page(request: HttpRequest, mail: EventMail, form: ScheduleForm) -> HttpResponse:
    return page(request, mail, "mail_send", "Mail verschicken", seen=version(mail), form=form)


def _send(request: HttpRequest, mail: EventMail) -> HttpResponse:
    form = ScheduleForm.pressed(request.POST)
    if not form.says_when():
        return _send_page(request, mail, form)

    def act() -> str:
        at = form.goes_at()
        return _schedule(request, mail, at) if at else _send_now(request, mail)

    planned_pages.send(request, mail, act, closed, CONFLICT)
    # leads on to the progress page once it is under way
    return redirect("admin:event_mail_preview", mail.event_id, mail.pk)


@transaction.atomic
def _send_now(request: HttpRequest, mail: EventMail) -> str:
    mailing = event_mails.send(mail, request.user.get_username(), request.POST.get("seen", ""))
    number = families(mailing.deliveries.count())
    log(request, mail.event, Action.SENT, f"Mail an Familien, {mail.get_audience_display()}: an {number}.")
    return f"Die Mail geht jetzt an {number}."


@transaction.atomic
def _schedule(request: HttpRequest, mail: EventMail, at: datetime) -> str:
    event_mails.schedule(mail, at, request.user.get_username(), request.POST.get("seen", ""))
    moment = local_time.moment_in_words(at)
    log(request, mail.event, Action.SENT, f"Mail an Familien, {mail.get_audience_display()}: geplant für {moment}.")
    return f"Die Mail geht am {moment} hinaus. Bis dahin können Sie sie zurückholen."

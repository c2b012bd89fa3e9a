"""How a newsletter goes out: in ten minutes, at a day and time, or at once; and how it is taken back."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from kit import local_time
from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from kit.desk.editing import version
from mailings.desk import planned_pages
from mailings.desk.progress_pages import people
from mailings.desk.schedule_form import ScheduleForm
from members import audience, reader_preview
from members.models import Newsletter
from members.newsletters import scheduling, writing
from members.newsletters.page import CONFLICT, closed, officers_only, one, page, seen

FIRST_LINES = 6
FLYER_OVER = (
    "Der Flyer ist dann nicht mehr zu sehen. Entfernen Sie ihn, und fügen Sie ihn mit einem späteren Tag neu hinzu."
)


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
@password_again
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Three ways out: in ten minutes, at a day and time, or at once."""
    newsletter = one(pk)
    if request.method == "POST":
        return _send(request, newsletter)
    if newsletter.mailing_id or newsletter.send_at:
        return redirect("admin:newsletter_preview", pk)
    return _send_page(request, newsletter, ScheduleForm())


def _send_page(request: HttpRequest, newsletter: Newsletter, form: ScheduleForm) -> HttpResponse:
    numbers = audience.numbers(audience.chosen(audience.of(newsletter)))
    lines = writing.preview(newsletter, reader_preview.anybody()).text.partition("\n--\n")[0].strip().split("\n")
    context = {
        "numbers": numbers,
        "people": people(numbers.will_get),
        "lines": "\n".join(lines[:FIRST_LINES]),
        "more_lines": len(lines) > FIRST_LINES,
        "seen": version(newsletter),
        "form": form,
    }
    return page(request, newsletter, "send", "Rundmail verschicken", context)


def _send(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    form = ScheduleForm.pressed(request.POST)
    if not form.says_when():
        return _send_page(request, newsletter, form)

    def act() -> str:
        at = form.goes_at()
        return _schedule(request, newsletter, at) if at else _send_now(request, newsletter)

    try:
        planned_pages.send(request, newsletter, act, closed, CONFLICT)
    except writing.FlyerOver:
        messages.error(request, FLYER_OVER)
    # leads on to the progress page once it is under way
    return redirect("admin:newsletter_preview", newsletter.pk)


@transaction.atomic
def _send_now(request: HttpRequest, newsletter: Newsletter) -> str:
    mailing = writing.send(newsletter, request.user.get_username(), seen(request))
    number = people(mailing.deliveries.count())
    log(request, newsletter, Action.SENT, f"An {number}.")
    return f"Die Rundmail geht jetzt an {number}."


@transaction.atomic
def _schedule(request: HttpRequest, newsletter: Newsletter, at: datetime) -> str:
    scheduling.schedule(newsletter, at, request.user.get_username(), seen(request))
    moment = local_time.moment_in_words(at)
    log(request, newsletter, Action.SENT, f"Geplant für {moment}.")
    return f"Die Rundmail geht am {moment} hinaus. Bis dahin können Sie sie zurückholen."


@require_POST
@officers_only
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)

    def record() -> None:
        log(request, newsletter, Action.CHANGED, "Zurückgeholt.")

    planned_pages.take_back(request, newsletter, record, closed)
    return redirect("admin:newsletter_preview", pk)

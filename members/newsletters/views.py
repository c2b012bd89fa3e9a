"""The officers' pages of a newsletter: preview, test mail, flyer, progress, duplicate, discard."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit import local_time
from kit.desk.admin import log
from kit.desk.audit import Action
from kit.desk.editing import EditConflict, version
from mailings import planning
from mailings.desk import progress_pages
from mailings.desk.test_mail_form import TestMailForm
from mailings.models import Mailing
from members import audience, reader_preview
from members.models import Newsletter
from members.newsletters import flyers, writing
from members.newsletters.flyer_form import FlyerForm
from members.newsletters.page import CONFLICT, closed, officers_only, one, page, seen, waits


@require_safe
@officers_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    if newsletter.mailing_id:
        return redirect("admin:newsletter_progress", pk)
    return _preview(request, newsletter, TestMailForm.to(request.user))


@require_safe
@officers_only
def preview_html(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    return reader_preview.html_page(request, writing.recipients(newsletter), partial(writing.preview, newsletter))


@require_POST
@officers_only
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return _preview(request, newsletter, form)
    writing.send_test(newsletter, form.cleaned_data["email"])
    messages.success(request, f"Die Testmail an {form.cleaned_data['email']} ist unterwegs.")
    return redirect("admin:newsletter_preview", pk)


@require_POST
@officers_only
def attach_flyer(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    form = FlyerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _preview(request, newsletter, TestMailForm.to(request.user), form)
    return _change_flyer(
        request,
        newsletter,
        lambda: flyers.attach(newsletter, form.cleaned_data["flyer"], form.cleaned_data["shown_until"], seen(request)),
        "Flyer hinzugefügt.",
        "Der Flyer ist dabei. In der Mail steht ein Knopf „Flyer ansehen“.",
    )


@require_POST
@officers_only
def remove_flyer(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    return _change_flyer(
        request,
        newsletter,
        lambda: flyers.remove(newsletter, seen(request)),
        "Flyer entfernt.",
        "Der Flyer ist weg.",
    )


@require_POST
@officers_only
def withdraw_flyer(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong flyer is taken from the web, though its mails are on their way or have arrived."""
    newsletter = one(pk)
    with transaction.atomic():
        if flyers.withdraw(newsletter):
            log(request, newsletter, Action.CHANGED, "Flyer aus dem Netz genommen.")
    messages.success(request, "Der Flyer ist nicht mehr zu sehen. Der Knopf in den Mails zeigt jetzt nichts mehr.")
    return redirect("admin:newsletter_progress", pk)


def _change_flyer(
    request: HttpRequest, newsletter: Newsletter, change: Callable[[], object], noted: str, told: str
) -> HttpResponse:
    try:
        with transaction.atomic():
            change()
            log(request, newsletter, Action.CHANGED, noted)
    except (planning.AlreadySent, planning.Scheduled):
        messages.warning(request, closed(newsletter))
    except EditConflict:
        messages.error(request, CONFLICT)
    else:
        messages.success(request, told)
    return redirect("admin:newsletter_preview", newsletter.pk)


@require_POST
@permission_required("members.add_newsletter", raise_exception=True)
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        copy = writing.duplicate(one(pk), request.user.get_username())
        log(request, copy, Action.ADDED, f"Nach Rundmail {pk}.")
    messages.success(request, "Das ist ein neuer Entwurf mit demselben Text, ohne Flyer.")
    return redirect("admin:members_newsletter_change", copy.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.delete_newsletter", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = one(pk)
    if newsletter.mailing_id:
        messages.warning(request, "Was verschickt ist, bleibt. Löschen lassen sich nur Entwürfe.")
        return redirect("admin:newsletter_progress", pk)
    if newsletter.send_at:
        messages.warning(request, waits(newsletter))
        return redirect("admin:newsletter_preview", pk)
    if request.method != "POST":
        return page(request, newsletter, "discard", "Entwurf löschen", {})
    try:
        with transaction.atomic():
            writing.discard(newsletter)
            log(request, newsletter, Action.DELETED, "Entwurf gelöscht.")
    except (planning.AlreadySent, planning.Scheduled, EditConflict):
        messages.warning(request, "Jemand anderes war schneller. Gelöscht haben Sie nichts.")
    else:
        messages.success(request, "Der Entwurf ist gelöscht.")
    return redirect("admin:members_newsletter_changelist")


def _preview(
    request: HttpRequest, newsletter: Newsletter, test_mail: TestMailForm, flyer_form: FlyerForm | None = None
) -> HttpResponse:
    shown = version(newsletter)
    context = {
        "seen": shown,
        "flyer_form": flyer_form or FlyerForm(seen=shown),
        "goes_out": local_time.moment_in_words(newsletter.send_at) if newsletter.send_at else "",
        "went_to_nobody": local_time.moment_in_words(newsletter.nobody_at) if newsletter.nobody_at else "",
        "numbers": audience.numbers(audience.chosen(audience.of(newsletter))),
        "test_mail": test_mail,
        **reader_preview.context(request, writing.recipients(newsletter), partial(writing.preview, newsletter)),
    }
    return page(request, newsletter, "preview", "Ansehen und ausprobieren", context)


def _sent(pk: int) -> tuple[Newsletter, Mailing]:
    newsletter = one(pk)
    if newsletter.mailing is None:
        raise Http404
    return newsletter, newsletter.mailing


def _show(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    return page(request, newsletter, "progress", newsletter.subject, context)


progress, numbers, hold, resume, stop = progress_pages.views(
    officers_only, _sent, _show, [f"newsletter_{view}" for view in progress_pages.VIEWS]
)

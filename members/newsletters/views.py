"""The officers' pages of a newsletter: preview, test mail, send, progress, duplicate, discard."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from kit.desk.editing import EditConflict, version
from mailings.desk import neutral_subject, progress_pages
from mailings.desk.progress_pages import people
from mailings.desk.test_mail_form import TestMailForm
from mailings.models import Mailing
from members import audience, reader_preview
from members.audience_forms import for_whom
from members.models import Newsletter
from members.newsletters import writing

FIRST_LINES = 6

# Previews and failures name members.
officers_only = permission_required(["members.change_newsletter", "members.view_member"], raise_exception=True)


def under_way(newsletter: Newsletter) -> str:
    assert newsletter.sent_at is not None
    at = timezone.localtime(newsletter.sent_at)
    return f"Diese Rundmail ist schon unterwegs (von {newsletter.sent_by}, am {at:%d.%m.%Y} um {at:%H:%M} Uhr)."


@require_safe
@officers_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = _newsletter(pk)
    if newsletter.mailing_id:
        return redirect("admin:newsletter_progress", pk)
    return _preview(request, newsletter, TestMailForm(initial={"email": getattr(request.user, "email", "")}))


@require_safe
@officers_only
def preview_html(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = _newsletter(pk)
    return reader_preview.html_page(request, writing.recipients(newsletter), partial(writing.preview, newsletter))


@require_POST
@officers_only
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = _newsletter(pk)
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return _preview(request, newsletter, form)
    writing.send_test(newsletter, form.cleaned_data["email"])
    messages.success(request, f"Die Testmail an {form.cleaned_data['email']} ist unterwegs.")
    return redirect("admin:newsletter_preview", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
@password_again
def send(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = _newsletter(pk)
    if request.method == "POST":
        return _send(request, newsletter)
    if newsletter.mailing_id:
        return redirect("admin:newsletter_progress", pk)
    numbers = audience.numbers(audience.chosen(audience.of(newsletter)))
    lines = writing.preview(newsletter, reader_preview.anybody()).text.partition("\n--\n")[0].strip().split("\n")
    context = {
        "numbers": numbers,
        "people": people(numbers.will_get),
        "lines": "\n".join(lines[:FIRST_LINES]),
        "more_lines": len(lines) > FIRST_LINES,
        "seen": version(newsletter),
    }
    return _page(request, newsletter, "send", "Rundmail verschicken", context)


def _send(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    try:
        with transaction.atomic():
            mailing = writing.send(newsletter, request.user.get_username(), request.POST.get("seen", ""))
            number = people(mailing.deliveries.count())
            log(request, newsletter, Action.SENT, f"An {number}.")
    except writing.AlreadySent:
        newsletter.refresh_from_db()
        messages.warning(request, under_way(newsletter))
    except writing.NobodyChosen:
        messages.error(request, "Niemand würde sie bekommen. Ändern Sie, für wen sie ist.")
        return redirect("admin:newsletter_preview", newsletter.pk)
    except EditConflict:
        messages.error(request, "Jemand anderes arbeitet gerade an dieser Rundmail. Sehen Sie sie sich noch einmal an.")
        return redirect("admin:newsletter_preview", newsletter.pk)
    else:
        messages.success(request, f"Die Rundmail geht jetzt an {number}.")
    return redirect("admin:newsletter_progress", newsletter.pk)


@require_POST
@permission_required("members.add_newsletter", raise_exception=True)
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        copy = writing.duplicate(_newsletter(pk), request.user.get_username())
        log(request, copy, Action.ADDED, f"Nach Rundmail {pk}.")
    messages.success(request, "Das ist ein neuer Entwurf mit demselben Text.")
    return redirect("admin:members_newsletter_change", copy.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.delete_newsletter", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter = _newsletter(pk)
    if newsletter.mailing_id:
        messages.warning(request, "Was verschickt ist, bleibt. Löschen lassen sich nur Entwürfe.")
        return redirect("admin:newsletter_progress", pk)
    if request.method != "POST":
        return _page(request, newsletter, "discard", "Entwurf löschen", {})
    try:
        with transaction.atomic():
            writing.discard(newsletter)
            log(request, newsletter, Action.DELETED, "Entwurf gelöscht.")
    except (writing.AlreadySent, EditConflict):
        messages.warning(request, "Jemand anderes war schneller. Gelöscht haben Sie nichts.")
    else:
        messages.success(request, "Der Entwurf ist gelöscht.")
    return redirect("admin:members_newsletter_changelist")


def _newsletter(pk: int) -> Newsletter:
    return get_object_or_404(Newsletter.objects.select_related("mailing"), pk=pk)


def _page(request: HttpRequest, newsletter: Newsletter, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "newsletter": newsletter,
        "telling": neutral_subject.finds(newsletter.subject),
        "for_whom": for_whom(newsletter),
    }
    return render(request, f"admin/members/newsletter/{name}.html", context)


def _preview(request: HttpRequest, newsletter: Newsletter, test_mail: TestMailForm) -> HttpResponse:
    context = {
        "numbers": audience.numbers(audience.chosen(audience.of(newsletter))),
        "test_mail": test_mail,
        **reader_preview.context(request, writing.recipients(newsletter), partial(writing.preview, newsletter)),
    }
    return _page(request, newsletter, "preview", "Ansehen und ausprobieren", context)


def _sent(pk: int) -> tuple[Newsletter, Mailing]:
    newsletter = _newsletter(pk)
    if newsletter.mailing is None:
        raise Http404
    return newsletter, newsletter.mailing


def _show(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    return _page(request, newsletter, "progress", newsletter.subject, context)


progress, numbers, hold, go_on, stop = progress_pages.views(
    officers_only, _sent, _show, [f"newsletter_{view}" for view in progress_pages.VIEWS]
)

"""The progress pages of a newsletter (see mailings.desk.progress_pages)."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mailings.desk import progress_pages
from mailings.models import Mailing
from members.audience_forms import for_whom
from members.models import Newsletter
from members.newsletters.views import officers_only


@require_safe
@officers_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    newsletter, mailing = _sent(pk)
    context = {
        **admin.site.each_context(request),
        "title": newsletter.subject,
        "newsletter": newsletter,
        "for_whom": for_whom(newsletter),
        **progress_pages.context(request, mailing, _links(pk)),
    }
    return render(request, "admin/members/newsletter/progress.html", context)


@require_safe
@officers_only
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    return progress_pages.numbers(request, _sent(pk)[1], _links(pk))


@require_POST
@officers_only
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk), "hold", _links(pk))


@require_POST
@officers_only
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk), "go_on", _links(pk))


@require_POST
@officers_only
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk), "stop", _links(pk))


def _links(pk: int) -> dict[str, str]:
    names = ("progress", "numbers", "hold", "go_on", "stop")
    return {name: reverse(f"admin:newsletter_{name}", args=[pk]) for name in names}


def _sent(pk: int) -> tuple[Newsletter, Mailing]:
    newsletter = get_object_or_404(Newsletter.objects.select_related("mailing"), pk=pk)
    if newsletter.mailing is None:
        raise Http404
    return newsletter, newsletter.mailing

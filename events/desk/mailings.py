"""The progress pages of an event's mailings (see mailings.desk.progress_pages)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from events.desk import page as desk_page
from events.desk.page import may_invite
from events.models import Event
from mailings.desk import progress_pages
from mailings.models import Mailing


@require_safe
@may_invite
def progress(request: HttpRequest, pk: int, mailing_pk: int) -> HttpResponse:
    event, mailing = _sent(pk, mailing_pk)
    context = {"mailing": mailing, **progress_pages.context(request, mailing, _links(pk, mailing_pk))}
    return desk_page.page(request, event, "run", mailing.subject, context)


@require_safe
@may_invite
def numbers(request: HttpRequest, pk: int, mailing_pk: int) -> HttpResponse:
    return progress_pages.numbers(request, _sent(pk, mailing_pk)[1], _links(pk, mailing_pk))


@require_POST
@may_invite
def hold(request: HttpRequest, pk: int, mailing_pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk, mailing_pk), "hold", _links(pk, mailing_pk))


@require_POST
@may_invite
def go_on(request: HttpRequest, pk: int, mailing_pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk, mailing_pk), "go_on", _links(pk, mailing_pk))


@require_POST
@may_invite
def stop(request: HttpRequest, pk: int, mailing_pk: int) -> HttpResponse:
    return progress_pages.order(request, *_sent(pk, mailing_pk), "stop", _links(pk, mailing_pk))


def _links(*pks: int) -> dict[str, str]:
    names = {"progress": "run", "numbers": "run_numbers", "hold": "run_hold", "go_on": "run_go_on", "stop": "run_stop"}
    return {name: reverse(f"admin:event_{page}", args=pks) for name, page in names.items()}


def _sent(pk: int, mailing_pk: int) -> tuple[Event, Mailing]:
    event = desk_page.one(pk)
    return event, get_object_or_404(event.mailings, pk=mailing_pk)

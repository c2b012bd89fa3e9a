"""The progress pages of an event's mailings (see mailings.desk.progress_pages)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from events.desk import page as desk_page
from events.desk.page import may_invite
from events.models import Event
from mailings.desk import progress_pages
from mailings.models import Mailing


def _sent(pk: int, mailing_pk: int) -> tuple[Event, Mailing]:
    event = desk_page.one(pk)
    return event, get_object_or_404(event.mailings, pk=mailing_pk)


def _show(request: HttpRequest, event: Event, context: dict[str, Any]) -> HttpResponse:
    return desk_page.page(request, event, "run", context["mailing"].subject, context)


_URL_NAMES = ["event_run", "event_run_numbers", "event_run_hold", "event_run_resume", "event_run_stop"]
progress, numbers, hold, resume, stop = progress_pages.views(may_invite, _sent, _show, _URL_NAMES)

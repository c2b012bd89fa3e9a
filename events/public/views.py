"""The public pages of events: list, page, calendar entries, feed. Never anything about who comes (P-24)."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import conditional_page, require_safe

from events import programme
from events.links import subscribe_url
from events.models import Event
from events.place import Told
from events.public import calendars, event_page
from events.public.feeds import EventFeed
from mailings.sending.message import CALENDAR_NAME

PER_PAGE = 20
# For so many seconds programs may use what they have before they ask again.
FRESH = 15 * 60


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Coming events on the first page; past ones, the latest first, on as many pages as needed."""
    now = timezone.now()
    page = Paginator(programme.past(now), PER_PAGE).get_page(request.GET.get("seite"))
    context = {
        "coming": [programme.show(event, now) for event in programme.coming(now)] if page.number == 1 else [],
        "past": [programme.show(event, now) for event in page],
        "page": page,
        "subscribe": subscribe_url(),
    }
    return render(request, "events/list.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = _event(slug)
    return render(request, "events/event.html", event_page.context(found, timezone.now()))


@require_safe
@conditional_page
def calendar_event(request: HttpRequest, slug: str) -> HttpResponse:
    found = _event(slug)
    return _calendar(calendars.calendar_event(found, Told.LATER), found.changed_at)


@require_safe
@conditional_page
def subscription(request: HttpRequest) -> HttpResponse:
    found = list(programme.current(timezone.now()))
    return _calendar(calendars.subscription(found), max((each.changed_at for each in found), default=None))


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    response = EventFeed()(request)
    patch_cache_control(response, public=True, max_age=FRESH)
    return response


def _event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public().select_related("capacity"), slug=slug)


def _calendar(content: str, changed_at: datetime | None) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{CALENDAR_NAME}"'
    if changed_at:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    patch_cache_control(response, public=True, max_age=FRESH)
    return response

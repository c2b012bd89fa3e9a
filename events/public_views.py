"""Events as anybody sees them: pages, calendar entries, a feed. Nothing about who comes, ever (P-24)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import condition, require_safe

from events import calendars, describe, structured
from events.models import Event, EventQuerySet
from mailings.mime import CALENDAR_NAME

# How long what is over stays in a calendar that people subscribe to, and in the feed.
KEPT = timedelta(days=90)
MOST = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    events = Event.objects.public().select_related("places")
    context = {
        "upcoming": [shown(event) for event in events.upcoming(now)[:MOST]],
        "past": list(events.past(now)[:MOST]),
    }
    return render(request, "events/list.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = _event(slug)
    now = timezone.now()
    context = shown(found) | {
        "text": describe.as_html(found.text),
        "open": found.takes_answers(now),
        "over": found.is_over(now),
        "answer_by": describe.until(found),
        "contact": found.contact,
        "structured": structured.data(found),
    }
    return render(request, "events/event.html", context)


def next_events(number: int) -> list[dict[str, Any]]:
    """What comes next, ready for `events/card.html`. One query."""
    events = Event.objects.filter(state=Event.State.PUBLISHED).select_related("places")
    return [shown(event) for event in events.upcoming(timezone.now())[:number]]


def shown(found: Event) -> dict[str, Any]:
    return {
        "event": found,
        "when": describe.when(found),
        "where": describe.where(found, answered=False),
        "childcare": describe.childcare(found, found.places),
    }


def _changed(request: HttpRequest, slug: str) -> Any:
    return _event(slug).changed_at


@require_safe
@condition(last_modified_func=_changed)
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar(calendars.entry(_event(slug), answered=False))


def _last_change(request: HttpRequest) -> Any:
    newest = _subscribed().order_by("-changed_at").first()
    return newest.changed_at if newest else None


@require_safe
@condition(last_modified_func=_last_change)
def subscription(request: HttpRequest) -> HttpResponse:
    return _calendar(calendars.subscription(_subscribed().order_by("begins_at", "pk")))


class EventFeed(Feed):
    """New events, as Atom (RFC 4287)."""

    feed_type = Atom1Feed
    title = f"{settings.SITE_NAME}: Termine"
    description = "Treffen, Vorträge und Ausflüge"

    def link(self) -> str:
        return reverse("events:list")

    def feed_url(self) -> str:
        return reverse("events:feed")

    def items(self) -> EventQuerySet:
        return _subscribed().select_related("places").order_by("-begins_at", "-pk")[:MOST]

    def item_title(self, item: Event) -> str:
        called_off = "Abgesagt: " if item.state == Event.State.CANCELLED else ""
        return f"{called_off}{item.title}"

    def item_description(self, item: Event) -> str:
        return f"{describe.when(item)}. {describe.where(item, answered=False)}"

    def item_link(self, item: Event) -> str:
        return reverse("events:event", args=[item.slug])

    def item_guid(self, item: Event) -> str:
        return f"urn:uuid:{item.uid}"

    def item_updateddate(self, item: Event) -> Any:
        return item.changed_at


def _subscribed() -> EventQuerySet:
    return Event.objects.public().filter(ends_at__gte=timezone.now() - KEPT)


def _event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public().select_related("places"), slug=slug)


def _calendar(content: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{CALENDAR_NAME}"'
    return response

"""Events for search engines: schema.org Event as JSON-LD, with no more than the page itself says."""

import json
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from events.links import public_url
from events.models import Event

_STATUS = {
    Event.State.PUBLISHED: "https://schema.org/EventScheduled",
    Event.State.CANCELLED: "https://schema.org/EventCancelled",
}
_ONLINE, _OFFLINE = "https://schema.org/OnlineEventAttendanceMode", "https://schema.org/OfflineEventAttendanceMode"
# What could end the element early, or begin another one.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def data(event: Event) -> SafeString:
    """The content of `<script type="application/ld+json">`."""
    online = event.is_online and not event.place
    facts = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "startDate": _local(event.begins_at),
        "endDate": _local(event.ends_at),
        "eventStatus": _STATUS[Event.State(event.state)],
        "eventAttendanceMode": _ONLINE if online else _OFFLINE,
        "isAccessibleForFree": True,
        "url": public_url(event),
        "organizer": {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL},
    }
    if event.summary:
        facts["description"] = event.summary
    if online:
        facts["location"] = {"@type": "VirtualLocation", "url": public_url(event)}
    elif event.place and not event.hide_place:
        facts["location"] = {"@type": "Place", "name": event.place, "address": event.address}
    text = json.dumps(facts, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 - JSON in which no markup is left


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")

"""An event for search engines (schema.org): a data block in its page."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString

from events.links import public_url
from events.models import Event
from kit import json_ld
from kit.json_ld import SCHEMA
from mailings.templates import one_line


def data(event: Event) -> SafeString:
    """Only what the page says too: never the link of a video meeting, nor a hidden place."""
    return json_ld.block(_facts(event))


def _facts(event: Event) -> dict[str, Any]:
    called_off = event.state == Event.State.CANCELLED
    return {
        "@type": "Event",
        "name": one_line(event.title),
        "description": one_line(event.summary),
        "startDate": timezone.localtime(event.begins_at).isoformat(timespec="minutes"),
        "endDate": timezone.localtime(event.ends_at).isoformat(timespec="minutes"),
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if called_off else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/{_attendance(event)}EventAttendanceMode",
        "location": _locations(event),
        "organizer": {"@type": "Organization", "name": settings.SITE_OWNERS, "url": settings.SITE_URL},
        "performer": {"@type": "Person", "name": one_line(event.host)} if event.host else None,
        "inLanguage": "de",
        "url": public_url(event),
    }


def _attendance(event: Event) -> str:
    if not event.is_online:
        return "Offline"
    return "Mixed" if event.place or event.address else "Online"


def _locations(event: Event) -> list[dict[str, str]]:
    """A place, the portal page where the link is asked for, or both. A hidden place is given as the region."""
    found = []
    if event.is_online:
        found.append({"@type": "VirtualLocation", "url": public_url(event)})
    if event.hide_place:
        found.append({"@type": "Place", "name": settings.REGION, "address": settings.REGION})
    elif event.place or event.address:
        name, address = one_line(event.place), one_line(event.address)
        found.append({"@type": "Place", "name": name or address, "address": address or name})
    return found

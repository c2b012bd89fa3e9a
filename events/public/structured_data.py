"""An event for search engines (schema.org): JSON for a data block in its page.

Browsers do not run such a block, so a strict Content Security Policy allows it.
"""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from events.links import public_url
from events.models import Event
from mailings.templates import one_line

_SCHEMA = "https://schema.org"
# So that no text can end the block it stands in.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def data(event: Event) -> SafeString:
    """Only what the page says too: never the link of a video meeting, nor a hidden place."""
    text = json.dumps({name: value for name, value in _facts(event).items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - nothing is left that could be markup


def _facts(event: Event) -> dict[str, Any]:
    called_off = event.state == Event.State.CANCELLED
    return {
        "@context": _SCHEMA,
        "@type": "Event",
        "name": one_line(event.title),
        "description": one_line(event.summary),
        "startDate": timezone.localtime(event.begins_at).isoformat(timespec="minutes"),
        "endDate": timezone.localtime(event.ends_at).isoformat(timespec="minutes"),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if called_off else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}/{_attendance(event)}EventAttendanceMode",
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

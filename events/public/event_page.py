"""What the public page of an event shows; the desk shows a draft by the same."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from events import programme, wording
from events.links import public_url
from events.models import Event
from events.public import structured_data


def context(event: Event, now: datetime) -> dict[str, Any]:
    """The context of the template `events/event.html`."""
    return {
        "shown": programme.show(event, now),
        "event": event,
        "text": wording.as_html(event.text),
        "schedule": wording.schedule(event),
        "structured": structured_data.data(event),
        "contact": event.contact,
        "public_url": public_url(event),
        "sign_up_url": reverse("events:sign_up", args=[event.slug]),
        "calendar_url": reverse("events:entry", args=[event.slug]),
    }

"""The site's facts, for every template."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from events import programme
from events.programme import Shown
from kit import phones

NAMES = ["SITE_NAME", "SITE_URL", "SITE_OWNERS", "REGION", "CONTACT_PHONE", "DEFAULT_FROM_EMAIL", "EXIT_URL", "DEMO"]


def facts() -> dict[str, object]:
    return {name: getattr(settings, name) for name in NAMES} | {"CONTACT_TEL": phones.tel(settings.CONTACT_PHONE)}


def site(request: HttpRequest) -> dict[str, object]:
    """`facts` for every page that is rendered with its request; `next_event` is looked up where a page uses it."""
    return facts() | {"next_event": _next_event}


def _next_event() -> Shown | None:
    return next(iter(programme.next_ones(timezone.now(), 1)), None)

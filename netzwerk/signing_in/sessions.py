"""How long somebody stays signed in (S-04a): half an hour without a click or a word, eight hours in all.

Helpers at the door stay until the end of the event's day: their phone lies beside the list for hours. All times stand
in the session itself. The demo has no limit but eight hours.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.models import Event
from kit.local_time import midnight
from netzwerk.middleware import Middleware
from netzwerk.pages.errors import OFFICERS

LONGEST = timedelta(hours=8)
IDLE, RENEW, FRESH = 30 * 60, 60, 10 * 60  # seconds
_SEEN, _PROVEN, _DOOR = "seen_at", "password_at", "at_the_door"


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Called by Django when somebody has signed in."""
    now = timezone.now()
    until = _end_of_the_door(user, now)
    # A moment, not a period: nothing that is stored later renews it.
    request.session.set_expiry(until or now + LONGEST)
    request.session[_DOOR] = until is not None
    request.session[_SEEN] = time.time()
    note_proof(request)


def note_proof(request: HttpRequest) -> None:
    """The password, or a passkey, was right just now."""
    request.session[_PROVEN] = time.time()


def is_proven(request: HttpRequest) -> bool:
    """Whether that is so short a time ago that nobody else sits there by now."""
    return bool(time.time() - request.session.get(_PROVEN, 0) < FRESH)


class SessionLimitsMiddleware(Middleware):
    """Ends sessions in which nobody has clicked for too long; only the desk has sessions."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OFFICERS) and SESSION_KEY in request.session and not settings.DEMO:
            idle = time.time() - request.session.get(_SEEN, 0)
            if idle >= IDLE and not request.session.get(_DOOR):
                logout(request)
            elif idle >= RENEW and _is_a_click(request):
                request.session[_SEEN] = time.time()
        return self.get_response(request)


def _is_a_click(request: HttpRequest) -> bool:
    """Scripts that ask for news by themselves keep no session alive; what they send, somebody has tapped."""
    return request.method == "POST" or request.headers.get("Sec-Fetch-Dest") != "empty"


def _end_of_the_door(user: User, now: datetime) -> datetime | None:
    """The end of today if there is an event and the user may do nothing but keep its door."""
    if user.is_superuser or not user.has_perm("events.keep_door") or user.has_perm("events.change_event"):
        return None
    today = timezone.localdate(now)
    if not Event.objects.filter(state=Event.State.PUBLISHED, begins_at__date=today).exists():
        return None
    return midnight(today + timedelta(days=1))

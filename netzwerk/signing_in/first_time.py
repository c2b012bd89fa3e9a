"""The first sign-in of an account that has no second factor yet: it may set one up, and nothing else (R-04)."""

import time

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django_otp import login
from django_otp.models import Device

from netzwerk.signing_in import factors

MINUTES = 60
_SESSION_KEY = "first_time"


def begin(request: HttpRequest) -> None:
    """Marks this session as one that a password without any factor has opened just now.

    A session that has lost its factor is not marked: somebody else could have it by now.
    """
    request.session[_SESSION_KEY] = time.time()


def is_under_way(request: HttpRequest) -> bool:
    """Whether this session may set up a first factor: within an hour, while there is none."""
    user: User | AnonymousUser = request.user
    if not isinstance(user, AnonymousUser) and user.is_active and user.is_staff:
        begun: float = request.session.get(_SESSION_KEY, 0)
        return time.time() < begun + MINUTES * 60 and not factors.has_any(user)
    return False


def verified_by(request: HttpRequest, device: Device) -> None:
    """From now on `device` opens the desk to this session, under a new session key."""
    request.session.pop(_SESSION_KEY, None)
    request.session.cycle_key()
    login(request, device)

"""Error pages: the portal's own frame, no stack trace, nothing personal.

They are drawn without the request's context (session, messages, user): none of them may need the database.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from netzwerk import context

AWAY = (OperationalError, InterfaceError)
RETRY_AFTER = "120"  # seconds


def page(status: int, template: str = "") -> HttpResponse:
    """The page for `status` (`<status>.html` unless another template is named)."""
    return HttpResponse(render_to_string(template or f"{status}.html", context.facts()), status=status)


def unavailable() -> HttpResponse:
    """The database is away or too busy: come back in a moment."""
    response = page(503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception; one from a middleware comes only here (see Guard)."""
    return unavailable() if isinstance(sys.exc_info()[1], AWAY) else page(500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(403, "403_csrf.html")

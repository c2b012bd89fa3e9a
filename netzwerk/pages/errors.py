"""Error pages: the portal's own frame, no stack trace, nothing personal.

They are drawn without the request's context (session, messages, user): none of them may need the database.
"""

import contextlib
import logging
import sys
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache

from netzwerk.pages import context

OFFICERS = "/verwaltung/"
SIGN_IN = "/verwaltung/login/"
AWAY = (OperationalError, InterfaceError)
LONGEST_NEXT = 500
RETRY_AFTER = "120"  # seconds
# What stands behind a link in a sentence, and gets into it.
_AFTER_A_LINK = ")>]}.,;:!?'\"»“”…* "

log = logging.getLogger(__name__)


def page(status: int, template: str = "", more: dict[str, object] | None = None) -> HttpResponse:
    """The page for `status` (`<status>.html` unless another template is named); `more` is for its template."""
    return HttpResponse(render_to_string(template or f"{status}.html", context.facts() | (more or {})), status=status)


def unavailable(reason: BaseException) -> HttpResponse:
    """Answers 503 while the database is away or too busy. The log says why, in one line without data."""
    log.error("The database is away: %s", str(reason).partition("\n")[0])
    response = page(503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A personal link that a mail program has made too long, as ".../)", leads where it was meant to."""
    path = request.path_info.rstrip(_AFTER_A_LINK)
    with contextlib.suppress(Resolver404):
        if path != request.path_info and "token" in resolve(path).kwargs:
            return HttpResponseRedirect(path)
    return page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception. Exceptions of middlewares come only here."""
    reason = sys.exc_info()[1]
    return unavailable(reason) if isinstance(reason, AWAY) else page(500)


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A public form comes back with what was typed, to be sent by a press; nothing has happened yet.

    On the desk it does not: there another site could have typed it, for the officer who presses. Its sign-in begins
    anew: the page was open for too long, or another tab has signed in meanwhile.
    """
    if request.path == SIGN_IN:
        there = request.POST.get("next", "")
        return HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'next': there[:LONGEST_NEXT], 'alt': 1})}")
    public = not request.path.startswith(OFFICERS)
    typed = [(name, text) for name, texts in request.POST.lists() for text in texts] if public else []
    kept = [(name, text) for name, text in typed if name != "csrfmiddlewaretoken"]
    more = {"kept": kept, "csrf_token": get_token(request) if kept else ""}
    return HttpResponse(render_to_string("403_csrf.html", context.facts() | more), status=403)

"""What was typed comes back in the page where it was typed, to be sent by a press: never replayed by itself (D-16)."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import resolve
from django_otp.middleware import OTPMiddleware

from kit.desk.filling import fill
from kit.desk.typed import Typed

UNOPENED = "Die Seite dazu lässt sich so nicht mehr öffnen. Hier steht, was Sie geschrieben haben."
FILES = "Dateien konnten wir nicht aufheben: Wählen Sie sie bitte noch einmal aus."


def looked_at(request: HttpRequest, path: str) -> WSGIRequest:
    """A request of the same browser that only looks at `path`, as whoever is signed in by now."""
    get_token(request)
    where = urlsplit(path)
    environ = {
        **request.META,
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(where.path).encode().decode("latin-1"),  # as WSGI wants it
        "QUERY_STRING": where.query,
        "CONTENT_LENGTH": "0",
        "wsgi.input": BytesIO(),
    }
    look = WSGIRequest(environ)
    # Signing in has made a new token; what the browser has sent is the old one.
    look.COOKIES = {**request.COOKIES, settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"]}
    look.session = request.session
    look._messages = request._messages  # type: ignore[attr-defined] # set by MessageMiddleware
    AuthenticationMiddleware(_nothing).process_request(look)
    OTPMiddleware(_nothing)(look)
    return look


def come_back(request: HttpRequest, typed: Typed, sentence: str) -> HttpResponse:
    """The page with the form filled in. If it does not open again, what was typed stands on a page of its own."""
    look = looked_at(request, typed.page)
    messages.warning(look, f"{sentence} {FILES}" if typed.has_files else sentence)
    html = _html(look)
    filled = fill(html, typed) if html else None
    if filled is not None:
        return _never_stored(HttpResponse(filled))
    return _page(look, typed, {"title": "Noch nicht gesendet", "sentence": UNOPENED, "sends": True}, {})


def opens(request: HttpRequest, typed: Typed) -> bool:
    """Whether the page can still be opened, with the form to which it belongs."""
    html = _html(looked_at(request, typed.page))
    return bool(html) and fill(html, typed) is not None


def to_read(
    request: HttpRequest,
    typed: Typed,
    title: str,
    sentence: str,
    labels: dict[str, str],
    status: int = 200,
    *,
    discards: bool = False,
) -> HttpResponse:
    """What was typed, as text to copy: the form that it belonged to is gone."""
    told = {"title": title, "sentence": sentence, "sends": False, "discards": discards}
    return _page(request, typed, told, labels, status)


def _page(
    request: HttpRequest, typed: Typed, told: dict[str, Any], labels: dict[str, str], status: int = 200
) -> HttpResponse:
    fields = [(name, text.replace("\0", "")) for name, text in typed.fields if name[:1] != "_"]
    words = [(name, text) for name, text in fields if text.strip()]
    # Without its label a word alone says nothing.
    texts = [(labels.get(name, ""), text) for name, text in words if name in labels or " " in text.strip()]
    context = {**admin.site.each_context(request), **told, "typed": typed, "fields": fields, "texts": texts}
    return _never_stored(render(request, "admin/desk/typed.html", context, status=status))


def _html(look: HttpRequest) -> str:
    """The HTML of the page; "" if there is none, or it only leads elsewhere."""
    try:
        view, args, kwargs = look.resolver_match = resolve(look.path_info)
        response = view(look, *args, **kwargs)
    except (Http404, PermissionDenied):
        return ""
    if isinstance(response, TemplateResponse):
        response.render()
    html = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
    return response.content.decode() if html and not response.streaming else ""


def _never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()

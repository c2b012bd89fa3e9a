"""What every request passes first, and every response last: one job for each middleware."""

import contextlib
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import get_conditional_response, has_vary_header, patch_vary_headers

from kit import networks
from netzwerk.models import Heartbeat
from netzwerk.pages import errors, kept

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

HEALTH = "/healthz"
PERMISSIONS_POLICY = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self)"
)


class Middleware:
    """Passes every request on, unchanged."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class VisitorAddressMiddleware(Middleware):
    """Sets REMOTE_ADDR to the visitor's own address, which the outermost of our PROXY_COUNT proxies has seen.

    If a proxy does not say it, REMOTE_ADDR stays the proxy's own, and all visitors count as one.
    """

    NOTE_EVERY = timedelta(hours=1)

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.noted = datetime.min.replace(tzinfo=UTC)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXY_COUNT:
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            seen = hops[-settings.PROXY_COUNT] if len(hops) >= settings.PROXY_COUNT else ""
            if visitor := networks.address_in(seen):
                request.META["REMOTE_ADDR"] = str(visitor)
            elif request.path != HEALTH:  # monitoring may ask us directly
                self.note()
        return self.get_response(request)

    def note(self) -> None:
        """Tells the log and "Heute", once an hour in each process."""
        now = timezone.now()
        if now - self.noted < self.NOTE_EVERY:
            return
        self.noted = now
        log.warning("X-Forwarded-For is missing or unreadable. Is PROXY_COUNT (%s) right?", settings.PROXY_COUNT)
        with contextlib.suppress(*errors.AWAY):
            Heartbeat.beat(Heartbeat.Name.PROXY, now)


class PermissionsPolicyMiddleware(Middleware):
    """Adds Permissions-Policy to every response."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is the same for everybody.

    The length of a compressed page can tell its secrets to somebody who has words of his own put into it (BREACH). So
    a page that depends on a cookie, sets one or must not be stored stays as it is: every page with a CSRF token, the
    desk, and what personal links open.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not (_is_text(response) and _is_for_everybody(response)):
            return response
        if isinstance(response, HttpResponse) and _is_page(request, response):
            kept.mark(response)
            if kept.BROTLI.search(request.headers.get("Accept-Encoding", "")):
                return _with_brotli(response)
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


class KeptPagesMiddleware(Middleware):
    """Answers with a page that is kept in memory if nothing has been written since (pages/kept.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.pages = kept.KeptPages()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = kept.key_of(request) if self.pages.may_hold(request) else None
        page = self.pages.find(key) if key else None
        if page:
            response = page.response()
        else:
            response = self.get_response(request)
            if not kept.may_keep(response):
                return response
            self.pages.learn(request, key, response)
        unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
        return cast(HttpResponse, unchanged)


class BodyLimitMiddleware(Middleware):
    """Answers 413 to a body that is too long; officers may upload files.

    In `process_view` nobody has read the body yet, and the refusal still gets the headers of all middlewares.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        if _length(request) <= _limit(request):
            return None
        return errors.page(413, "413_desk.html" if request.path.startswith(errors.OFFICERS) else "")


class DatabaseAwayMiddleware(Middleware):
    """Answers 503 while the database is away."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.unavailable(exception) if isinstance(exception, errors.AWAY) else None


def _is_text(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith(("text/", "application/json", "application/xml"))


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    is_html = response.get("Content-Type", "").startswith("text/html")
    return request.method == "GET" and response.status_code == 200 and is_html and "ETag" not in response


def _with_brotli(page: HttpResponse) -> HttpResponse:
    """A twentieth smaller than gzip makes it: so the start page's first view stays within 14 KB."""
    page.content = brotli.compress(page.content, mode=brotli.MODE_TEXT, quality=5)
    page.headers["Content-Encoding"] = "br"
    page.headers["Content-Length"] = str(len(page.content))
    page.headers["ETag"] = f"W/{page.headers['ETag']}"
    patch_vary_headers(page, ["Accept-Encoding"])
    return page


def _is_for_everybody(response: HttpResponseBase) -> bool:
    kept = not re.search("no-store|private", response.get("Cache-Control", ""))
    return kept and not response.cookies and not has_vary_header(response, "Cookie")


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    upload = request.path.startswith(errors.OFFICERS)
    return settings.FILE_UPLOAD_MAX_BODY if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

"""What every request passes first, and every response last: one job for each middleware."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from netzwerk.pages import errors

GetResponse = Callable[[HttpRequest], HttpResponse]

OFFICERS = "/verwaltung/"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class Middleware:
    """Passes every request on, unchanged."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class VisitorAddressMiddleware(Middleware):
    """Sets REMOTE_ADDR to the visitor's own address, which the outermost of our PROXY_COUNT proxies has seen."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXY_COUNT:
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(hops) >= settings.PROXY_COUNT:
                request.META["REMOTE_ADDR"] = hops[-settings.PROXY_COUNT].strip()
        return self.get_response(request)


class PermissionsPolicyMiddleware(Middleware):
    """Adds Permissions-Policy to every response."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class BodyLimitMiddleware(Middleware):
    """Answers 413 to a body that is too long; officers may upload files.

    In `process_view` nobody has read the body yet, and the refusal still gets the headers of all middlewares.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        return errors.page(413) if _length(request) > _limit(request) else None


class DatabaseAwayMiddleware(Middleware):
    """Answers 503 while the database is away."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.unavailable(exception) if isinstance(exception, errors.AWAY) else None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    upload = request.path.startswith(OFFICERS)
    return settings.FILE_UPLOAD_MAX_BODY if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

"""What every request passes first, and every answer last."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from netzwerk.pages import errors

OFFICERS = "/verwaltung/"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class Guard:
    """Refuses oversized bodies, finds the visitor's own address behind our proxies, answers 503 while the
    database is away, and adds Permissions-Policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXY_COUNT:
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(hops) >= settings.PROXY_COUNT:
                request.META["REMOTE_ADDR"] = hops[-settings.PROXY_COUNT].strip()
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: object, kwargs: object) -> HttpResponse | None:
        """Here nobody has read the body yet, and the refusal still gets the headers of all middlewares."""
        return errors.page(413) if _length(request) > _limit(request) else None

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

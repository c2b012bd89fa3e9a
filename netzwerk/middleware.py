"""What every request passes first, and every answer last."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

OFFICERS = "/verwaltung/"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class Guard:
    """Refuses oversized bodies, finds the visitor's own address behind our proxies, and adds Permissions-Policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXY_COUNT:
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(hops) >= settings.PROXY_COUNT:
                request.META["REMOTE_ADDR"] = hops[-settings.PROXY_COUNT].strip()
        if _length(request) > _limit(request):
            response = render(request, "413.html", status=413)
        else:
            response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    upload = request.path.startswith(OFFICERS)
    return settings.FILE_UPLOAD_MAX_BODY if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

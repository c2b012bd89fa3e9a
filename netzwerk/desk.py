"""The officers' desk: Django's admin with our head, and a second factor outside the demo."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_otp.admin import OTPAdminSite

from netzwerk import alerts


class Desk(OTPAdminSite):
    site_header = site_title = "Verwaltung"
    index_title = "Heute"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        if settings.DEMO:
            # DEMO is refused unless the portal is reachable from this machine only.
            self.login_form = None
            self.login_template = None

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().index(request, {**(extra_context or {}), "alerts": alerts.now()})

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        signed_in = bool(user.is_active and user.is_staff)
        verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)  # set by OTPMiddleware
        return signed_in and (settings.DEMO or verified())

"""The officers' desk: Django's admin with our head, and a second factor outside the demo."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django_otp.admin import OTPAdminSite


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

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        signed_in = bool(user.is_active and user.is_staff)
        verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)  # set by OTPMiddleware
        return signed_in and (settings.DEMO or verified())

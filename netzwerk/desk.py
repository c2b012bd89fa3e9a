"""The officers' desk: Django's admin with our head, and a second factor outside the demo."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from django_otp.admin import OTPAdminSite

from events.desk import posters
from kit.desk import audit
from kit.desk.admin import refuse_nul
from kit.desk.audit import Action
from netzwerk import alerts
from netzwerk.audit import log as audit_log
from netzwerk.signing_in import first_time
from netzwerk.signing_in import urls as signing_in_urls
from netzwerk.signing_in.form import PasswordForm, SignInForm

APPS = {
    "events": "Veranstaltungen",
    "members": "Mitglieder",
    "wegweiser": "Wegweiser",
    "mailings": "Post",
    "flatpages": "Seiten",
    "netzwerk": "Portal",
    "auth": "Konten der Verwaltung",
}
MODELS = {"FlatPage": "Texte der Seiten"}

_FAILED_SEARCHES = RedirectView.as_view(pattern_name="admin:wegweiser_failedsearch_changelist", query_string=True)


class Desk(OTPAdminSite):  # type: ignore[misc] # django_otp has no types
    site_header = site_title = "Verwaltung"
    index_title = "Heute"
    enable_nav_sidebar = False
    login_form: type[PasswordForm] = SignInForm
    login_template: str | None = "admin/sign_in.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        if settings.DEMO:
            # DEMO is refused unless the portal is reachable from this machine only.
            self.login_form = PasswordForm

    def get_urls(self) -> list[Any]:
        own = [
            path("aushang/mitmachen.pdf", self.admin_view(posters.joining), name="join_poster"),
            path("aushang/<int:pk>.pdf", self.admin_view(posters.event), name="event_poster"),
            # Officers' bookmarks: the list was called so once.
            path("wegweiser/miss/", self.admin_view(_FAILED_SEARCHES), name="wegweiser_miss_changelist"),
            # Django's own is for those who may use the desk; others want to leave it, too.
            path("logout/", self.logout, name="logout"),
            *signing_in_urls.urlpatterns,
        ]
        return [*own, *super().get_urls()]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        page: HttpResponse = super().app_index(
            request, app_label, {"title": APPS.get(app_label, "Verwaltung"), **(extra_context or {})}
        )
        return page

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leads an account without any second factor to where it sets one up (R-04)."""
        if request.method != "POST" and first_time.is_under_way(request):
            return redirect("admin:my_sign_in")
        came_back = "alt" in request.GET
        if came_back and self.has_permission(request):
            messages.info(request, f"Sie sind schon angemeldet, als {request.user.get_username()}.")
        more = {"passkey_host": settings.OTP_WEBAUTHN_RP_ID, "came_back": came_back}
        page: HttpResponse = super().login(request, more | (extra_context or {}))
        signed_in = request.method == "POST" and page.status_code == HTTPStatus.FOUND
        if signed_in and not settings.DEMO and not getattr(request.user, "otp_device", None):
            first_time.begin(request)
            return redirect("admin:my_sign_in")
        return page

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        refuse_nul(request)
        answer: HttpResponseBase = super().autocomplete_view(request)
        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        own = {"alerts": alerts.of(request.user), "recent": audit_log.recent(request.user)[:10]}
        page: HttpResponse = super().index(request, {**(extra_context or {}), **own})
        return page

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().password_change(request, extra_context)
            if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
                audit.record(request.user, Action.PASSWORD)
        return answer

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models in the order in which officers need them, under names that officers know."""
        found = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        for label, app in found.items():
            app["name"] = APPS.get(label, app["name"])
            for model in app["models"]:
                model["name"] = MODELS.get(model["object_name"], model["name"])
        return [found[label] for label in [*APPS, *(found.keys() - APPS.keys())] if label in found]

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        signed_in = bool(user.is_active and user.is_staff)
        verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)  # set by OTPMiddleware
        return signed_in and (settings.DEMO or verified())

"""The officers' desk: Django's admin with our head, and a second factor outside the demo."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin, helpers
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.generic import RedirectView
from django_otp.admin import OTPAdminSite

from events.desk import posters
from kit.desk.again import ask_with
from kit.desk.typed import KEPT, Typed, owner_of
from netzwerk import alerts
from netzwerk.pages import errors
from netzwerk.signing_in import again, sessions, typed_before
from netzwerk.signing_in.form import PasswordForm, SignInForm

APPS = {
    "events": "Veranstaltungen",
    "members": "Mitglieder",
    "wegweiser": "Wegweiser",
    "mailings": "Post",
    "flatpages": "Seiten",
    "auth": "Konten der Verwaltung",
    "otp_totp": "Zweiter Faktor: Handy",
    "otp_static": "Zweiter Faktor: Notfallcodes",
}
MODELS = {"FlatPage": "Texte der Seiten", "TOTPDevice": "Handys", "StaticDevice": "Notfallcodes"}

_FAILED_SEARCHES = RedirectView.as_view(pattern_name="admin:wegweiser_failedsearch_changelist", query_string=True)


class Desk(OTPAdminSite):  # type: ignore[misc] # django_otp has no types
    site_header = site_title = "Verwaltung"
    index_title = "Heute"
    enable_nav_sidebar = False
    login_form: type[PasswordForm] = SignInForm
    login_template: str | None = "admin/sign_in.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        user_logged_in.connect(sessions.begin, dispatch_uid="sessions")
        ask_with(again.ask)
        if settings.DEMO:
            # DEMO is refused unless the portal is reachable from this machine only.
            self.login_form = PasswordForm
            self.login_template = None

    def get_urls(self) -> list[Any]:
        own = [
            path("aushang/mitmachen.pdf", self.admin_view(posters.joining), name="join_poster"),
            path("aushang/<int:pk>.pdf", self.admin_view(posters.event), name="event_poster"),
            # Officers' bookmarks: the list was called so once.
            path("wegweiser/miss/", self.admin_view(_FAILED_SEARCHES), name="wegweiser_miss_changelist"),
        ]
        return [*own, *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's. What was typed into a form before the session ended is not lost by signing in."""
        shown = super().admin_view(view, cacheable)
        # Pages of ours read what is odd as nothing.
        is_djangos = isinstance(getattr(view, "__self__", None), AdminSite | ModelAdmin)

        @wraps(shown)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_djangos and _asks_for_nul(request):
                return errors.page(400)
            if request.method == "POST" and not self.has_permission(request):
                if KEPT in request.POST:
                    return self.login(request)
                if owner := owner_of(request):
                    return typed_before.sign_in_first(request, Typed.of(request, owner))
            answer: HttpResponseBase = shown(request, *args, **kwargs)
            return answer

        return asked

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        kept = {KEPT: request.POST.get(KEPT, "")}
        page = super().login(request, kept | (extra_context or {}))
        return typed_before.after_signing_in(request, page)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page: HttpResponse = super().index(request, {**(extra_context or {}), "alerts": alerts.of(request.user)})
        return page

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models in the order in which officers need them, under names that officers know."""
        found = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        for label, app in found.items():
            app["name"] = APPS.get(label, app["name"])
            for model in app["models"]:
                model["name"] = MODELS.get(model["object_name"], model["name"])
        return [found[label] for label in [*APPS, *(found.keys() - APPS.keys())] if label in found and label != "axes"]

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        signed_in = bool(user.is_active and user.is_staff)
        verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)  # set by OTPMiddleware
        return signed_in and (settings.DEMO or verified())


def _asks_for_nul(request: HttpRequest) -> bool:
    """What lists look for; PostgreSQL has no such character. Forms refuse it in a sentence of their own."""
    looked_for = [text for name, texts in request.GET.lists() for text in (name, *texts)]
    return any(
        "\0" in text for text in [request.path, *looked_for, *request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)]
    )

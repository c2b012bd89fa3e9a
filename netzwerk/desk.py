"""The officers' desk: Django's admin with our head, and a second factor outside the demo."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin, helpers
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from django_otp.admin import OTPAdminSite

from events.desk import next_events, posters
from events.models import Event
from kit.desk import former
from kit.desk.again import ask_with
from kit.desk.typed import KEPT, Typed, owner_of
from kit.desk.unsaved import keep_with
from netzwerk.accounts.forms import OwnPasswordForm
from netzwerk.audit import log as audit_log
from netzwerk.emergency import views as emergency
from netzwerk.pages import errors, former_versions
from netzwerk.signing_in import again, first_time, sessions, typed_before
from netzwerk.signing_in import urls as signing_in_urls
from netzwerk.signing_in.form import PasswordForm, SignInForm
from netzwerk.today import doors
from netzwerk.today import page as today_page
from netzwerk.unsaved.store import Store
from netzwerk.unsaved.views import go_on

APPS = {
    "events": "Treffen",
    "members": "Mitglieder",
    "wegweiser": "Wegweiser",
    "mailings": "Post",
    "flatpages": "Seiten",
    "netzwerk": "Portal",
    "bericht": "Bericht",
    "konten": "Konten der Verwaltung",
    "notfall": "Notfall",
}

_FAILED_SEARCHES = RedirectView.as_view(pattern_name="admin:wegweiser_failedsearch_changelist", query_string=True)

_ACCOUNTS = RedirectView.as_view(pattern_name="accounts:index")


class Desk(OTPAdminSite):  # type: ignore[misc] # django_otp has no types
    site_header = site_title = "Verwaltung"
    index_title = "Heute"
    enable_nav_sidebar = False
    login_form: type[PasswordForm] = SignInForm
    login_template: str | None = "admin/sign_in.html"
    logout_template: str | None = "admin/signing_in/signed_out.html"
    password_change_done_template = "admin/accounts/own_password_done.html"  # noqa: S105 - the name of a template

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        user_logged_in.connect(sessions.begin, dispatch_uid="sessions")
        ask_with(again.ask)
        former.keep_with(former_versions.Versions())
        keep_with(Store())
        if settings.DEMO:
            # DEMO is refused unless the portal is reachable from this machine only.
            self.login_form = PasswordForm

    def get_urls(self) -> list[Any]:
        own = [
            path("alles/", self.admin_view(self.everything), name="everything"),
            path("aushang/mitmachen.pdf", self.admin_view(posters.joining), name="join_poster"),
            path("aushang/<int:pk>.pdf", self.admin_view(posters.event), name="event_poster"),
            path("angefangen/<int:pk>/", self.admin_view(go_on), name="unsaved"),
            # Officers' bookmarks: these lists were called so once.
            path("auth/user/", self.admin_view(_ACCOUNTS), name="auth_user_changelist"),
            path("wegweiser/miss/", self.admin_view(_FAILED_SEARCHES), name="wegweiser_miss_changelist"),
            # Django's own is for those who may use the desk; others want to leave it, too.
            path("logout/", self.logout, name="logout"),
            *signing_in_urls.urlpatterns,
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
        more = {"passkey_host": settings.OTP_WEBAUTHN_RP_ID, "came_back": came_back, KEPT: request.POST.get(KEPT, "")}
        page: HttpResponse = super().login(request, more | (extra_context or {}))
        signed_in = request.method == "POST" and page.status_code == HTTPStatus.FOUND
        if signed_in and not settings.DEMO and not getattr(request.user, "otp_device", None):
            first_time.begin(request)
            return redirect("admin:my_sign_in")
        return typed_before.after_signing_in(request, page)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        found = self._next_events(request)
        own = today_page.context(request.user, found[0].event if found else None, timezone.now())
        page: HttpResponse = super().index(request, {**(extra_context or {}), **own, "next_events": found})
        return page

    def everything(self, request: HttpRequest) -> HttpResponse:
        """All lists of the desk, as Django's index shows them, and what the account has last done."""
        own = {"title": "Alles", "app_list": self.get_app_list(request), "recent": audit_log.recent(request.user)[:10]}
        return TemplateResponse(request, "admin/everything.html", {**self.each_context(request), **own})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds the doors for the head of every page to Django's context."""
        here = {"doors": doors.of(request.user, request.path)} if self.has_permission(request) else {}
        return {**super().each_context(request), **here}

    def _next_events(self, request: HttpRequest) -> list[next_events.NextEvent]:
        events = self.get_model_admin(Event)
        if not events.has_view_permission(request):
            return []
        return next_events.coming(events.get_queryset(request), timezone.now())

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Asks for the old password, and tells the owner by mail (R-04)."""
        shown = {**self.each_context(request), **(extra_context or {}), "title": "Passwort ändern"}
        change = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="admin/accounts/own_password.html",
            success_url=reverse("admin:password_change_done"),
            extra_context=shown,
        )
        return change(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models in the order in which officers need them, under names that officers know."""
        found = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        if app_label is None and request.user.has_perm("auth.change_user"):
            found["konten"] = _pages("konten", "Wer sich anmelden darf", "accounts:index", add="accounts:invite")
        if app_label is None and request.user.has_perm("netzwerk.view_publishedreport"):
            found["bericht"] = _pages("bericht", "Zwischenbilanz", "report:index")
        if app_label is None and request.user.has_perms(emergency.NEEDS):
            found["notfall"] = _pages("notfall", "Was gedruckt bereitliegen soll", "emergency")
        for label, app in found.items():
            app["name"] = APPS.get(label, app["name"])
            for entry in app["models"]:
                if entry.get("model") in self._registry:  # as its own pages call it (kit.desk.admin.Renamed)
                    entry["name"] = capfirst(self._registry[entry["model"]].opts.verbose_name_plural)
        return [found[label] for label in [*APPS, *(found.keys() - APPS.keys())] if label in found]

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        signed_in = bool(user.is_active and user.is_staff)
        verified: Callable[[], bool] = getattr(user, "is_verified", lambda: False)  # set by OTPMiddleware
        return signed_in and (settings.DEMO or verified())


def _pages(label: str, name: str, page: str, add: str = "") -> dict[str, Any]:
    """The entry of pages that belong to no model, such as those of the accounts."""
    url = reverse(page)
    entry = {"name": name, "object_name": label.title(), "admin_url": url, "view_only": not add}
    shown = {"add_url": reverse(add) if add else None, "perms": {"add": bool(add), "change": bool(add), "view": True}}
    return {"app_label": label, "name": "", "app_url": url, "has_module_perms": True, "models": [entry | shown]}


def _asks_for_nul(request: HttpRequest) -> bool:
    """What lists look for; PostgreSQL has no such character. Forms refuse it in a sentence of their own."""
    looked_for = [text for name, texts in request.GET.lists() for text in (name, *texts)]
    return any(
        "\0" in text for text in [request.path, *looked_for, *request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)]
    )

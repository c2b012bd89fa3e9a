"""The page „Meine Anmeldung“: the signed-in officer's second factors, and what passkeys need to be asked for."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kit.desk.again import View, password_again
from kit.local_time import moment_in
from netzwerk.signing_in import factors, first_time, passkeys, setup
from netzwerk.signing_in.setup_forms import AppForm, PasskeyForm

both = require_http_methods(["GET", "HEAD", "POST"])


def own(view: View) -> View:
    """Guards a page for those who may use the desk, and those who have to set up a factor first."""

    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if admin.site.has_permission(request) or first_time.is_under_way(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    return guarded


@require_safe
@own
def overview(request: HttpRequest) -> HttpResponse:
    found = factors.of(_user(request))
    codes = next((factor for factor in found if factor.left is not None), None)
    more = {
        "factors": found,
        "codes": codes,
        "few": codes is not None and codes.left is not None and codes.left <= factors.FEW_CODES,
        "has_device": any(factor.left is None for factor in found),
    }
    return _page(request, "overview", "Meine Anmeldung", more)


@both
@own
@password_again
def app(request: HttpRequest) -> HttpResponse:
    """GET draws a new key; POST takes the trial code, and shows the same key again if it is wrong."""
    user = _user(request)
    pending = setup.resume(user, request.POST.get("sealed", "")) if request.method == "POST" else None
    too_late = request.method == "POST" and pending is None
    pending = pending or setup.begin(user)
    form = AppForm(user, pending, None if request.method != "POST" or too_late else request.POST)
    try:
        if form.is_bound and form.is_valid():
            return _set_up(request, form.app)
    except setup.AlreadyDone:
        return redirect("admin:my_sign_in")
    picture = mark_safe(setup.picture(user, pending.seed))  # noqa: S308 - drawn by segno
    more = {"form": form, "picture": picture, "key": setup.spelt(pending.seed), "too_late": too_late}
    return _page(request, "app", "Handy einrichten", more)


@both
@own
@password_again
def passkey(request: HttpRequest) -> HttpResponse:
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_valid():
        user = _user(request)
        answer, name = form.cleaned_data["passkey"] or "", form.cleaned_data["name"] or "Passkey"
        try:
            with transaction.atomic():
                added = passkeys.add(request, user, answer, name)
                factors.added(user, added)
            return _set_up(request, added)
        except passkeys.Refused as error:
            refused = str(error)
    more = {"form": form, "refused": refused, "passkey_host": settings.OTP_WEBAUTHN_RP_ID}
    return _page(request, "passkey", "Passkey einrichten", more)


@require_safe
@own
def passkey_options(request: HttpRequest) -> HttpResponse:
    return JsonResponse(passkeys.options_to_add(request, _user(request)))


@require_safe
@never_cache
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """Open to everybody, and the same for everybody."""
    return JsonResponse(passkeys.options_to_sign_in(request))


@both
@own
@password_again
def codes(request: HttpRequest) -> HttpResponse:
    """GET explains; POST makes ten codes and shows them this once. Sent twice, it makes them once."""
    found = factors.of(_user(request))
    if not any(factor.left is None for factor in found):
        return redirect("admin:my_sign_in")
    sheet = next((factor for factor in found if factor.left is not None), None)
    more: dict[str, Any] = {"sheet": sheet, "seen": sheet.since.isoformat() if sheet else ""}
    if request.method == "POST":
        seen = request.POST.get("seen")
        known = seen is not None and (not seen or moment_in(seen) is not None)
        made = factors.make_codes(_user(request), moment_in(seen or "")) if known else None
        more |= {"made": made, "too_late": made is None}
    return _page(request, "codes", "Zehn Codes ausdrucken", more)


@both
@own
@password_again
def end(request: HttpRequest, factor: str) -> HttpResponse:
    """GET asks; POST ends one factor of one's own, never the last."""
    user = _user(request)
    found = factors.find(user, factor)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, "end", f"{found.kind} entfernen?", {"factor": found})
    signed_in_with_it = getattr(user, "otp_device", None) == found.device
    try:
        factors.end(user, found)
    except factors.LastFactor:
        messages.error(request, "Eine App oder ein Passkey muss bleiben. Richten Sie erst etwas anderes ein.")
        return redirect("admin:my_sign_in")
    if signed_in_with_it:
        first_time.verified_by(request, factors.of(user)[0].device)  # or this very session would end
    messages.success(request, f"{found.kind}: entfernt.")
    return redirect("admin:my_sign_in")


def _set_up(request: HttpRequest, device: Any) -> HttpResponse:
    user = _user(request)
    first_time.verified_by(request, device)
    messages.success(request, "Eingerichtet. Ab jetzt melden Sie sich damit an.")
    return redirect("admin:my_codes" if factors.codes_left(user) is None else "admin:my_sign_in")


def _page(request: HttpRequest, template: str, title: str, more: dict[str, Any]) -> HttpResponse:
    own_page = {"title": title, "first_time": not admin.site.has_permission(request)}
    context = {**admin.site.each_context(request), **own_page, **more}
    return render(request, f"admin/signing_in/{template}.html", context)


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user

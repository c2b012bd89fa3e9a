"""Pages before the sign-in: what links in mails about accounts open, and "Passwort vergessen". GET changes nothing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mailings.antispam import PublicEmailForm
from netzwerk.accounts import invitations, passwords, resets
from netzwerk.accounts.forms import NewPasswordForm
from netzwerk.accounts.mails import called

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


class ForgottenForm(PublicEmailForm):
    """Asks for the link to a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


@never_cache
@read_or_send
def forgotten(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, ip = form.cleaned_data["email"], request.META["REMOTE_ADDR"]
        if form.once(lambda: passwords.send_link(email, ip, form.proof)):
            return redirect("accounts:forgotten_sent")
    return _page(request, "forgotten", "Passwort vergessen", {"form": form})


@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """The same page whether there is an account or not."""
    return _page(request, "forgotten_sent", "Schauen Sie in Ihr Postfach")


@never_cache
@read_or_send
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    account = passwords.find(token)
    if account is None:
        return _invalid(request)
    form = NewPasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if passwords.reset(token, form.cleaned_data["new_password1"]) is None:
            return _invalid(request)
        return redirect("accounts:password_set")
    return _page(request, "new_password", "Neues Passwort", {"form": form})


@require_safe
def password_set(request: HttpRequest) -> HttpResponse:
    return _page(request, "password_set", "Ihr Passwort ist neu")


@never_cache
@read_or_send
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The colleague's first page: she chooses her password."""
    invitation = invitations.find(token)
    if invitation is None:
        return _invalid(request)
    # what the password must not resemble
    person = User(
        username=invitation.email,
        email=invitation.email,
        first_name=invitation.first_name,
        last_name=invitation.last_name,
    )
    form = NewPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if invitations.accept(invitation, form.cleaned_data["new_password1"]) is None:
            return _invalid(request)
        return redirect("accounts:accepted")
    return _page(request, "accept", "Willkommen", {"form": form, "invitation": invitation})


@require_safe
def accepted(request: HttpRequest) -> HttpResponse:
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': reverse('admin:my_sign_in')})}"
    return _page(request, "accepted", "Ihr Zugang ist fertig", {"sign_in": sign_in})


@never_cache
@read_or_send
def object_to_reset(request: HttpRequest, token: str) -> HttpResponse:
    reset = resets.to_object(token)
    if reset is None:
        return _invalid(request)
    if request.method == "POST":
        if not resets.object_to(reset):
            return _invalid(request)
        return redirect("accounts:objected")
    return _page(request, "object", "Zweiten Schritt behalten?", {"reset": reset, "asked_by": called(reset.asked_by)})


@require_safe
def objected(request: HttpRequest) -> HttpResponse:
    return _page(request, "objected", "Es bleibt alles, wie es ist")


@never_cache
@read_or_send
def carry_out_reset(request: HttpRequest, token: str) -> HttpResponse:
    reset = resets.to_carry_out(token)
    if reset is None:
        return _invalid(request)
    if request.method == "POST":
        if not resets.carry_out(reset):
            return _invalid(request)
        return redirect("accounts:reset_done")
    return _page(request, "carry_out", "Zweiten Schritt zurücksetzen", {"reset": reset})


@require_safe
def reset_done(request: HttpRequest) -> HttpResponse:
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': reverse('admin:my_sign_in')})}"
    return _page(request, "reset_done", "Ihr zweiter Schritt ist zurückgesetzt", {"sign_in": sign_in})


def _invalid(request: HttpRequest) -> HttpResponse:
    """The same page for unknown, used, expired and mangled links; it does not tell which."""
    response = _page(request, "invalid_link", "Dieser Link gilt nicht mehr")
    response.status_code = 404
    return response


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any] | None = None) -> HttpResponse:
    known = {**admin.site.each_context(request), "title": title}
    return render(request, f"admin/accounts/gate/{name}.html", known | (context or {}))

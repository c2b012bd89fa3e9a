"""The desk's pages "Konten der Verwaltung": who may sign in, with which roles; invite, switch off, reset."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.desk.again import password_again
from netzwerk.accounts import colleagues, invitations, resets, second_addresses
from netzwerk.accounts.colleagues import NotAllowed
from netzwerk.accounts.forms import InvitationForm, OwnAddressForm, RolesForm, SecondAddressForm, SwitchOffForm
from netzwerk.accounts.mails import called
from netzwerk.models import AccountInvitation, FactorReset
from netzwerk.signing_in import factors

may_keep_accounts = permission_required("auth.change_user", raise_exception=True)
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
@may_keep_accounts
def index(request: HttpRequest) -> HttpResponse:
    accounts = list(colleagues.everybody())
    with_factor = factors.owners(accounts)
    context = {
        "accounts": [(user, called(user), colleagues.roles_of(user), user.pk in with_factor) for user in accounts],
        "invitations": AccountInvitation.objects.order_by("invited_at"),
    }
    return _page(request, "index", "Konten der Verwaltung", context)


@never_cache
@read_or_send
@may_keep_accounts
@password_again
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(**form.cleaned_data, by=_officer(request))
        except invitations.AlreadyThere:
            form.add_error("email", "Diese Adresse hat gerade jemand anderes eingeladen.")
        else:
            messages.success(request, f"Die Einladung an {invitation} geht jetzt hinaus. Sie gilt sieben Tage.")
            return redirect("accounts:index")
    return _page(request, "invite", "Jemanden einladen", {"form": form})


@never_cache
@require_safe
@may_keep_accounts
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AccountInvitation.objects.select_related("invited_by"), pk=pk)
    is_open = AccountInvitation.objects.still_open().filter(pk=pk).exists()
    context = {"invitation": found, "is_open": is_open, "invited_by": called(found.invited_by)}
    return _page(request, "invitation", str(found), context)


@require_POST
@may_keep_accounts
@password_again
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AccountInvitation, pk=pk)
    if invitations.send_again(found, by=_officer(request)):
        messages.success(request, f"Ein neuer Link geht an {found.email}. Der alte gilt nicht mehr.")
    return redirect("accounts:index")


@require_POST
@may_keep_accounts
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AccountInvitation, pk=pk)
    if invitations.withdraw(found, by=_officer(request)):
        messages.success(request, f"Die Einladung an {found} gilt nicht mehr.")
    return redirect("accounts:index")


@never_cache
@require_safe
@may_keep_accounts
def account(request: HttpRequest, pk: int) -> HttpResponse:
    user, officer = _account(pk), _officer(request)
    context = {
        "roles": colleagues.roles_of(user),
        "factors": factors.of(user),
        "is_own": user.pk == officer.pk,
        "reset": resets.of(user),
        "hindrance": resets.hindrance(user, officer),
        "off": getattr(user, "switched_off", None),
    }
    return _page(request, "account", called(user), context | {"account": user})


@never_cache
@read_or_send
@may_keep_accounts
@password_again
def change_roles(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(pk)
    form = RolesForm(request.POST or None, initial={"roles": colleagues.roles_of(user)})
    if request.method == "POST" and form.is_valid():
        names = form.cleaned_data["roles"]
        return _tried(request, user, lambda by: colleagues.set_roles(user, names, by=by), "Gespeichert.")
    return _page(request, "roles", f"Rollen von {called(user)}", {"account": user, "form": form})


@never_cache
@read_or_send
@may_keep_accounts
@password_again
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(pk)
    form = SwitchOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, name = form.cleaned_data["reason"], called(user)
        done = f"Das Konto ist abgeschaltet. {name} ist überall abgemeldet."
        return _tried(request, user, lambda by: colleagues.switch_off(user, by=by, reason=reason), done)
    return _page(request, "switch_off", f"Konto von {called(user)} abschalten", {"account": user, "form": form})


@never_cache
@read_or_send
@may_keep_accounts
@password_again
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(pk)
    if request.method == "POST":
        return _tried(request, user, lambda by: colleagues.switch_on(user, by=by), "Das Konto ist wieder an.")
    return _page(request, "switch_on", f"Konto von {called(user)} einschalten", {"account": user})


@never_cache
@read_or_send
@may_keep_accounts
@password_again
def reset_factors(request: HttpRequest, pk: int) -> HttpResponse:
    user, officer = _account(pk), _officer(request)
    if request.method == "POST":
        try:
            resets.ask(user, by=officer)
        except resets.NotPossible as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, f"{called(user)} bekommt jetzt eine Mail und morgen den Link.")
        return redirect("accounts:account", pk)
    context = {"account": user, "hindrance": resets.hindrance(user, officer)}
    return _page(request, "reset", f"Zweiten Schritt von {called(user)} zurücksetzen", context)


@require_POST
@may_keep_accounts
def withdraw_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(pk)
    reset = resets.of(user)
    if reset and resets.withdraw(reset, by=_officer(request)):
        messages.success(request, "Zurückgenommen. Der zweite Schritt bleibt, wie er ist.")
    return redirect("accounts:account", pk)


@never_cache
@read_or_send
def own_reset(request: HttpRequest) -> HttpResponse:
    """For an officer who has signed in with a factor: it works, and somebody is about to end it."""
    reset: FactorReset | None = resets.of(_officer(request))
    if request.method == "POST":
        if reset and resets.object_to(reset):
            messages.success(request, "Widersprochen. Ihr zweiter Schritt bleibt, wie er ist.")
        return redirect("admin:index")
    context = {"reset": reset, "asked_by": called(reset.asked_by) if reset else ""}
    return _page(request, "own_reset", "Ihr zweiter Schritt", context)


@never_cache
@read_or_send
def own_address(request: HttpRequest) -> HttpResponse:
    """For an old account without an address: only its owner enters one, or a colleague could have the mails."""
    officer = _officer(request)
    if officer.email:
        return redirect("admin:index")
    form = OwnAddressForm(officer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if colleagues.enter_address(officer, form.cleaned_data["email"]):
            messages.success(request, "Gespeichert.")
        return redirect("admin:index")
    return _page(request, "own_address", "Ihre E-Mail-Adresse", {"form": form})


@never_cache
@read_or_send
@password_again
def second_address(request: HttpRequest) -> HttpResponse:
    """Only its owner enters it, or a colleague could have the mails."""
    officer = _officer(request)
    form = SecondAddressForm(officer, request.POST or None, now=second_addresses.of(officer))
    if request.method == "POST" and form.is_valid():
        try:
            if second_addresses.enter(officer, form.cleaned_data["email"]):
                messages.success(request, "Gespeichert. Eine Mail an Ihre Adressen ist unterwegs.")
        except second_addresses.TakenMeanwhile:
            form.add_error("email", "Mit dieser Adresse gibt es schon ein Konto.")
        else:
            return redirect("admin:my_sign_in")
    return _page(request, "second_address", "Zweite Adresse", {"form": form})


def _account(pk: int) -> User:
    return get_object_or_404(User.objects.filter(is_staff=True).select_related("switched_off__by"), pk=pk)


def _officer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the desk lets nobody else in
    return request.user


def _tried(request: HttpRequest, user: User, action: Callable[[User], bool], done: str) -> HttpResponse:
    """Does what the officer asked for, or says why not; both times the account's page follows."""
    try:
        if action(_officer(request)):
            messages.success(request, done)
    except NotAllowed as reason:
        messages.error(request, str(reason))
    return redirect("accounts:account", user.pk)


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    known = {**admin.site.each_context(request), "title": title}
    return render(request, f"admin/accounts/{name}.html", known | context)

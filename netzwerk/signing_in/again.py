"""Asks for the password or a passkey before what is dangerous, unless one was given in the last ten minutes (S-04b)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kit.desk.coming_back import come_back
from kit.desk.typed import KEPT, Typed
from netzwerk.signing_in import passkeys, sessions
from netzwerk.signing_in.form import HiddenAnswer

FIELD = "password_again"
RIGHT = "Danke. Was Sie geschrieben haben, steht wieder da; geschehen ist noch nichts."


class AgainForm(forms.Form):
    password_again = forms.CharField(
        label="Ihr Passwort",
        required=False,  # a passkey does as well
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    passkey = forms.Field(required=False, widget=HiddenAnswer)

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        super().__init__(request.POST if FIELD in request.POST else None, label_suffix="")

    def clean(self) -> dict[str, Any]:
        """A wrong password counts as a failed sign-in: five close both for a while. A passkey cannot be guessed."""
        data, user = super().clean() or {}, self.request.user
        assert isinstance(user, User)
        if answer := data.get("passkey"):
            if passkeys.accept(user, answer, really=True) is None:
                self.add_error(None, "Der Passkey gehört nicht zu Ihrem Konto, oder es hat zu lange gedauert.")
        elif not data.get(FIELD):
            self.add_error(FIELD, "Geben Sie Ihr Passwort ein.")
        elif authenticate(self.request, username=user.get_username(), password=data[FIELD]) != user:
            self.add_error(FIELD, "Das Passwort stimmt nicht. Achten Sie auf große und kleine Buchstaben.")
        return data


def ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks; None if there is no need to. Only this machine can reach the demo: there it never asks."""
    if settings.DEMO or sessions.is_proven(request):
        return None
    form = AgainForm(request)
    typed = Typed.unpack(request.POST.get(KEPT, "")) if form.is_bound else _sent(request)
    if form.is_valid():
        sessions.note_proof(request)
        if typed and typed.owner == str(request.user.pk):
            return come_back(request, typed, RIGHT)
        return HttpResponseRedirect(request.get_full_path())
    context = {
        **admin.site.each_context(request),
        "title": "Sind Sie es noch?",
        "form": form,
        "passkey_host": settings.OTP_WEBAUTHN_RP_ID if passkeys.has_any(request.user) else "",
        KEPT: typed.pack() if typed else "",
        "back": typed.page if typed else "",
    }
    return render(request, "admin/desk/again.html", context)


def _sent(request: HttpRequest) -> Typed | None:
    return Typed.of(request, str(request.user.pk)) if request.method == "POST" else None

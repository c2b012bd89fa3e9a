"""Asks for the password again before what is dangerous, unless it was given in the last ten minutes (S-04b)."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kit.desk.coming_back import come_back
from kit.desk.typed import KEPT, Typed
from netzwerk.signing_in import sessions

FIELD = "password_again"
RIGHT = "Danke. Was Sie geschrieben haben, steht wieder da; geschehen ist noch nichts."


class AgainForm(forms.Form):
    password_again = forms.CharField(
        label="Ihr Passwort",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "Geben Sie Ihr Passwort ein."},
    )

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        super().__init__(request.POST if FIELD in request.POST else None, label_suffix="")

    def clean_password_again(self) -> None:
        """Counts with the tries to sign in: five wrong ones end both for a while."""
        assert isinstance(self.request.user, User)
        name, password = self.request.user.get_username(), self.cleaned_data[FIELD]
        if authenticate(self.request, username=name, password=password) != self.request.user:
            raise forms.ValidationError("Das Passwort stimmt nicht. Groß und klein zählt.")


def ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks; None if there is no need to. Only this machine can reach the demo: there it never asks."""
    if settings.DEMO or sessions.has_fresh_password(request):
        return None
    form = AgainForm(request)
    typed = Typed.unpack(request.POST.get(KEPT, "")) if form.is_bound else _sent(request)
    if form.is_valid():
        sessions.note_password(request)
        if typed and typed.owner == str(request.user.pk):
            return come_back(request, typed, RIGHT)
        return HttpResponseRedirect(request.get_full_path())
    context = {
        **admin.site.each_context(request),
        "title": "Bitte noch einmal Ihr Passwort",
        "form": form,
        KEPT: typed.pack() if typed else "",
        "back": typed.page if typed else "",
    }
    return render(request, "admin/desk/again.html", context)


def _sent(request: HttpRequest) -> Typed | None:
    return Typed.of(request, str(request.user.pk)) if request.method == "POST" else None

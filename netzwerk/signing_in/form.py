"""The form with which officers sign in: name, password and second factor, all at once.

Whatever of the three is wrong, the answer is the same, and so is the work that leads to it (S-04): somebody who guesses
never learns that a password was right.
"""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Q
from django_otp.models import Device

from netzwerk.signing_in import factors, limits, passkeys

LONGEST_NAME = 254  # an e-mail address; names of accounts are shorter


class PasswordForm(AdminAuthenticationForm):
    """Name and password: enough for the demo, which only this machine can reach."""

    username = UsernameField(
        label="Name oder E-Mail-Adresse",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autofocus": True}),
        error_messages={
            "required": "Bitte geben Sie Ihren Namen oder Ihre E-Mail-Adresse ein.",
            "max_length": "So lang ist kein Name. Bitte prüfen Sie die Eingabe.",
            "null_characters_not_allowed": "Der Name enthält ein Zeichen, das es nicht gibt. Bitte tippen Sie ihn neu.",
        },
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Name oder Passwort stimmt nicht. Achten Sie beim Passwort auf große und kleine Buchstaben.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages |= {
            "required": "Bitte geben Sie Ihr Passwort ein.",
            "null_characters_not_allowed": "Im Passwort steht ein Zeichen, das es nicht gibt. Bitte tippen Sie es neu.",
        }

    def clean_username(self) -> str:
        """The account's name, which limits count by, whichever of the two was typed."""
        return account_name(self.cleaned_data["username"])


class CodeInput(forms.TextInput):
    """Never shows what was typed: it is used up, or was wrong."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class HiddenAnswer(CodeInput):
    """What a script puts into the form."""

    input_type = "hidden"


class SignInForm(PasswordForm):
    """Name, password, and a code or the answer of a passkey."""

    otp_token = forms.CharField(
        label="Code",
        required=False,  # a missing code is a wrong one, and the first sign-in has none
        max_length=50,
        help_text="Sechs Ziffern aus der App, oder einer Ihrer gedruckten Codes. Beim ersten Mal leer lassen.",
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "max_length": "So lang ist kein Code. Bitte prüfen Sie die Eingabe.",
            "null_characters_not_allowed": "Der Code enthält ein Zeichen, das es nicht gibt. Bitte tippen Sie ihn neu.",
        },
    )
    passkey = forms.Field(required=False, widget=HiddenAnswer)
    error_messages = {
        **PasswordForm.error_messages,
        "invalid_login": "Name, Passwort oder zweiter Schritt stimmt nicht. Achten Sie beim Passwort auf große und "
        "kleine Buchstaben. Jeder Code gilt nur einmal. Nach fünf Versuchen müssen Sie eine Viertelstunde warten.",
    }

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password:
            return self.cleaned_data
        assert self.request is not None
        with limits.one_at_a_time(self.request):
            # What is raised in the block would undo that the failure was counted.
            self.user_cache = self._user(name, password)
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        return self.cleaned_data

    def _user(self, name: str, password: str) -> User | None:
        """Decides who may come in: with `otp_device`, or without if the account has no factor yet."""
        user = authenticate(self.request, username=name, password=password)
        owner = User.objects.filter(username=name).first() or User(pk=0)
        first_time = not factors.has_any(owner)
        allowed = user is not None and user.is_staff
        device = self._device(owner, really=allowed)
        if isinstance(user, User) and allowed and (device or first_time):
            user.otp_device = device  # type: ignore[attr-defined] # django_otp takes it from here when signing in
            return user
        if user is not None:  # otherwise `authenticate` has told
            user_login_failed.send(__name__, credentials={"username": name}, request=self.request)
        return None

    def _device(self, owner: User, *, really: bool) -> Device | None:
        if answer := self.cleaned_data.get("passkey"):
            return passkeys.accept(owner, answer, really=really)
        return factors.accept(owner, self.cleaned_data.get("otp_token", ""), really=really)


def account_name(typed: str) -> str:
    """The name of the account that has this name or, alone, this e-mail address; else what was typed.

    Capital letters make no difference: no two accounts differ by them alone (migration 0011).
    """
    found = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed))
    names = list(found.values_list("username", flat=True))
    called_so = [name for name in names if name.upper() == typed.upper()]
    return called_so[0] if called_so else names[0] if len(names) == 1 else typed

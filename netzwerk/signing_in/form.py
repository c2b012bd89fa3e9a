"""The form with which officers sign in: name, password and a code, all at once.

Whatever of the three is wrong, the answer is the same, and so is the work that leads to it (S-04): somebody who guesses
never learns that a password was right.
"""

from copy import copy
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django_otp import devices_for_user
from django_otp.models import Device

LONGEST_NAME = 150  # as long as auth.User allows
_NO_CODE = ""


class PasswordForm(AdminAuthenticationForm):
    """Name and password: enough for the demo, which only this machine can reach."""

    username = UsernameField(
        label="Name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autofocus": True}),
        error_messages={
            "max_length": "So lang ist kein Name. Bitte prüfen Sie die Eingabe.",
            "null_characters_not_allowed": "Der Name enthält ein Zeichen, das es nicht gibt. Bitte tippen Sie ihn neu.",
        },
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Name oder Passwort stimmt nicht. Groß und klein zählt.",
    }


class CodeInput(forms.TextInput):
    """Never shows what was typed: it is used up, or was wrong."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class SignInForm(PasswordForm):
    """Name, password and code. The device is found by itself."""

    otp_token = forms.CharField(
        label="Code",
        required=False,  # a missing code is a wrong one
        max_length=50,
        help_text="Sechs Ziffern aus der App auf Ihrem Handy, oder einer Ihrer Notfallcodes.",
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "required": True}),
    )
    error_messages = {
        **PasswordForm.error_messages,
        "invalid_login": "Name, Passwort oder Code stimmt nicht. Groß und klein zählt. "
        "Nach fünf Versuchen geht es erst eine Viertelstunde später weiter.",
    }

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password:
            return self.cleaned_data
        user = authenticate(self.request, username=name, password=password)
        allowed = user is not None and user.is_staff
        device = _device_of(name, self.cleaned_data.get("otp_token", _NO_CODE), really=allowed)
        if user is None or device is None:
            if user is not None:  # otherwise `authenticate` has told
                user_login_failed.send(__name__, credentials={"username": name}, request=self.request)
            raise self.get_invalid_login_error()
        user.otp_device = device  # type: ignore[attr-defined] # django_otp takes it from here when signing in
        self.user_cache = user
        return self.cleaned_data


def _device_of(name: str, code: str, *, really: bool) -> Device | None:
    """The device of the user that accepts the code; a code that none accepts slows down all of them.

    Unless `really`, the code counts as wrong, and the same statements leave the devices as they are.
    """
    owner = User.objects.filter(username=name).first() or User(pk=0)
    with transaction.atomic():
        devices = list(devices_for_user(owner, for_verify=True))
        unchanged = [copy(device) for device in devices]
        for device in devices:
            before = transaction.savepoint()
            if device.verify_token(code if really else _NO_CODE):
                return device
            # Another device may accept it. This one must not be slowed down by what was not meant for it.
            transaction.savepoint_rollback(before)
        for device in devices if really else unchanged:
            device.save()  # the object still knows of the failure that was rolled back
    return None

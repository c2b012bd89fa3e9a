"""Forms that the public sends: spam is kept out without a captcha (S-14).

A person who is refused by mistake is told so and can try again; nothing is dropped silently.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone

from mailings.addresses import InvalidAddress, normalise

_SALT = "mailings.guard"
LONGEST = 24 * 60 * 60  # seconds between seeing the form and sending it


class SpamGuardedForm(forms.Form):
    """Honeypot and signed time. Subclasses add their fields."""

    # Off screen by CSS (.extra), not type=hidden: naive bots fill what looks like a field.
    homepage = forms.CharField(
        label="Dieses Feld bitte leer lassen",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = stamp(0)

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError("Dieses Feld muss leer bleiben. Löschen Sie bitte, was darin steht.")
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        age = _age(cleaned.get("seen", ""))
        if age is None or age > LONGEST:
            self._show_anew()
            raise forms.ValidationError("Diese Seite war lange offen. Bitte schicken Sie das Formular noch einmal ab.")
        if age < settings.FORM_SECONDS:
            raise forms.ValidationError("Das ging sehr schnell. Bitte schicken Sie das Formular noch einmal ab.")
        return cleaned

    def _show_anew(self) -> None:
        """Puts a fresh stamp into the page that comes back, old enough for the form to be sent at once."""
        typed = {name: self.data.get(name) for name in self.data}
        self.data = typed | {self.add_prefix("seen"): stamp(settings.FORM_SECONDS)}


class PublicEmailForm(SpamGuardedForm):
    """A form that also asks for the address to which we write."""

    email = forms.CharField(
        label="Ihre E-Mail-Adresse",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "autofocus": False}),
        error_messages={"required": "Schreiben Sie hier Ihre E-Mail-Adresse hinein."},
    )

    field_order = ["email"]

    def clean_email(self) -> str:
        try:
            return normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(str(error)) from error


def stamp(age: float) -> str:
    """The signed time at which a form was shown, `age` seconds ago."""
    return signing.dumps(timezone.now().timestamp() - age, salt=_SALT)


def _age(stamp: str) -> float | None:
    try:
        return timezone.now().timestamp() - float(signing.loads(stamp, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None

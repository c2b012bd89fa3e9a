"""The forms with which officers set up their second factors."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from netzwerk.models import AuthenticatorApp
from netzwerk.signing_in import setup
from netzwerk.signing_in.form import CodeInput, HiddenAnswer

NO_SUCH_CHARACTER = "Hier steht ein Zeichen, das es nicht gibt. Bitte tippen Sie es neu."


class NameForm(forms.Form):
    """How the owner tells this device from others."""

    name = forms.CharField(
        label="Welches Gerät ist es?",
        required=False,
        max_length=40,
        help_text="Damit Sie es wiederfinden, zum Beispiel „Diensthandy“. Sie dürfen das leer lassen.",
        error_messages={
            "max_length": "Bitte höchstens 40 Zeichen.",
            "null_characters_not_allowed": NO_SUCH_CHARACTER,
        },
    )


class AppForm(NameForm):
    """The seed travels sealed; the trial code shows that the app knows it."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label="Welche sechs Ziffern zeigt die App?",
        max_length=50,
        help_text="Es ist nur eine Probe. Stimmt sie nicht, bleibt alles wie bisher.",
        widget=CodeInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={
            "required": "Bitte geben Sie die sechs Ziffern ein, die die App jetzt zeigt.",
            "max_length": "Sechs Ziffern, mehr nicht.",
            "null_characters_not_allowed": NO_SUCH_CHARACTER,
        },
    )

    def __init__(self, user: User, pending: setup.Pending, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["sealed"] = pending.sealed
        self._user, self._pending = user, pending
        self.app: AuthenticatorApp | None = None

    def clean(self) -> dict[str, Any]:
        """Stores the app if the trial code is right. Raises AlreadyDone."""
        found = super().clean() or self.cleaned_data
        if not self.errors:
            name = found["name"] or "Handy"
            self.app = setup.finish(self._user, self._pending, found["code"], name)
            if self.app is None:
                self.fields["code"].widget.attrs["autofocus"] = True
                self.add_error(
                    "code",
                    "Dieser Code passt nicht. Warten Sie, bis die App den nächsten zeigt, und geben Sie den ein. Es "
                    "passt wieder nicht? Dann geht die Uhr des Handys falsch: Stellen Sie sie auf „automatisch“.",
                )
        return found


class PasskeyForm(NameForm):
    passkey = forms.Field(required=False, widget=HiddenAnswer)

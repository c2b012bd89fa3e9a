"""Where an officer sends a mail to try it out."""

from typing import Any, Self

from django import forms

from mailings.addresses import InvalidAddress, normalise


class TestMailForm(forms.Form):
    __test__ = False  # pytest: not a test

    email = forms.CharField(
        label="An",
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}),
        error_messages={"required": "Schreiben Sie hier Ihre E-Mail-Adresse hinein."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    @classmethod
    def to(cls, user: Any) -> Self:
        """Suggests the officer's own address."""
        return cls(initial={"email": getattr(user, "email", "")})

    def clean_email(self) -> str:
        try:
            return normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(error.reason) from error

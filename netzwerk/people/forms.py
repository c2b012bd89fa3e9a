"""The form in which an officer enters a member's new address."""

from typing import Any

from django import forms

from mailings.addresses import InvalidAddress, normalise


class AddressForm(forms.Form):
    email = forms.CharField(
        label="Neue Adresse",
        help_text="Sie gilt erst, wenn die Person sie über eine Mail bestätigt. Die alte Adresse bekommt dann einen "
        "neutralen Hinweis.",
        max_length=254,
        error_messages={"required": "Schreiben Sie hier die neue Adresse hinein."},
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    def clean_email(self) -> str:
        try:
            return normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(error.reason) from error

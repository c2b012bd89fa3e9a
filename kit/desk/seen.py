"""A small form that sends along what its page has shown: somebody else's change is told, not overwritten (D-15)."""

from typing import Any, cast

from django import forms
from django.http import QueryDict


class SeenForm(forms.Form):
    """Forms of records use `conflicts`; this is for forms of two or three fields on pages of ours.

    `now` is what is stored, as text. If the page has shown something else, the form is invalid once and says
    `meanwhile`; what was typed stays, and the next press saves it.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: str = "", meanwhile: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.meanwhile = now, meanwhile
        self.initial["seen"] = now

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.now:
            sent = cast(QueryDict, self.data).copy()
            sent["seen"] = self.now
            self.data = sent
            raise forms.ValidationError(self.meanwhile)
        return self.now

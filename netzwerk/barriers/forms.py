"""The public form with which a barrier is reported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailings.antispam import PublicEmailForm
from netzwerk.models.barriers import LONGEST_REPORT
from wegweiser.imports.columns import clean
from wegweiser.reporting.forms import TextLineField


class BarrierForm(PublicEmailForm):
    text = forms.CharField(
        label=_("Was klappt nicht?"),
        help_text=_("Oder was brauchen Sie in anderer Form? Sie müssen nicht sagen, warum."),
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _("Schreiben Sie kurz, was nicht klappt.")},
    )
    page = TextLineField(
        _("Auf welcher Seite?"), 300, required=False, help_text=_("Freiwillig. Ihre Adresse oder ihr Name genügt.")
    )
    field_order = ["text", "page", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Freiwillig. Nur, wenn Sie eine Antwort möchten.")

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n"))

    def clean_email(self) -> str:
        return super().clean_email() if self.cleaned_data["email"] else ""

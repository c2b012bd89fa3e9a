"""Which span an officer wants to see exactly."""

from typing import Any

from django import forms
from django.utils import timezone

from netzwerk.report.spans import Span, year

_DAY = {"type": "date"}
_ERRORS = {"invalid": "Geben Sie einen Tag ein, zum Beispiel 31.12.2026.", "required": "Geben Sie einen Tag ein."}


class SpanForm(forms.Form):
    """The span of an exact report. Its values stand in the URL, so it asks for nothing secret."""

    von = forms.DateField(label="Von", error_messages=_ERRORS, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    bis = forms.DateField(label="Bis", error_messages=_ERRORS, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    stand = forms.DateField(
        label="Gezählt bis",
        required=False,
        help_text="Was danach geschah, zählt nicht mit. Was Sie erst später eintragen, schon. Leer heißt: bis heute.",
        error_messages=_ERRORS,
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
    )

    def __init__(self, asked: Any) -> None:
        this_year = year(timezone.localdate().year)
        given = {name: asked[name] for name in self.base_fields if name in asked}
        first = {"von": this_year.begin.isoformat(), "bis": this_year.end.isoformat()}
        super().__init__(given or first, label_suffix="", auto_id="id_%s")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        begin, end = found.get("von"), found.get("bis")
        if begin and end and begin > end:
            self.add_error("bis", "Dieser Tag liegt vor dem ersten.")
        if (until := found.get("stand")) and until > timezone.localdate():
            self.add_error("stand", "Dieser Tag kommt erst noch.")
        for name in ("von", "bis"):
            if (day := found.get(name)) and not 2000 <= day.year <= 2100:
                self.add_error(name, "Wählen Sie ein Jahr zwischen 2000 und 2100.")
        return found

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["von"], self.cleaned_data["bis"])

"""The small form for a household that stands at the door unannounced."""

from typing import Any

from django import forms

from events.answering.answers import Details, Party
from events.answering.form import PartyForm
from events.models import BANDS, band_label


class ArrivalForm(PartyForm):
    """A name, numbers, and one tick for the childcare of all children whose age it is for."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    cared_for = forms.BooleanField(label="Die Kinder gehen in die Betreuung.", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "id_dazu_%s"} | kwargs)
        for name in ("remark", *(f"childcare_{index}" for index in self.cared)):
            del self.fields[name]
        for index, band in enumerate(BANDS):
            self.fields[f"children_{index}"].label = f"Kinder {band_label(band)}"
        if not self.cared:
            del self.fields["cared_for"]
        self.fields["name"] = forms.CharField(
            label="Name",
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": "Schreiben Sie einen Namen. Ein Vorname genügt."},
        )
        self.fields["phone"].help_text = "Wenn Sie wollen: für die Zeit der Betreuung."
        self.fields["phone"].widget.attrs["autocomplete"] = "off"

    @property
    def children(self) -> list[forms.BoundField]:
        return [self[f"children_{index}"] for index in range(len(BANDS))]

    def party(self) -> Party:
        data = self.cleaned_data
        party = Party(data["adults"], [data[f"children_{index}"] for index in range(len(BANDS))])
        return party.with_childcare(self.cared) if data.get("cared_for") else party

    def details(self) -> Details:
        return Details("", self.cleaned_data["name"], self.cleaned_data["phone"])

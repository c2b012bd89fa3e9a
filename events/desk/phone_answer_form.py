"""The form in which an officer enters the answer of a family on the telephone."""

from typing import Any

from django import forms

from events.answering.answers import Details, Party
from events.answering.form import NO, YES, AnswerForm
from events.models import LONGEST_REMARK, Event, Reply


class PhoneAnswerForm(AnswerForm):
    """Shows the stored `reply`. Without the permission to read remarks, it neither shows nor changes them (P-24)."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, reply: Reply | None, may_read_remarks: bool, **kwargs: Any) -> None:
        super().__init__(*args, event=event, **{"label_suffix": ""} | kwargs)
        self.kept_remark = reply.remark if reply else ""
        fields: Any = self.fields
        fields["antwort"].label = "Antwort"
        fields["antwort"].choices = [(YES, "kommt"), (NO, "kommt nicht")]
        fields["antwort"].error_messages = dict.fromkeys(("required", "invalid_choice"), "Wählen Sie eine Antwort.")
        fields["name"].label = "Name"
        fields["name"].help_text = "Für die Liste an der Tür."
        fields["name"].widget.attrs = {"autocomplete": "off"}
        fields["phone"].widget.attrs |= {"autocomplete": "off"}
        fields["remark"].label = "Bemerkung"
        fields["remark"].help_text = f"Höchstens {LONGEST_REMARK} Zeichen. Bitte keine Gründe und keine Diagnosen."
        for index in self.cared:  # the column says it to those who see
            fields[f"childcare_{index}"].widget.attrs["aria-label"] = fields[f"childcare_{index}"].label
        if reply is None:  # somebody new, without an address
            del fields["antwort"]
            fields["name"].required = True
            fields["name"].error_messages["required"] = "Schreiben Sie einen Namen. Ein Vorname genügt."
            fields["phone"].help_text = "Eine Mail bekommt die Familie nicht. So erreichen Sie sie."
        if not may_read_remarks and self.kept_remark:
            del fields["remark"]

    def wanted(self) -> Party | None:
        return self.party() if self.cleaned_data.get("antwort", YES) == YES else None

    def details(self) -> Details:
        data = self.cleaned_data
        return Details(data.get("remark", self.kept_remark), data["name"], data["phone"])

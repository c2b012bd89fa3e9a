"""Asks an officer whether a text that reveals too much should rather be a neutral one (M-15)."""

from typing import Any, ClassVar

from django import forms

from mailings.desk import neutral_subject
from mailings.templates import one_line

NEUTRAL, ANYWAY = "neutral", "anyway"  # the proposal, or what was typed


class NeutralSubjectForm(forms.ModelForm[Any]):
    """Asks the `question` about the field `subject_field` if it reveals something; `telling` holds those words."""

    subject_field: ClassVar[str]
    question: ClassVar[str]
    choice = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject = one_line(self.data.get(self.subject_field, ""))
        # A subject that was accepted once is not asked about again.
        accepted = subject == getattr(self.instance, self.subject_field)
        self.telling = [] if accepted else neutral_subject.finds(subject)
        self.fields["choice"].label = self.question
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (NEUTRAL, f"„{self.proposal(subject)}“ (unser Vorschlag)"),
            (ANYWAY, f"„{subject}“ trotzdem"),
        ]

    def proposal(self, subject: str) -> str:
        return neutral_subject.proposal(subject)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        subject = data.get(self.subject_field)
        if self.telling and subject:
            if data.get("choice") == NEUTRAL:
                data[self.subject_field] = self.proposal(subject)
            elif data.get("choice") != ANYWAY:
                self.add_error("choice", "Wählen Sie einen, oder schreiben Sie oben einen anderen.")
        return data

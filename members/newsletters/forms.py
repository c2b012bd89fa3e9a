"""The form of a newsletter: its words and its audience."""

from typing import Any

from django import forms
from django.db import transaction

from kit.desk.editing import EditConflict
from kit.markdown import WithoutImages
from mailings import planning
from mailings.desk.neutral_subject_form import NeutralSubjectForm
from mailings.templates import one_line
from members.audience_forms import AudienceFields
from members.models import Newsletter
from members.newsletters import writing

LONGEST = 20_000  # characters; mail programs cut off what is much longer


class NewsletterForm(WithoutImages, AudienceFields, NeutralSubjectForm):
    subject_field, question = "subject", "Welchen Betreff nehmen wir?"

    subject = forms.CharField(
        label="Betreff",
        help_text="Steht auch auf gesperrten Handys. Schreiben Sie ihn so, dass er niemandem etwas verrät.",
        max_length=120,
        error_messages={"required": "Schreiben Sie einen Betreff."},
    )
    text = forms.CharField(
        label="Text",
        help_text="Eine leere Zeile trennt Absätze. **So** wird ein Wort fett. Zeilen mit - davor werden eine Liste.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "Schreiben Sie einen Text."},
    )

    class Meta:
        model = Newsletter
        fields = ("subject", "text", "municipalities", "youngest", "oldest")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    def clean_subject(self) -> str:
        subject = one_line(self.cleaned_data["subject"])
        if any(f"${name}" in subject for name in writing.PLACEHOLDERS):
            raise forms.ValidationError("Im Betreff gehen keine Platzhalter. Schreiben Sie ihn ohne $.")
        return subject

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        unknown = writing.unknown_placeholders(text)
        if unknown:
            known = ", ".join(f"${name}" for name in writing.PLACEHOLDERS)
            raise forms.ValidationError(
                f"Das kennt das Portal nicht: {', '.join(unknown)}. Es gibt {known}. "
                "Ein Dollarzeichen schreiben Sie doppelt: $$."
            )
        return str(text)

    def clean(self) -> dict[str, Any]:
        """Must run in the transaction that saves: until it ends nobody else can change or send the draft."""
        data = super().clean() or {}
        if self.instance.pk:
            self._take()
        return data

    def _take(self) -> None:
        try:
            with transaction.atomic():  # after a lock timeout the page can still be shown
                planning.draft(self.instance)
        except planning.AlreadySent:
            self.add_error(None, "Diese Rundmail ist schon unterwegs und lässt sich nicht mehr ändern.")
        except planning.Scheduled:
            self.add_error(None, "Diese Rundmail ist schon geplant. Holen Sie sie zurück, dann können Sie sie ändern.")
        except EditConflict:
            self.add_error(None, "Jemand anderes speichert hier gerade. Drücken Sie gleich noch einmal.")

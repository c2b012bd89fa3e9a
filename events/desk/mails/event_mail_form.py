"""The form of an officer's own mail to the families of an event."""

from typing import Any

from django import forms

from events import event_mails, notices, place
from events.models import EventMail
from kit.desk.seen import SeenForm
from kit.local_time import day
from kit.markdown import WithoutImages
from mailings.desk.neutral_subject_form import NeutralSubjectForm
from mailings.templates import one_line

LONGEST = 5_000
MEANWHILE = (
    "Jemand anderes hat diese Mail inzwischen geändert. Ihr Text ist noch da. Drücken Sie noch einmal, dann gilt er."
)


class EventMailForm(WithoutImages, SeenForm, NeutralSubjectForm):
    """Audience, subject and text. Thanks go to those who were there, so their form has no audience to choose."""

    subject_field, question = "subject", "Welchen Betreff nehmen wir?"

    audience = forms.ChoiceField(label="An die Familien,", widget=forms.RadioSelect)
    subject = forms.CharField(
        label="Betreff",
        help_text="Steht auch auf gesperrten Handys. Schreiben Sie ihn so, dass er niemandem etwas verrät.",
        max_length=120,
        error_messages={"required": "Schreiben Sie einen Betreff."},
    )
    text = forms.CharField(
        label="Text",
        help_text="Die Anrede, welches Treffen es ist und wen man fragen kann, schreibt das Portal dazu.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "Schreiben Sie einen Text."},
    )

    class Meta:
        model = EventMail
        fields = ("audience", "subject", "text")

    def __init__(self, *args: Any, instance: EventMail, **kwargs: Any) -> None:
        now = instance.changed_at.isoformat() if instance.pk else ""
        super().__init__(*args, instance=instance, now=now, meanwhile=MEANWHILE, label_suffix="", **kwargs)
        event = instance.event
        if instance.thanks:
            del self.fields["audience"]
        else:
            choices = [
                (key, f"{label} ({event_mails.families(event, key).count()})")
                for key, label in EventMail.Audience.choices
            ]
            self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        if event.hide_place:
            self.fields["text"].help_text += " Bitte ohne den Ort: Nicht alle sollen ihn wissen."
        if not instance.pk:
            self.initial["subject"] = f"{'Danke' if instance.thanks else 'Zum Termin'}: {day(event.begins_at)}"
            self.initial["text"] = event_mails.words_of_thanks(event) if instance.thanks else ""

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if notices.gives_away(self.instance.event, text):
            raise forms.ValidationError(place.NAMED)
        return text

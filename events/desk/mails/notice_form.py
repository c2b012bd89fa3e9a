"""What an officer adds to the mail about a change or a cancellation."""

from typing import Any

from django import forms

from events import notices, place
from events.models import Event
from kit.markdown import WithoutImages

LONGEST_NOTE = 500


class NoticeForm(WithoutImages, forms.Form):
    note = forms.CharField(
        label="Möchten Sie etwas dazu sagen?",
        help_text=f"Steht so in der Mail. Höchstens {LONGEST_NOTE} Zeichen.",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    unanswered = forms.BooleanField(required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.event = event
        if event.hide_place:
            self.fields["note"].help_text += " Bitte ohne den Ort: Nicht alle, die sie bekommen, dürfen ihn wissen."
        number = notices.unanswered(event)
        if number:
            self.fields["unanswered"].label = f"Auch denen, die noch nicht geantwortet haben ({number})"
        else:
            del self.fields["unanswered"]

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        if notices.gives_away(self.event, note):
            raise forms.ValidationError(place.NAMED)
        return note

    def says_nothing(self) -> bool:
        """Asks for a sentence if the mail would hold nothing new."""
        if self.cleaned_data["note"] or not self.event.announced or notices.changes(self.event):
            return False
        self.add_error(
            "note", "Zeit, Ort und Link sind so, wie es alle wissen. Schreiben Sie, was Sie mitteilen möchten."
        )
        return True

    def notice(self) -> dict[str, Any]:
        """The arguments of lifecycle.tell and lifecycle.cancel."""
        return {"note": self.cleaned_data["note"], "unanswered": self.cleaned_data.get("unanswered", False)}

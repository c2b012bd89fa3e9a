"""The form for the flyer of a newsletter."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from kit.desk.moments import day_field
from kit.pdfs import cleaning
from kit.pdfs.cleaning import MOST_PAGES, Cleaned, End
from members.newsletters import flyers

LARGEST = 2 * 1024 * 1024
_PRINT = "Oft hilft: den Flyer öffnen, „Drucken“ wählen und dort „Als PDF speichern“."
_REASONS = {
    End.NO_PDF: "Das ist keine PDF-Datei. Speichern Sie den Flyer als PDF und nehmen Sie diese Datei.",
    End.DAMAGED: "Diese PDF-Datei ist beschädigt und lässt sich nicht lesen. Speichern Sie den Flyer noch einmal.",
    End.ENCRYPTED: f"Diese PDF-Datei ist mit einem Passwort geschützt. Nehmen Sie eine ohne Passwort. {_PRINT}",
    End.SCRIPT: f"In dieser PDF-Datei steckt ein Programm oder ein Formular. Das geht hier nicht. {_PRINT}",
    End.FILE: f"In dieser PDF-Datei steckt noch eine andere Datei. Das geht hier nicht. {_PRINT}",
    End.ACTION: f"Diese PDF-Datei kann mehr, als Seiten zu zeigen. Das geht hier nicht. {_PRINT}",
    End.TOO_COMPLEX: f"Diese PDF-Datei ist zu umfangreich. Es gehen höchstens {MOST_PAGES} Seiten. {_PRINT}",
}


class FlyerForm(forms.Form):
    """`cleaned_data["flyer"]` is the file as it will be shown, `kit.pdfs.cleaning.Cleaned`."""

    flyer = forms.FileField(
        label="Flyer",
        help_text="Eine PDF-Datei, höchstens 2 MB. Wer sie gemacht hat und wo Fotos entstanden, nehmen wir heraus.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Wählen Sie eine PDF-Datei aus.", "empty": "Die Datei ist leer."},
    )
    shown_until = day_field("Zu sehen bis", required=True, help_text="Danach löschen wir den Flyer.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, seen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.initial.update(shown_until=timezone.localdate() + flyers.USUAL, seen=seen)

    def clean_flyer(self) -> Cleaned:
        file = self.cleaned_data["flyer"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(f"Der Flyer ist größer als 2 MB. {_PRINT}")
        try:
            return cleaning.clean(file.read())
        except cleaning.UnusablePdf as refusal:
            raise forms.ValidationError(_REASONS[refusal.end]) from refusal

    def clean_shown_until(self) -> date:
        until: date = self.cleaned_data["shown_until"]
        today = timezone.localdate()
        if until < today:
            raise forms.ValidationError("Dieser Tag ist schon vorbei. Wählen Sie einen späteren.")
        if until > today + flyers.LONGEST:
            raise forms.ValidationError("Das ist mehr als ein Jahr. Wählen Sie einen früheren Tag.")
        return until

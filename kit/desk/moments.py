"""A day and a time in forms of the desk, as a clock in Berlin shows them."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from kit import local_time

_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)
_NO_YEAR = "Prüfen Sie das Jahr."
_SEASONS = [
    (local_time.SUMMER, "die erste (Sommerzeit)"),
    (local_time.WINTER, "die zweite, eine Stunde später (Winterzeit)"),
]


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[MinValueValidator(_FIRST, _NO_YEAR), MaxValueValidator(_LAST, _NO_YEAR)],
        error_messages={
            "required": "Wählen Sie einen Tag.",
            "invalid": "Schreiben Sie den Tag so: 5.12.2026.",
        },
    )


def clock_field(label: str, *, required: bool = False, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Geben Sie eine Uhrzeit an.", "invalid": "Schreiben Sie die Uhrzeit so: 15:30."},
    )


def season_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=_SEASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Wählen Sie eine von beiden.", "invalid_choice": "Wählen Sie eine von beiden."},
    )

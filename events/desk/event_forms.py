"""The officers' forms: an event, and afterwards how many people came."""

import uuid
from typing import Any

from django import forms
from django.db import transaction

from events import editing, place, wording
from events.answering import arrivals
from events.desk.time_form import TimesForm, times_of
from events.models import BANDS, Capacity, Event, band_label
from kit.desk.editing import EditConflict
from kit.desk.seen import SeenForm
from kit.markdown import WithoutImages
from mailings.desk import neutral_subject
from mailings.desk.neutral_subject_form import NeutralSubjectForm
from mailings.templates import one_line

CALENDAR_TITLE = "Termin"
# What everybody may read of an event.
PUBLIC = ("title", "summary", "text", "schedule", "host", "childcare_note", "contact", "calendar_title")


def number(label: str, last: int, first: int, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=first,
        max_value=last,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class EventForm(WithoutImages, NeutralSubjectForm, TimesForm):
    subject_field, question = "calendar_title", "Welchen Titel nehmen wir?"

    title = forms.CharField(
        label="Titel", max_length=150, error_messages={"required": "Geben Sie dem Treffen einen Titel."}
    )
    summary = forms.CharField(
        label="Kurz gesagt",
        help_text="Ein, zwei Sätze für die Liste der Termine und die Einladung.",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label="Beschreibung",
        help_text="Eine leere Zeile trennt Absätze. **So** wird ein Wort fett. Zeilen mit - davor werden eine Liste.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    schedule = forms.CharField(
        label="Ablauf",
        help_text="Eine Zeile für jeden Punkt, zum Beispiel „10 Uhr: Ankommen“. Leer: Wir zeigen keinen Ablauf.",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    online_link = forms.URLField(
        label="Link zur Videokonferenz",
        help_text="Ihn bekommen nur Familien, die zugesagt haben.",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )
    capacity = number("Plätze", 5_000, 1, "Erwachsene und Kinder zusammen. Leer: so viele, wie kommen.")
    childcare_total = number("Plätze in der Kinderbetreuung", 1_000, 0, "Leer: Es gibt keine Betreuung.")
    childcare_bands = forms.TypedMultipleChoiceField(
        label="Betreuung für Kinder von",
        help_text="Nichts angekreuzt: für alle.",
        choices=[(index, f"{band_label(band)} Jahren") for index, band in enumerate(BANDS)],
        coerce=int,
        empty_value=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    calendar_title = forms.CharField(
        label="Titel im Kalender",
        help_text="Das steht in den Kalendern der Familien. Vielleicht lesen es dort auch andere.",
        required=False,
        max_length=60,
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Event
        fields = (
            "title", "kind", "summary", "text", "schedule", "place", "address", "hide_place", "place_for_others",
            "online_link", "host",
            "childcare_bands", "childcare_note", "asks_for_offers", "calendar_title", "contact", "last_call_on",
        )  # fmt: skip
        help_texts = {
            "host": "Zum Beispiel „Vortrag: Frau Dr. Heide, Erziehungsberatung“.",
            "hide_place": "Eingeladene erfahren beides mit ihrer Zusage.",
            "place_for_others": "Damit sich niemand nur anmeldet, um zu erfahren, wo jemand ist.",
            "childcare_note": "Zum Beispiel „Bitte Hausschuhe mitbringen.“",
            "asks_for_offers": "In der Mail steht dann der Link, unter dem sich Angebote melden lassen.",
            "contact": "Zum Beispiel ein Name. Unsere Telefonnummer steht immer dabei.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        stored = as_typed(instance) if instance else {"key": uuid.uuid4(), "calendar_title": CALENDAR_TITLE}
        kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.fields["place_for_others"].required = False  # unchanged if it was not sent

    def proposal(self, subject: str) -> str:
        proposal = super().proposal(subject)
        return CALENDAR_TITLE if proposal == neutral_subject.PROPOSAL else proposal

    def clean_calendar_title(self) -> str:
        return one_line(self.cleaned_data["calendar_title"]) or CALENDAR_TITLE

    def clean_key(self) -> uuid.UUID:
        """The key that makes two clicks one event."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """Must run in the transaction that saves: until it ends nobody else can change the event."""
        data = super().clean() or {}
        if self.instance.pk:
            self._take()
        self.set_times(data)
        self._keep_secret(data)
        return data

    @property
    def capacities(self) -> tuple[int | None, int]:
        return self.cleaned_data["capacity"], self.cleaned_data["childcare_total"] or 0

    def _keep_secret(self, data: dict[str, Any]) -> None:
        """A hidden place must not stand in what everybody reads."""
        if not data.get("hide_place"):
            return
        where = Event(**{name: data.get(name) or "" for name in ("place", "address", "online_link")})
        for name in PUBLIC:
            if place.is_named(where, data.get(name) or ""):
                self.add_error(name, place.NAMED)

    def _take(self) -> None:
        try:
            with transaction.atomic():  # after a lock timeout the page can still be shown
                self.before = editing.locked(self.instance)
        except EditConflict:
            self.add_error(None, "Jemand anderes speichert hier gerade. Drücken Sie gleich noch einmal.")


class CameForm(SeenForm, forms.ModelForm[Event]):
    """After the event: how many people really came. What was ticked at the door is proposed until it is stored."""

    came_adults = number("Erwachsene", 5_000, 0, "")
    came_children = number("Kinder", 5_000, 0, "")

    class Meta:
        model = Event
        fields = ("came_adults", "came_children")

    def __init__(self, *args: Any, instance: Event, **kwargs: Any) -> None:
        came = [instance.came_adults, instance.came_children]
        self.ticked = arrivals.counted(instance) if came == [None, None] else None
        if self.ticked:
            kwargs["initial"] = {"came_adults": self.ticked.adults, "came_children": self.ticked.children}
        told = wording.heads(came[0] or 0, came[1] or 0)
        super().__init__(
            *args,
            instance=instance,
            now="" if came == [None, None] else f"{came[0]}, {came[1]}",
            meanwhile=f"Jemand anderes hat gerade {told} eingetragen. Gilt Ihre Zahl? Dann speichern Sie noch einmal.",
            **{"label_suffix": ""} | kwargs,
        )


def as_typed(event: Event) -> dict[str, Any]:
    """Times and capacity of an event as the form shows them."""
    capacity: Capacity = event.capacity
    return times_of(event) | {
        "capacity": capacity.total,
        "childcare_total": capacity.childcare_total or None,
    }


def as_template(event: Event) -> dict[str, Any]:
    """The initial values for the next event: everything but the days."""
    typed = as_typed(event)
    same = {name: typed[name] for name in ("begins", "ends", "capacity", "childcare_total")}
    return same | {name: getattr(event, name) for name in editing.KEPT}

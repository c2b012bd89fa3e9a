"""The forms of a series: how often, and then its days, each of which can be left out or changed."""

from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils import timezone

from events import wording
from events.models import Event
from events.series import days, drafts
from kit.desk.moments import day_field


class RhythmForm(forms.Form):
    """Sent by GET: it only asks."""

    wie = forms.ChoiceField(
        label="Wie oft?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Wählen Sie, wie oft."),
    )
    anzahl = forms.IntegerField(
        label="Wie viele weitere Termine?",
        min_value=days.FEWEST,
        max_value=days.MOST,
        initial=6,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Bitte eine Zahl von {days.FEWEST} bis {days.MOST}."
        ),
    )

    def __init__(self, *args: Any, first: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        choice = self.fields["wie"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = days.choices(first)


class DayForm(forms.Form):
    take = forms.BooleanField(label="anlegen", required=False, initial=True)
    day = day_field("Tag")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.event = event

    @cached_property
    def copy(self) -> Event | None:
        """The event on the day that the field shows, if there can be one."""
        day = self.cleaned_data.get("day") if self.is_bound else self.initial.get("day")
        try:
            return drafts.copy_for(self.event, day) if day else None
        except drafts.NoSuchTime:
            return None

    @property
    def when(self) -> str:
        return wording.when(self.copy) if self.copy else ""

    @property
    def until(self) -> str:
        return wording.until(self.copy) if self.copy and self.copy.answer_by != self.copy.begins_at else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day = cleaned.get("day")
        if not cleaned.get("take"):
            self.errors.pop("day", None)  # what is left out need not be right
        elif "day" in self.errors:
            pass
        elif day is None:
            self.add_error("day", "Wählen Sie einen Tag, oder nehmen Sie das Häkchen heraus.")
        elif day < timezone.localdate():
            self.add_error("day", "Dieser Tag ist schon vorbei.")
        else:
            try:
                drafts.copy_for(self.event, day)
            except drafts.NoSuchTime as missing:
                self.add_error("day", str(missing))
        return cleaned


class Days(forms.BaseFormSet[DayForm]):
    """All days. `key` makes two clicks one series."""

    @property
    def chosen(self) -> list[date]:
        return [form.cleaned_data["day"] for form in self.forms if form.cleaned_data.get("take")]

    @property
    def key(self) -> UUID:
        return UUID(self.data["key"])

    def clean(self) -> None:
        seen: set[date] = set()
        for form in self.forms:
            day = form.cleaned_data.get("day") if form.cleaned_data.get("take") else None
            if day in seen:
                form.add_error("day", "Dieser Tag steht schon da.")
            elif day:
                seen.add(day)
        try:
            UUID(self.data.get("key", ""))
        except ValueError:
            raise forms.ValidationError("Diese Seite war zu lange offen. Laden Sie sie neu.") from None
        if not any(form.cleaned_data.get("take") for form in self.forms):
            raise forms.ValidationError("Wählen Sie mindestens einen Tag.")


DaysFormSet = cast(
    type[Days], forms.formset_factory(DayForm, formset=Days, extra=0, max_num=days.MOST, absolute_max=days.MOST)
)

"""The times of an event as a clock in Berlin shows them; an hour that comes twice is asked about (D-12)."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from events.models import Event
from events.reminders import REMIND_BEFORE
from kit import local_time
from kit.desk.moments import clock_field, day_field, season_field

LAST_MINUTE = time(23, 59)
_OF = {"begins_at": "begins_season", "ends_at": "ends_season", "answer_by": "answer_season"}
# Where an error about a moment is shown.
_AT = {"begins_at": "begins", "ends_at": "ends", "answer_by": "answer_time"}


class TimesForm(forms.ModelForm[Event]):
    """Begin, end, and the end of the time for answers. A subclass calls `set_times` once it has set `before`."""

    day = day_field("Tag", required=True)
    begins = clock_field("Beginn", required=True)
    begins_season = season_field()
    ends = clock_field("Ende", required=True)
    ends_season = season_field()
    last_day = day_field("Letzter Tag", help_text="Nur, wenn es nicht am selben Tag endet.")
    answer_day = day_field("Antwort bis", help_text="Leer: bis es beginnt.")
    answer_time = clock_field("Uhrzeit", help_text="Leer: bis Mitternacht.")
    answer_season = season_field()
    last_call_on = day_field(
        "Noch einmal nachfragen am",
        help_text="An diesem Tag bekommt, wer noch nicht geantwortet hat, von selbst eine Mail. Leer: niemand. "
        f"Wer kommt, wird immer {REMIND_BEFORE.days} Tage vorher erinnert.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before: Event | None = None
        for name, local in self._locals(self._typed).items():
            if local is None or len(local_time.instants(local)) < 2:
                del self.fields[_OF[name]]
            else:
                self.fields[_OF[name]].label = local_time.twice(local)

    def _typed(self, name: str) -> Any:
        """The value of a field, None if it is unusable."""
        if not self.is_bound:
            return self.initial.get(name)
        field = self.fields[name]
        try:
            return field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))
        except forms.ValidationError:
            return None

    @staticmethod
    def _locals(typed: Any) -> dict[str, datetime | None]:
        """The times of the event as the clock shows them; None if one is missing."""
        first, begins = typed("day"), typed("begins")
        answer_day = typed("answer_day")
        return {
            "begins_at": _at(first, begins),
            "ends_at": _at(typed("last_day") or first, typed("ends")),
            "answer_by": _at(answer_day, typed("answer_time") or LAST_MINUTE),
        }

    def set_times(self, data: dict[str, Any]) -> None:
        if data.get("answer_time") and not data.get("answer_day"):
            self.add_error("answer_day", "Wählen Sie den Tag zu dieser Uhrzeit.")
        found = {name: self._moment(name, local) for name, local in self._locals(data.get).items() if local}
        begins_at, ends_at = found.get("begins_at"), found.get("ends_at")
        if not begins_at or not ends_at:
            return
        if ends_at <= begins_at:
            self.add_error("ends", "Das Ende liegt nicht nach dem Beginn. Geht es über Mitternacht, geben Sie den "
                           "letzten Tag an.")  # fmt: skip
            return
        answer_by = found.get("answer_by", begins_at) or begins_at
        if answer_by > ends_at:
            self.add_error("answer_day", "Bis dahin ist das Treffen schon vorbei. Wählen Sie einen früheren Tag.")
            return
        if self._keeps_an_old_deadline(begins_at, answer_by):
            self.add_error(
                "answer_day", "Am neuen Tag kann so niemand mehr antworten. Wählen Sie auch hier einen neuen Tag."
            )
            return
        last_call = data.get("last_call_on")
        if last_call and last_call > timezone.localdate(answer_by):
            self.add_error("last_call_on", "Dann kann niemand mehr antworten. Wählen Sie einen früheren Tag.")
        elif last_call and last_call < timezone.localdate() and last_call != getattr(self.before, "last_call_on", None):
            self.add_error("last_call_on", "Dieser Tag ist schon vorbei. Wählen Sie heute oder einen späteren.")
        if self.before and self.before.counts is not None and begins_at != self.before.begins_at:
            self.add_error("day", "Dieses Treffen ist vorbei. Für das nächste nehmen Sie „Duplizieren“.")
        self.instance.begins_at, self.instance.ends_at, self.instance.answer_by = begins_at, ends_at, answer_by

    def _keeps_an_old_deadline(self, begins_at: datetime, answer_by: datetime) -> bool:
        """The event moves to a day still to come, and the time for its answers is over."""
        before, now = self.before, timezone.now()
        if (
            before is None
            or before.counts is not None
            or timezone.localdate(begins_at) == timezone.localdate(before.begins_at)
        ):
            return False
        return answer_by <= now < begins_at

    def _moment(self, name: str, local: datetime) -> datetime | None:
        """The instant; if the field is unchanged, with the stored seconds."""
        possible = local_time.instants(local)
        if not possible:
            self.add_error(_AT[name], local_time.missing(local))
            return None
        if len(possible) == 2:
            chosen = self.cleaned_data.get(_OF[name])
            possible = [moment for moment in possible if local_time.season(moment) == chosen]
            if not possible:
                return None  # asked for by the field
        stored: datetime | None = getattr(self.before, name, None)
        same = stored and stored.replace(second=0, microsecond=0) == possible[0]
        return stored if same else possible[0]


def times_of(event: Event) -> dict[str, Any]:
    """The times of an event as the form shows them."""
    begins, ends = local_time.shown(event.begins_at), local_time.shown(event.ends_at)
    typed = {
        "day": begins.date(),
        "begins": begins.time(),
        "begins_season": local_time.season(event.begins_at),
        "ends": ends.time(),
        "ends_season": local_time.season(event.ends_at),
        "last_day": ends.date() if ends.date() != begins.date() else None,
    }
    if event.answer_by != event.begins_at:
        until = local_time.shown(event.answer_by)
        typed |= {
            "answer_day": until.date(),
            "answer_time": until.time(),
            "answer_season": local_time.season(event.answer_by),
        }
    return typed


def _at(on: date | None, clock_time: time | None) -> datetime | None:
    return datetime.combine(on, clock_time) if on and clock_time else None

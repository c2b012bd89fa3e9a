"""When a mail of an officer goes out: in ten minutes, at a day and time, or at once."""

from datetime import datetime, time, timedelta
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils import timezone

from kit import local_time
from kit.desk.moments import clock_field, day_field, season_field
from mailings import planning

SUGGESTED = time(7)
# What the buttons of the page send as "when" (admin/mailings/ways_out.html).
SOON, AT, NOW = "soon", "at", "now"


class ScheduleForm(forms.Form):
    """Suggests seven tomorrow morning. `moment` is the instant once the form is valid."""

    moment: datetime
    minutes = planning.SOON // timedelta(minutes=1)
    way = ""

    day = day_field("Tag", required=True)
    clock = clock_field("Uhrzeit", required=True)
    season = season_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.initial.update(day=timezone.localdate() + timedelta(days=1), clock=SUGGESTED)
        local = self._typed() if self.is_bound else None
        if local is None or len(local_time.instants(local)) < 2:
            del self.fields["season"]
        else:
            self.fields["season"].label = local_time.twice(local)

    @classmethod
    def pressed(cls, data: QueryDict) -> Self:
        """The way out that an officer has pressed; a day and time are read only for one of the three."""
        way = data.get("when", "")
        form = cls(data) if way == AT else cls()
        form.way = way
        return form

    def says_when(self) -> bool:
        return self.way in (SOON, NOW) or (self.way == AT and self.is_valid())

    def goes_at(self) -> datetime | None:
        """The moment, once it `says_when`; None: at once."""
        if self.way == NOW:
            return None
        return self.moment if self.way == AT else timezone.now() + planning.SOON

    def _typed(self) -> datetime | None:
        """What the clock is to show; None if it cannot be read."""
        try:
            day, clock = (self.fields[name].clean(self.data.get(name)) for name in ("day", "clock"))
        except forms.ValidationError:
            return None
        return datetime.combine(day, clock)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"day", "clock", *self.fields} <= data.keys():
            return data
        local = datetime.combine(data["day"], data["clock"])
        possible = local_time.instants(local)
        if not possible:
            self.add_error("clock", local_time.missing(local))
            return data
        self.moment = next(each for each in possible if data.get("season") in (None, local_time.season(each)))
        now = timezone.now()
        if self.moment <= now:
            self.add_error("clock", "Diese Zeit ist schon vorbei. Wählen Sie eine spätere.")
        elif self.moment > now + planning.FURTHEST:
            self.add_error("day", f"Das sind mehr als {planning.FURTHEST.days} Tage. Wählen Sie einen früheren Tag.")
        return data

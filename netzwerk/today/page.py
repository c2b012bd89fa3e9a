"""What stands on "Heute": a greeting, what waits, a few figures, and the doors."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone
from django.utils.dateformat import format as format_date

from events.models import Event
from events.wording import in_days, number
from netzwerk import alerts
from netzwerk.alert import Alert, Urgency
from netzwerk.today import doors
from netzwerk.today.figures import Figures

_MORNING, _EVENING = 11, 18


def context(user: User | AnonymousUser, next_event: Event | None, moment: datetime) -> dict[str, Any]:
    """At most 27 queries, whatever there is; one for each thing that is counted."""
    found, figures = alerts.of(user), Figures(user, moment)
    return {
        "greeting": _greeting(user, moment),
        "lead": f"{format_date(timezone.localtime(moment), 'l, j. F')}. {_lead(found, next_event, moment)}".strip(),
        "alerts": found,
        "waiting": [(urgency.value, rows) for urgency in Urgency if (rows := _of(found, urgency))],
        "figures": figures.shown(),
        "doors": doors.with_words(doors.of(user, ""), figures, found),
        "moment": moment,
    }


def _greeting(user: User | AnonymousUser, moment: datetime) -> str:
    hour = timezone.localtime(moment).hour
    hello = "Guten Morgen" if hour < _MORNING else "Guten Tag" if hour < _EVENING else "Guten Abend"
    name = user.get_full_name() if isinstance(user, User) else ""
    return f"{hello}, {name}" if name else hello


def _lead(found: list[Alert], next_event: Event | None, moment: datetime) -> str:
    if not found:
        return _next(next_event, moment)
    urgent = sum(alert.urgent for alert in found)
    if len(found) == 1:
        return f"Eine Sache wartet auf Sie{', und sie eilt' if urgent else ''}."
    hurry = {0: "", 1: ", eine davon eilt"}.get(urgent, f", {number(urgent)} davon eilen")
    if urgent == len(found):
        hurry = ", und alle eilen"
    return f"{number(len(found)).capitalize()} Sachen warten auf Sie{hurry}."


def _next(event: Event | None, moment: datetime) -> str:
    if event is None:
        return ""
    if event.begins_at <= moment:
        return "Ein Treffen läuft gerade."
    days = (timezone.localdate(event.begins_at) - timezone.localdate(moment)).days
    return f"Das nächste Treffen ist {f'in {number(days)} Tagen' if days > 1 else in_days(days)}."


def _of(found: list[Alert], urgency: Urgency) -> list[Alert]:
    return [alert for alert in found if alert.urgency == urgency]

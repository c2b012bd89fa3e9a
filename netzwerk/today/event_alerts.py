"""What waits for the officers, and for helpers at the door, about events that come soon or are just over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.urls import reverse

from events import door, todo
from events.todo import Task, Todo
from events.wording import clock, in_days, until
from netzwerk.alert import Alert, Urgency, counted

_DEADLINE = timedelta(days=1)  # so soon a family on the waiting list is urgent


class _Words(NamedTuple):
    """After the number `one` or `many`; `more` follows the title, `page` is admin:event_…"""

    one: str
    many: str
    more: Callable[[Todo, datetime], str]
    action: str
    page: str
    needs: tuple[str, ...]


def _in(sentence: str) -> Callable[[Todo, datetime], str]:
    return lambda found, moment: f" ist {in_days(found.days)}. {sentence}"


_CHANGE, _ANSWERS = ("events.change_event",), ("events.view_reply", "events.change_reply")
_WORDS = {
    Task.NO_PLACE: _Words(
        "Treffen hat noch keinen Ort", "", _in("Tragen Sie Ort oder Link ein."), "Eintragen", "overview", _CHANGE
    ),
    Task.DRAFT: _Words(
        "Treffen ist noch ein Entwurf", "", _in("Veröffentlichen Sie es, dann laden Sie ein."),
        "Ansehen", "overview", _CHANGE,
    ),
    Task.PLACE_WAITS: _Words(
        "Familie kennt den Ort noch nicht", "Familien kennen den Ort noch nicht",
        _in("Wer ohne Einladung kommt, erfährt ihn erst, wenn Sie Ja sagen."), "Entscheiden", "places", _ANSWERS,
    ),
    Task.NOBODY_ASKED: _Words(
        "Treffen ist noch ohne Einladungen", "", _in("Niemand auf der Liste weiß davon."),
        "Einladen", "choose", (*_CHANGE, "members.view_member"),
    ),
    Task.FAMILIES_WAIT: _Words(
        "Familie wartet, und Plätze sind frei", "Familien warten, und Plätze sind frei",
        _in("Nach dem Antwortschluss rückt niemand von selbst nach."), "Entscheiden", "line", _ANSWERS,
    ),
    Task.FAMILIES_HOPE: _Words(
        "Familie wartet auf einen Platz", "Familien warten auf einen Platz",
        lambda found, moment: f" ist {in_days(found.days)}. Anmelden geht bis {until(found.event)}.",
        "Ansehen", "line", _ANSWERS,
    ),
    Task.TODAY: _Words(
        "Familie kommt heute", "Familien kommen heute",
        lambda found, moment: f" {'läuft seit' if found.event.begins_at <= moment else 'beginnt um'} "
        f"{clock(found.event.begins_at)}.",
        "Liste für die Tür", "door", ("events.keep_door",),
    ),
    Task.WHO_CAME: _Words(
        "Treffen ist vorbei: Wie viele kamen?", "", lambda found, moment: ": Tragen Sie zwei Zahlen ein.",
        "Eintragen", "overview", _CHANGE,
    ),
    Task.THANKS: _Words(
        "Treffen ist vorbei: Danke sagen?", "", lambda found, moment: ": Ein Text liegt bereit.",
        "Ansehen", "thank", (*_CHANGE, "events.view_reply"),
    ),
}  # fmt: skip


def now(moment: datetime) -> list[Alert]:
    """The alerts on events at `moment`."""
    return [_of(found, moment) for found in todo.now(moment)]


def _of(found: Todo, moment: datetime) -> Alert:
    words, event = _WORDS[found.what], found.event
    needs = words.needs
    if found.what == Task.WHO_CAME and found.days >= -door.DAYS_AROUND:
        needs = ("events.keep_door",)  # an account that only keeps the door can enter it for so long
    return Alert(
        counted(found.number, words.one, words.many or words.one),
        f"„{event.title}“{words.more(found, moment)}",
        ("events.view_event", *needs),
        reverse(f"admin:event_{words.page}", args=[event.pk]),
        words.action,
        number=found.number,
        urgency=_urgency(found, moment),
    )


def _urgency(found: Todo, moment: datetime) -> Urgency:
    if _is_urgent(found, moment):
        return Urgency.NOW
    is_soon = min(found.event.answer_by, found.event.begins_at) <= moment + todo.SOON
    return Urgency.WEEK if is_soon else Urgency.LATER


def _is_urgent(found: Todo, moment: datetime) -> bool:
    if found.what == Task.FAMILIES_HOPE:
        return found.event.answer_by <= moment + _DEADLINE
    if found.what == Task.PLACE_WAITS:
        return found.event.begins_at <= moment + todo.VERY_SOON
    return found.what in (Task.NO_PLACE, Task.FAMILIES_WAIT, Task.TODAY)

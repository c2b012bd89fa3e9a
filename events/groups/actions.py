"""What a person can do on the page of a group: the hidden field `tun` of each form names one of these.

An action returns the word under which the page says what happened, or the form that comes back with what is wrong.
"""

from collections.abc import Callable

from django import forms
from django.http import QueryDict

from events.answering.answers import TooLate
from events.groups import leaving, meetings
from events.groups.forms import (
    NO,
    YES,
    AliveForm,
    AnswerForm,
    MessageForm,
    NoticeForm,
    PhoneForm,
    ReportForm,
    others,
    reportable,
)
from events.models import Event
from kit import keys
from members.groups import joining, lifecycle, memberships, reports, talking
from members.groups.joining import Decision
from members.models import GroupMembership

Outcome = str | dict[str, forms.Form]
Action = Callable[[GroupMembership, QueryDict], Outcome]

# What has just happened, by the word behind "?".
SAID = {
    "geschickt": "Ihre Nachricht ist unterwegs.",
    "bereinigt": "Ihre Nachricht ist unterwegs. Adressen und persönliche Links haben wir herausgenommen.",
    "gespeichert": "Gespeichert.",
    "zugesagt": "Gespeichert: Sie kommen.",
    "abgesagt": "Gespeichert: Sie kommen nicht.",
    "treffen-abgesagt": "Das Treffen ist abgesagt. Alle, die kommen wollten, bekommen eine Mail.",
    "vorgeschlagen": "Das Treffen steht. Wer die Treffen sehen darf, bekommt eine Mail.",
    "beantwortet": "Danke. Wir haben Ihre Antwort weitergegeben.",
    "zu-spaet": "Das war schon erledigt, oder es ist zu spät dafür. Geändert hat sich nichts.",
    "gezeigt": "Diese Person erfährt jetzt, wann und wo Sie sich treffen.",
    "herausgenommen": "Diese Person gehört nicht mehr zur Gruppe. Sie erfährt nicht, warum.",
    "pausiert": "Vier Wochen lang bekommen Sie keine Mails aus dieser Gruppe. Die anderen erfahren davon nichts.",
    "weiter": "Die Pause ist beendet.",
    "gemeldet": "Danke, dass Sie es uns sagen. Die Gleichstellungsbeauftragten lesen es. Aus der Gruppe erfährt es"
    " niemand.",
    "ansprechperson": "Danke. Sie sind jetzt Ansprechperson.",
    "zu-mehreren": "Diese Person ist jetzt auch Ansprechperson.",
    "lebt": "Danke. Schön, dass Sie sich treffen.",
    "ruht": "Ihre Gruppe ruht jetzt. Eine Nachricht oder ein neues Treffen weckt sie wieder.",
    "gefragt": "Wir fragen die Person mit einer Mail.",
}


def write(me: GroupMembership, data: QueryDict) -> Outcome:
    form = MessageForm(others(me), data)
    if not form.is_valid():
        return {"message_form": form}
    reader = _person(me, form.cleaned_data["an"])
    try:
        is_cleaned = talking.say(me, form.cleaned_data["text"], reader)
    except talking.NotSent as problem:
        form.add_error(None, str(problem))
        return {"message_form": form}
    return "bereinigt" if is_cleaned else "geschickt"


def answer(me: GroupMembership, data: QueryDict) -> Outcome:
    form = AnswerForm(data)
    if not form.is_valid() or not me.released_at:
        return "zu-spaet"
    event = Event.of_all.filter(pk=form.cleaned_data["treffen"], group=me.group_id, replies__address=me.address).first()
    if event is None:
        return "zu-spaet"
    comes = form.cleaned_data["antwort"] == YES
    try:
        meetings.answer(me, event, comes=comes, children=form.cleaned_data["kinder"] or 0)
    except TooLate:
        return "zu-spaet"
    return "zugesagt" if comes else "abgesagt"


def call_off(me: GroupMembership, data: QueryDict) -> Outcome:
    event = Event.of_all.filter(pk=keys.number(data.get("treffen", "")) or 0, group=me.group_id).first()
    return "treffen-abgesagt" if event and meetings.cancel(me, event) else "zu-spaet"


def decide(me: GroupMembership, data: QueryDict) -> Outcome:
    said = data.get("entscheidung")
    done = said in list(Decision) and joining.decide(me, keys.number(data.get("person", "")) or 0, Decision(said))
    return "beantwortet" if done else "zu-spaet"


def release(me: GroupMembership, data: QueryDict) -> Outcome:
    person = _person(me, keys.number(data.get("person", "")))
    return "gezeigt" if person and meetings.release(me, person) else "zu-spaet"


def remove(me: GroupMembership, data: QueryDict) -> Outcome:
    person = _person(me, keys.number(data.get("person", "")))
    done = person is not None and leaving.remove_by(me, person, keep_out="fuer-immer" in data)
    return "herausgenommen" if done else "zu-spaet"


def phone(me: GroupMembership, data: QueryDict) -> Outcome:
    form = PhoneForm(others(me), data)
    if not form.is_valid():
        return {"phone_form": form}
    readers = GroupMembership.objects.filter(pk__in=form.cleaned_data["readers"])
    memberships.show_phone(me, form.cleaned_data["phone"], readers)
    return "gespeichert"


def pause(me: GroupMembership, data: QueryDict) -> Outcome:
    memberships.pause(me)
    return "pausiert"


def resume(me: GroupMembership, data: QueryDict) -> Outcome:
    memberships.resume(me)
    return "weiter"


def report(me: GroupMembership, data: QueryDict) -> Outcome:
    form = ReportForm(reportable(me), data)
    if not form.is_valid():
        return {"report_form": form}
    try:
        about = GroupMembership.objects.filter(pk=form.cleaned_data["about"] or 0).first()  # one of the form's choices
        reports.report(me, form.cleaned_data["text"], about)
    except reports.TooMany:
        form.add_error(None, "Sie haben uns heute schon mehrmals geschrieben. Bitte rufen Sie uns an.")
        return {"report_form": form}
    return "gemeldet"


def become_contact(me: GroupMembership, data: QueryDict) -> Outcome:
    return "ansprechperson" if memberships.become_contact(me) else "zu-spaet"


def appoint(me: GroupMembership, data: QueryDict) -> Outcome:
    person = _person(me, keys.number(data.get("person", "")))
    return "zu-mehreren" if person and memberships.appoint(me, person) else "zu-spaet"


def step_back(me: GroupMembership, data: QueryDict) -> Outcome:
    return "gespeichert" if memberships.step_back(me) else "zu-spaet"


def alive(me: GroupMembership, data: QueryDict) -> Outcome:
    form = AliveForm(data)
    if not form.is_valid():
        return "zu-spaet"
    if form.cleaned_data["antwort"] == NO:
        lifecycle.answered_no(me)
        return "ruht"
    return "lebt" if lifecycle.answered(me, form.cleaned_data["oft"] or 0) else "zu-spaet"


def notice(me: GroupMembership, data: QueryDict) -> Outcome:
    form = NoticeForm(data)
    if form.is_valid():
        memberships.arrange(me, **form.cleaned_data)
    return "gespeichert"


ACTIONS: dict[str, Action] = {
    "schreiben": write,
    "antworten": answer,
    "absagen": call_off,
    "entscheiden": decide,
    "zeigen": release,
    "herausnehmen": remove,
    "nummer": phone,
    "pause": pause,
    "weiter": resume,
    "melden": report,
    "ansprechperson": become_contact,
    "ernennen": appoint,
    "abgeben": step_back,
    "lebt": alive,
    "aushang": notice,
}


def _person(me: GroupMembership, key: int | None) -> GroupMembership | None:
    """Somebody else of the same group."""
    rows = GroupMembership.objects.members().filter(group=me.group_id, pk=key or 0).exclude(pk=me.pk)
    return rows.select_related("group", "address").first()

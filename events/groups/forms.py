"""The forms on a person's page of a group."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from events.groups.meetings import MOST_AHEAD, MOST_CHILDREN, Plan
from kit import phones
from mailings.templates import one_line
from members.groups import talking, wording
from members.groups.lifecycle import MOST_MEETINGS
from members.groups.models import LONGEST_MESSAGE, LONGEST_REPORT
from members.models import GroupMembership

YES, NO = "ja", "nein"


def others(membership: GroupMembership) -> list[tuple[int, str]]:
    """Whom the person can choose in a form: everybody else of the group. One query."""
    return _choices(membership, GroupMembership.objects.members().filter(group=membership.group_id))


def reportable(membership: GroupMembership) -> list[tuple[int, str]]:
    """Whom the person can report: `others`, and those who have gone but whose messages are still shown. One query."""
    wrote = talking.shown_to(membership, timezone.now()).values("writer")
    rows = GroupMembership.objects.filter(group=membership.group_id)
    return _choices(membership, rows.members() | rows.filter(pk__in=wrote))


def _choices(reader: GroupMembership, rows: Iterable[GroupMembership]) -> list[tuple[int, str]]:
    people = list(rows)
    names = wording.called(people, marked=True)
    return [(each.pk, names[each.pk]) for each in people if each.pk != reader.pk]


class ChoosingForm(forms.Form):
    """The field `chosen` offers `others` of the group; `ids` tells the form's ids from those of others on the page."""

    chosen: str
    ids: str
    nobody: tuple[tuple[str, str], ...] = ()

    def __init__(self, others: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.ids}_%s"} | kwargs)
        self.offer(others)

    def offer(self, others: list[tuple[int, str]]) -> None:
        field = self.fields[self.chosen]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*self.nobody, *((pk, self.called(name)) for pk, name in others)]

    def called(self, name: str) -> str:
        return name


class MessageForm(ChoosingForm):
    chosen, ids = "an", "nachricht"
    nobody: tuple[tuple[str, str], ...] = (("", "An alle"),)

    an = forms.TypedChoiceField(label="An wen?", coerce=int, empty_value=None, required=False)
    text = forms.CharField(
        label="Ihre Nachricht",
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=f"Ihr Text kommt als Mail an. Adressen sieht dabei niemand. Höchstens {LONGEST_MESSAGE} Zeichen.",
        error_messages={"required": "Schreiben Sie etwas hinein, dann schicken wir es los."},
    )

    def __init__(self, others: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(others, *args, **kwargs)
        wanted = str(self["an"].value() or "")
        self.has_left = bool(wanted) and wanted not in {str(pk) for pk, _name in others}
        if self.has_left:
            # Of choices without the one that is wanted, a browser chooses the first: "An alle".
            self.nobody = ((wanted, "Bitte wählen Sie"), *self.nobody)
            self.offer(others)

    def clean(self) -> dict[str, Any]:
        if self.has_left:
            self.add_error("an", "Diese Person ist nicht mehr in der Gruppe. Wählen Sie, an wen Sie schreiben.")
        return super().clean() or {}

    def called(self, name: str) -> str:
        return f"Nur an {name}"


class AnswerForm(forms.Form):
    treffen = forms.IntegerField(widget=forms.HiddenInput)
    antwort = forms.ChoiceField(choices=[(YES, "Ich komme"), (NO, "Ich kann nicht")])
    kinder = forms.IntegerField(min_value=0, max_value=MOST_CHILDREN, required=False)


class MeetingForm(forms.Form):
    """A meeting that somebody suggests: the day, from when to when, and where."""

    what = forms.CharField(
        label="Was machen Sie?",
        help_text="Zum Beispiel „Zusammen auf den Spielplatz“.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie kurz, was Sie zusammen machen."},
    )
    day = forms.DateField(
        label="An welchem Tag?",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
        error_messages={"required": "Wählen Sie einen Tag.", "invalid": "Das ist kein Tag. Zum Beispiel: 05.12.2026"},
    )
    begin = forms.TimeField(
        label="Von wann?",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
        error_messages={"required": "Wann fängt es an?", "invalid": "Das ist keine Uhrzeit. Zum Beispiel: 15:00"},
    )
    end = forms.TimeField(
        label="Bis wann?",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
        error_messages={"required": "Wann hört es auf?", "invalid": "Das ist keine Uhrzeit. Zum Beispiel: 17:00"},
    )
    place = forms.CharField(
        label="Wo?",
        help_text="So genau, dass alle hinfinden. Nur wer die Treffen sehen darf, liest es.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie, wo Sie sich treffen."},
    )

    def clean_what(self) -> str:
        return one_line(self.cleaned_data["what"])

    def clean_place(self) -> str:
        return one_line(self.cleaned_data["place"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"day", "begin", "end"} <= cleaned.keys():
            return cleaned
        now, begins_at, ends_at = timezone.now(), self._at("begin"), self._at("end")
        if begins_at <= now:
            self.add_error("day", "Dieser Tag ist schon vorbei.")
        elif begins_at > now + MOST_AHEAD:
            self.add_error("day", "Das ist noch lange hin. Bitte höchstens ein halbes Jahr im Voraus.")
        if ends_at <= begins_at:
            self.add_error("end", "Das Treffen hört auf, bevor es anfängt. Prüfen Sie die beiden Uhrzeiten.")
        return cleaned

    def plan(self) -> Plan:
        return Plan(self.cleaned_data["what"], self._at("begin"), self._at("end"), self.cleaned_data["place"])

    def _at(self, name: str) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data[name]))


class PhoneForm(ChoosingForm):
    """The person's number, and who may see it, by name."""

    chosen, ids = "readers", "nummer"

    phone = forms.CharField(
        label="Ihre Telefonnummer",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    readers = forms.TypedMultipleChoiceField(
        label="Wer darf sie sehen?",
        help_text="Ohne Häkchen sieht sie niemand, und wir löschen sie.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        phone = cleaned.get("phone", "")
        if cleaned.get("readers") and not phones.tel(phone):
            self.add_error("phone", "Das lässt sich nicht anrufen. Bitte mit Vorwahl, zum Beispiel „030 23125-100“.")
        elif phone:
            cleaned["phone"] = phones.spelt(phone)[:40]
        return cleaned


class ReportForm(ChoosingForm):
    chosen, ids, nobody = "about", "meldung", (("", "um niemanden Bestimmtes"),)

    about = forms.TypedChoiceField(label="Um wen geht es?", coerce=int, empty_value=None, required=False)
    text = forms.CharField(
        label="Was ist passiert?",
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie kurz, was passiert ist."},
    )


class AliveForm(forms.Form):
    """The contact's answer whether the group still meets."""

    antwort = forms.ChoiceField(choices=[(YES, "Ja, wir treffen uns"), (NO, "Nein, gerade nicht")])
    oft = forms.IntegerField(
        label="Wie oft haben Sie sich in den letzten drei Monaten etwa getroffen?",
        min_value=0,
        max_value=MOST_MEETINGS,
        required=False,
        widget=forms.Select(choices=[("", "Ich weiß nicht"), *((n, str(n)) for n in range(MOST_MEETINGS + 1))]),
    )


class NoticeForm(forms.Form):
    """What contacts decide about the public page."""

    takes_members = forms.BooleanField(label="Wir nehmen gerade neue Leute auf", required=False)
    shown = forms.BooleanField(label="Unsere Gruppe steht auf der Seite „Gruppen“", required=False)

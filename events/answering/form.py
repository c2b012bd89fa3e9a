"""The form of a household's answer: whether it comes, how many, and who needs childcare; never names of children."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField

from events import wording
from events.answering import answers
from events.answering.answers import MOST_ADULTS, MOST_CHILDREN, MOST_SEATS, Details, Party
from events.models import BANDS, LONGEST_REMARK, Event, Reply, band_label, no_children
from mailings.antispam import PublicEmailForm
from members import names
from members.models import Member

YES, NO = "ja", "nein"
FEWEST_DIGITS = 5  # of a telephone number without its area code
ALONE, CARED, WAIT = "ohne", "mit", "warten"


def number(label: str, first: int, last: int) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[(count, str(count)) for count in range(first, last + 1)],
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select", "autocomplete": "off"}),
        error_messages={"invalid_choice": f"Bitte eine Zahl von {first} bis {last}."},
    )


class PartyForm(forms.Form):
    """The numbers and the details. Officers use it too, for somebody on the telephone."""

    adults = number("Erwachsene", 1, MOST_ADULTS)
    remark = forms.CharField(
        label="Noch etwas?",
        help_text=f"Höchstens {LONGEST_REMARK} Zeichen. Nur die Gleichstellungsbeauftragten lesen es.",
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    name = forms.CharField(
        label="Ihr Name",
        help_text="Für die Liste an der Tür. Ein Vorname genügt.",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label="Telefon",
        help_text="Falls sich kurzfristig etwas ändert.",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.cared = cared_bands(event)
        for index, band in enumerate(BANDS):
            self.fields[f"children_{index}"] = number(f"Kinder {band_label(band)} Jahre", 0, MOST_CHILDREN)
            if index in self.cared:
                label = f"davon in der Betreuung ({band_label(band)} Jahre)"
                self.fields[f"childcare_{index}"] = number(label, 0, MOST_CHILDREN)
        self.fields["name"].required = False

    def rows(self) -> list[tuple[str, BoundField, BoundField | None]]:
        """Age band, field for children, and field for childcare if it is offered."""
        return [
            (band_label(band), self[f"children_{index}"], self[f"childcare_{index}"] if index in self.cared else None)
            for index, band in enumerate(BANDS)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for index, band in enumerate(BANDS):
            children, cared = cleaned.get(f"children_{index}", 0), cleaned.get(f"childcare_{index}", 0)
            if cared > children:
                self.add_error(
                    f"childcare_{index}",
                    f"Von {children} {'Kind' if children == 1 else 'Kindern'} ({band_label(band)} Jahre) können wir"
                    f" nicht {cared} betreuen. Ändern Sie eine der beiden Zahlen.",
                )
        return cleaned

    def clean_phone(self) -> str:
        """A number among whatever stands beside it ("0271 404-0, abends"), or nothing."""
        phone = str(self.cleaned_data["phone"])
        if phone and sum(letter.isdecimal() for letter in phone) < FEWEST_DIGITS:
            raise forms.ValidationError(
                "Hier steht keine Telefonnummer. Tippen Sie die Ziffern, oder lassen Sie das Feld leer."
            )
        return phone

    def party(self) -> Party:
        data = self.cleaned_data
        indexes = range(len(BANDS))
        return Party(
            data["adults"],
            [data[f"children_{index}"] for index in indexes],
            [data.get(f"childcare_{index}", 0) for index in indexes],
        )

    def details(self) -> Details:
        return Details(self.cleaned_data["remark"], self.cleaned_data["name"], self.cleaned_data["phone"])


class AnswerForm(PartyForm):
    """The form on the page behind the link in the mail."""

    antwort = forms.ChoiceField(
        label="Ihre Antwort",
        choices=[(YES, "Ich komme"), (NO, "Ich kann nicht")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Tippen Sie auf „Ich komme“ oder „Ich kann nicht“.",
            "invalid_choice": "Tippen Sie auf „Ich komme“ oder „Ich kann nicht“.",
        },
    )
    wants_list = forms.BooleanField(
        label="Ich möchte auch zu den nächsten Treffen eingeladen werden.",
        help_text="Dann schicken wir Ihnen eine Mail, in der Sie das bestätigen.",
        required=False,
    )
    field_order = ["antwort"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("antwort") == NO:
            # Without coming, the numbers need not be right.
            for name in [name for name in self.errors if name not in ("antwort", "remark", "name", "phone")]:
                del self.errors[name]
            return self.cleaned_data
        return super().clean()

    def clean_name(self) -> str:
        return names.cleaned(self.cleaned_data["name"], self.initial.get("name", ""))

    def leaves_childcare_open(self) -> bool:
        """There are children of an age for which there is childcare with room, and none of them is to be in it."""
        party = self.party()
        some = any(party.children[index] for index in self.cared)
        return some and not party.childcare_seats and self.event.capacity.childcare_free > 0

    def refuse_so_many(self) -> None:
        """For a household beyond MOST_SEATS (see answers.accept)."""
        self.add_error(
            None,
            f"Für mehr als {wording.number(MOST_SEATS)} Personen rufen Sie uns bitte an: {settings.CONTACT_PHONE}."
            " Gespeichert ist noch nichts.",
        )

    @property
    def comes(self) -> bool:
        return bool(self.cleaned_data["antwort"] == YES)


class LinkForm(PublicEmailForm):
    """Answering without an invitation: only the address is asked first."""

    field_order = ["email", "homepage", "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = (
            "Dorthin schicken wir den Link, mit dem Sie antworten. Liest jemand Ihre Mails mit? Dann nehmen Sie eine"
            " Adresse, die nur Sie kennen."
        )
        self.fields["email"].summary = "E-Mail-Adresse"  # type: ignore[attr-defined]


def cared_bands(event: Event) -> list[int]:
    """The age bands for which there is childcare; all of them if the officer has named none."""
    if not event.capacity.childcare_total:
        return []
    return sorted(set(event.childcare_bands)) or list(range(len(BANDS)))


def initial(reply: Reply, chosen: str = "") -> dict[str, Any]:
    """What the page shows first: the stored answer, or yes with one adult and the children that we know of."""
    party = answers.wanted(reply) or _likely(reply)
    values: dict[str, Any] = {"remark": reply.remark, "name": reply.name, "phone": reply.phone}
    values["adults"] = party.adults
    for index in range(len(BANDS)):
        values[f"children_{index}"] = party.children[index]
        values[f"childcare_{index}"] = party.childcare[index]
    declined = reply.state in (Reply.State.NO, Reply.State.CANCELLED)
    values["antwort"] = chosen if chosen in (YES, NO) else NO if declined else YES
    return values


def filled_in(values: dict[str, Any], *, offered: bool) -> str:
    """`initial` in words: what the first tap on "speichern" stores."""
    children = [values[f"children_{index}"] for index in range(len(BANDS))]
    childcare = [values[f"childcare_{index}"] for index in range(len(BANDS))]
    return wording.party(values["adults"], children, childcare, offered=offered)


def _likely(reply: Reply) -> Party:
    """One adult with the children whose years of birth the member has told us; in childcare if there is room."""
    member = Member.objects.filter(address=reply.address_id, state=Member.State.ACTIVE).first()
    children = no_children()
    year = reply.event.begins_at.year
    for born in member.children_years if member else []:
        for index, (low, high) in enumerate(BANDS):
            if low <= year - born <= high and children[index] < MOST_CHILDREN:
                children[index] += 1
    cared = cared_bands(reply.event)
    childcare = [count if index in cared else 0 for index, count in enumerate(children)]
    if sum(childcare) > reply.event.capacity.childcare_free:
        childcare = no_children()
    return Party(1, children, childcare)

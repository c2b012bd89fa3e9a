"""The officers' forms for members: changing details, and entering somebody who called or came by."""

from typing import Any

from django import forms
from django.utils import timezone

from kit import phones
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address
from mailings.templates import one_line
from members import callers, existing_people, signup
from members.details import Details
from members.forms import YearsField, municipality_choices
from members.models import Member

ASK, PROOF, SPOKEN = "ask", "proof", "spoken"
_NEEDS_NUMBER = "Ohne E-Mail-Adresse brauchen Sie eine Telefonnummer."
_NEEDS_EMAIL = "Schreiben Sie hier die E-Mail-Adresse hinein. Hat die Person keine, wählen Sie unten „Ohne E-Mail“."
_NO_NUMBER = "Diese Nummer lässt sich so nicht anrufen. Schreiben Sie sie mit Vorwahl, zum Beispiel „0271 333-0“."


class MemberForm(forms.ModelForm[Member]):
    """The details of a member. The status is changed by actions only."""

    name = forms.CharField(
        label="Anrede",
        help_text="So beginnen unsere Mails, zum Beispiel „Frau Sommer“ oder „Kim“.",
        required=False,
        max_length=100,
    )
    phone = forms.CharField(
        label="Telefon",
        help_text="Nur wenn Sie die Person anrufen dürfen. Ohne E-Mail-Adresse brauchen Sie die Nummer.",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    municipality = forms.ChoiceField(label="Wohnort", required=False, choices=municipality_choices)
    children_years = YearsField(
        label="Geburtsjahre der Kinder",
        help_text="Nur die Jahre, zum Beispiel „2017, 2021“.",
        required=False,
        max_length=120,
    )
    note = forms.CharField(
        label="Notiz",
        help_text="Die Person kann das in „Meine Daten“ lesen.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    discreet = forms.BooleanField(
        label="Andere können das Postfach lesen",
        help_text="Dann steht in jeder Mail nur ein neutraler Satz und ein Link.",
        required=False,
    )

    class Meta:
        model = Member
        fields = tuple(dict.fromkeys(["name", "phone", *Details.FIELDS, "note"]))  # each once, in this order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.instance.address if self.instance.pk else None
        if address and "discreet" in self.fields:
            self.fields["discreet"].initial = address.discreet
        if self.instance.pk and address is None:
            self.fields["name"].help_text = "So sprechen Sie die Person am Telefon an."
            self.fields["phone"].help_text = "Unter dieser Nummer rufen Sie die Person an."
            self.fields["phone"].required = True
            self.fields["phone"].error_messages["required"] = _NEEDS_NUMBER
            self.fields.pop("discreet", None)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        """The number in the spelling that is shown everywhere."""
        phone = one_line(self.cleaned_data["phone"])
        if phone and not phones.tel(phone):
            raise forms.ValidationError(_NO_NUMBER)
        return phones.spelt(phone)

    def store(self, by: str) -> None:
        """Writes these fields and no other: the person may be leaving at this very moment."""
        data = self.cleaned_data
        changed = {name: data[name] for name in self.Meta.fields}
        if "note" in self.changed_data:
            changed |= {"noted_by": by, "noted_at": timezone.now()}
        Member.objects.filter(pk=self.instance.pk).update(**changed)
        if "discreet" in data:
            Address.objects.filter(member=self.instance.pk).update(discreet=data["discreet"])


class NewMemberForm(MemberForm):
    """Enters somebody who asks by phone or at the counter to be on the list."""

    email = forms.CharField(
        label="E-Mail-Adresse",
        help_text="Hat die Person keine, lassen Sie das Feld leer.",
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    way = forms.ChoiceField(
        label="Einwilligung",
        choices=[
            (ASK, "Die Person per Mail fragen: Sie bestätigt selbst"),
            (PROOF, "Schriftliche Einwilligung liegt vor: Sie ist sofort dabei"),
            (SPOKEN, "Ohne E-Mail: Sie hat am Telefon oder persönlich zugestimmt und wird angerufen"),
        ],
        initial=ASK,
        widget=forms.RadioSelect,
    )
    proof = forms.CharField(
        label="Wo die Einwilligung liegt, oder wann und wie die Person zugestimmt hat",
        help_text="Zum Beispiel „Anmeldeblatt vom 3. März 2026, Ordner 4“ oder „am 3. März 2026 am Telefon“. "
        "Nicht nötig, wenn Sie per Mail fragen.",
        required=False,
        max_length=300,
    )

    field_order = ("email", *MemberForm.Meta.fields, "discreet", "way", "proof")

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"]
        if not typed.strip():
            return ""
        try:
            return normalise(typed)
        except InvalidAddress as error:
            raise forms.ValidationError(error.reason) from error

    def clean(self) -> dict[str, Any]:
        """Must run in the transaction that enters the person: a second click waits here, and is then told."""
        data = super().clean() or {}
        way, email = data.get("way"), data.get("email")
        if way == PROOF and not data.get("proof"):
            self.add_error("proof", "Schreiben Sie, wo die Einwilligung liegt.")
        if way == SPOKEN:
            self._check_caller(data)
        elif email:
            existing_people.take_turns()
            self._check(email, way)
        elif email == "":
            self.add_error("email", _NEEDS_EMAIL)
        return data

    def _check_caller(self, data: dict[str, Any]) -> None:
        if data.get("email"):
            self.add_error(
                "email",
                "Hat sie eine E-Mail-Adresse, fragen Sie bitte per Mail. Oder lassen Sie die Adresse weg.",
            )
        if not data.get("proof"):
            self.add_error("proof", "Schreiben Sie, wann und wie die Person zugestimmt hat.")
        if not data.get("name"):
            self.add_error("name", "Schreiben Sie einen Namen. Ein Vorname genügt.")
        if data.get("phone") == "":
            self.add_error("phone", _NEEDS_NUMBER)
        if data.get("phone") and data.get("name"):
            existing_people.take_turns()
            if Member.objects.callers().filter(name=data["name"], phone=data["phone"]).exists():
                self.add_error("phone", f"{data['name']} steht mit dieser Nummer schon auf der Liste.")

    def _check(self, email: str, way: str | None) -> None:
        known = existing_people.known([email])
        if known.states.get(email) == Member.State.ACTIVE:
            self.add_error("email", "Diese Adresse steht schon auf der Liste.")
        elif known.states.get(email) == Member.State.PENDING and way != PROOF:
            self.add_error(
                "email",
                "Unter dieser Adresse haben wir schon gefragt. Auf der Seite der Person können Sie den Link noch "
                "einmal schicken.",
            )
        elif email in known.suppressed and way == PROOF:
            self.add_error(
                "way",
                "An diese Adresse durften wir nicht mehr schreiben. Nur die Person selbst kann das aufheben: "
                "Wählen Sie „per Mail fragen“.",
            )

    def enter(self, by: str) -> Member:
        data = self.cleaned_data
        if data["way"] == SPOKEN:
            return callers.enter(data["phone"], Details.from_form(data), by=by, proof=data["proof"])
        proof = data["proof"] if data["way"] == PROOF else ""
        details = Details.from_form(data)
        entered = signup.enter(data["email"], details, origin=Member.Origin.OFFICER, by=by, proof=proof)
        if data["phone"]:
            Member.objects.filter(pk=entered.pk).update(phone=data["phone"])
        return entered

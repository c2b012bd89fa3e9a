"""The officers' forms for members: changing details, and entering somebody who called or came by."""

from typing import Any

from django import forms

from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address
from mailings.templates import one_line
from members import existing_people, signup
from members.details import Details
from members.forms import YearsField, municipality_choices
from members.models import Member

ASK, PROOF = "ask", "proof"


class MemberForm(forms.ModelForm[Member]):
    """The details of a member. The status is changed by actions only."""

    name = forms.CharField(
        label="Anrede",
        help_text="So beginnen unsere Mails, zum Beispiel „Frau Sommer“ oder „Kim“.",
        required=False,
        max_length=100,
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
        fields = (*Details.FIELDS, "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "discreet" in self.fields:
            self.fields["discreet"].initial = self.instance.address.discreet

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def store(self) -> None:
        """Writes these fields and no other: the person may be leaving at this very moment."""
        data = self.cleaned_data
        details = {name: data[name] for name in self.Meta.fields}
        Member.objects.filter(pk=self.instance.pk).update(**details)
        Address.objects.filter(pk=self.instance.address_id).update(discreet=data["discreet"])


class NewMemberForm(MemberForm):
    """For somebody who asks by phone or at the counter to be on the list."""

    email = forms.CharField(
        label="E-Mail-Adresse",
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie hier die E-Mail-Adresse hinein."},
    )
    way = forms.ChoiceField(
        label="Einwilligung",
        choices=[
            (ASK, "Die Person per Mail fragen: Sie bestätigt selbst"),
            (PROOF, "Schriftliche Einwilligung liegt vor: Sie ist sofort dabei"),
        ],
        initial=ASK,
        widget=forms.RadioSelect,
    )
    proof = forms.CharField(
        label="Wo die Einwilligung liegt",
        help_text="Zum Beispiel „Anmeldeblatt vom 3. März 2026, Ordner 4“. Nur nötig, wenn sie schriftlich vorliegt.",
        required=False,
        max_length=300,
    )

    field_order = ("email", *MemberForm.Meta.fields, "discreet", "way", "proof")

    def clean_email(self) -> str:
        try:
            return normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(error.reason) from error

    def clean(self) -> dict[str, Any]:
        """Must run in the transaction that enters the person: a second click waits here, and is then told."""
        data = super().clean() or {}
        if data.get("way") == PROOF and not data.get("proof"):
            self.add_error("proof", "Schreiben Sie, wo die Einwilligung liegt.")
        if email := data.get("email"):
            existing_people.take_turns()
            self._check(email, data.get("way"))
        return data

    def _check(self, email: str, way: str | None) -> None:
        known = existing_people.known([email])
        if known.states.get(email) == Member.State.ACTIVE:
            self.add_error("email", "Diese Adresse steht schon auf der Liste.")
        elif known.states.get(email) == Member.State.PENDING and way != PROOF:
            self.add_error(
                "email",
                "Diese Adresse ist schon gefragt worden. Auf der Seite der Person können Sie den Link noch einmal "
                "schicken.",
            )
        elif email in known.suppressed and way == PROOF:
            self.add_error(
                "way",
                "An diese Adresse durften wir nicht mehr schreiben. Nur die Person selbst kann das aufheben: "
                "Wählen Sie „per Mail fragen“.",
            )

    def enter(self, by: str) -> Member:
        data = self.cleaned_data
        proof = data["proof"] if data["way"] == PROOF else ""
        return signup.enter(data["email"], Details.from_form(data), origin=Member.Origin.OFFICER, by=by, proof=proof)

"""The public forms of groups: a request to one, a proposal for one, and the second contact's name."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy

from mailings.antispam import PublicEmailForm
from members import names
from members.forms import DiscreetForm
from members.groups import consent, texts, wording
from members.groups.founding import Proposal
from members.groups.models import LONGEST_NAME, LONGEST_SENTENCE, LONGEST_TEXT, LONGEST_TITLE, ONLINE
from members.models import Group

_NO_BOX = "Setzen Sie hier ein Häkchen. Ohne Ihr Ja dürfen wir Ihnen nicht schreiben."


def town_choices() -> list[tuple[str, str]]:
    return [("", "Bitte wählen"), *settings.MUNICIPALITIES.items(), (ONLINE, "online")]


class NamedForm(forms.Form):
    name = forms.CharField(
        label="Ihr Vorname in dieser Gruppe",
        help_text="Unter diesem Namen kennen die anderen Sie. Es muss nicht Ihr richtiger sein.",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Wie sollen die anderen Sie nennen?"},
    )

    def clean_name(self) -> str:
        if not (name := names.cleaned(self.cleaned_data["name"])):  # what cannot be seen is no name
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name


class SecondContactForm(DiscreetForm, NamedForm):
    """Somebody was asked to be the second contact, and says yes."""

    field_order = ["name", "discreet"]


class ConsentForm(forms.Form):
    consent = forms.BooleanField(label=lazy(consent.text, str)(), error_messages={"required": _NO_BOX})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].summary = "Ihr Ja zu den Nachrichten der Gruppe"  # type: ignore[attr-defined]


class RequestForm(ConsentForm, DiscreetForm, NamedForm, PublicEmailForm):
    """Somebody wants to join."""

    sentence = forms.CharField(
        label="Ein Satz an die Gruppe",
        help_text=f"Höchstens {LONGEST_SENTENCE} Zeichen. Nur die Ansprechpersonen lesen ihn.",
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie einen Satz, zum Beispiel wie alt Ihre Kinder sind."},
    )
    field_order = ["name", "sentence", "email", "discreet", "consent", "homepage", "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "Die Gruppe sieht sie nicht. Dorthin schicken wir Ihnen die Antwort."
        self.fields["email"].summary = "E-Mail-Adresse"  # type: ignore[attr-defined]

    def clean_sentence(self) -> str:
        return texts.without_addresses(self.cleaned_data["sentence"])


class ProposalForm(ConsentForm, NamedForm, PublicEmailForm):
    """Somebody wants to found a group. `email` is the second contact's."""

    title = forms.CharField(
        label="Wie heißt die Gruppe?",
        help_text="Kurz und ohne Ihren Namen.",
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Geben Sie der Gruppe einen Namen."},
    )
    text = forms.CharField(
        label="Was machen Sie zusammen?",
        help_text="Zwei Sätze genügen. Bitte noch keinen Tag und keinen genauen Ort.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": "Schreiben Sie in zwei Sätzen, was Sie zusammen machen."},
    )
    town = forms.ChoiceField(
        label="Wo?",
        help_text="Nur die Stadt oder Gemeinde. Den genauen Ort sagen Sie später der Gruppe.",
        choices=town_choices,
        error_messages={"required": "Wählen Sie eine Stadt, eine Gemeinde oder „online“."},
    )
    ages = forms.TypedMultipleChoiceField(
        label="Für welche Kinder?",
        help_text="Ohne Häkchen sind alle Kinder willkommen.",
        coerce=int,
        required=False,
        choices=wording.age_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    rhythm = forms.ChoiceField(
        label="Wie oft etwa?",
        choices=Group.Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Wählen Sie, wie oft Sie sich etwa treffen."},
    )
    field_order = ["title", "text", "town", "ages", "rhythm", "name", "email", "consent", "homepage", "seen"]

    def __init__(self, *args: Any, founder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.founder = founder
        second = self.fields["email"]
        second.label = "E-Mail der zweiten Person"
        second.help_text = (
            "Zu zweit geht es leichter, und wenn Sie krank sind, geht es weiter. "
            "Wir fragen mit einer Mail, ob sie mitmacht: Zweimal tippen genügt."
        )
        second.error_messages["required"] = "Schreiben Sie die E-Mail-Adresse der zweiten Person hinein."
        second.widget.attrs["autocomplete"] = "off"

    def clean_title(self) -> str:
        return texts.notice(self.cleaned_data["title"])

    def clean_text(self) -> str:
        return texts.notice(self.cleaned_data["text"])

    def clean_email(self) -> str:
        second = super().clean_email()
        if second == self.founder:
            raise forms.ValidationError("Das ist Ihre eigene Adresse. Wer macht mit Ihnen zusammen den Anfang?")
        return second

    def proposal(self) -> Proposal:
        data = self.cleaned_data
        return Proposal(data["title"], data["text"], data["town"], sorted(data["ages"]), data["rhythm"])


class SecondForm(PublicEmailForm):
    """Another person is asked to be the second contact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-Mail der zweiten Person"
        self.fields["email"].widget.attrs["autocomplete"] = "off"

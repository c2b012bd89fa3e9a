"""The forms in which people tell about themselves, when they join and later."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy

from mailings.antispam import PublicEmailForm
from members import names
from members.details import MOST_CHILDREN, OLDEST_CHILD, Details
from members.proofs import consent_text


def municipality_choices() -> list[tuple[str, str]]:
    return [("", "Bitte wählen"), *settings.MUNICIPALITIES.items(), (settings.OUTSIDE, "außerhalb")]


class YearsField(forms.CharField):
    """Years of birth as people write them, "2017, 2021"; cleaned to a sorted list of ints."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        words = re.split(r"[\s,;/+&]+|und", text.strip()) if text.strip() else []
        if not all(re.fullmatch(r"[0-9]{4}", word) for word in words if word):
            raise forms.ValidationError("Schreiben Sie nur die Jahre, zum Beispiel „2017, 2021“.")
        years = sorted(int(word) for word in words if word)
        now = timezone.localdate().year
        if any(not now - OLDEST_CHILD <= year <= now + 1 for year in years):
            raise forms.ValidationError(f"Bitte nur Jahre von {now - OLDEST_CHILD} bis {now + 1}.")
        if len(years) > MOST_CHILDREN:
            raise forms.ValidationError(f"Bitte höchstens {MOST_CHILDREN} Jahre.")
        return years

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class DetailsForm(forms.Form):
    """All fields are voluntary; each says what it is for."""

    name = forms.CharField(
        label="Wie dürfen wir Sie ansprechen?",
        help_text="Für die Anrede in unseren Mails. Zum Beispiel „Frau Sommer“ oder einfach „Kim“.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    municipality = forms.ChoiceField(
        label="Wo wohnen Sie?",
        help_text="Damit wir uns auch in Ihrer Nähe treffen.",
        required=False,
        choices=municipality_choices,
    )
    children_years = YearsField(
        label="Wann sind Ihre Kinder geboren?",
        help_text="Damit die Kinderbetreuung passt. Nur die Jahre, zum Beispiel „2017, 2021“.",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    discreet = forms.BooleanField(
        label="Andere können mein Postfach lesen",
        help_text="Dann enthält jede Mail von uns nur einen neutralen Satz und einen Link.",
        required=False,
    )

    def clean_name(self) -> str:
        return names.cleaned(self.cleaned_data["name"], self.initial.get("name", ""))

    def details(self) -> Details:
        return Details.from_form(self.cleaned_data)


class DiscreetForm(forms.Form):
    """The one detail of somebody who gets mail of groups and may be no member."""

    discreet = DetailsForm.base_fields["discreet"]


class JoinForm(DetailsForm, PublicEmailForm):
    consent = forms.BooleanField(
        label=lazy(consent_text, str)(),
        error_messages={"required": "Setzen Sie hier ein Häkchen. Ohne Ihr Ja dürfen wir Ihnen nicht schreiben."},
    )

    field_order = ["email", "discreet", *Details.FIELDS, "consent", "homepage", "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, consent = self.fields["email"], self.fields["consent"]
        email.help_text = "Liest jemand Ihre Mails mit? Dann nehmen Sie eine Adresse, die nur Sie kennen."
        # what the summary of errors calls them
        email.summary = "E-Mail-Adresse"  # type: ignore[attr-defined]
        consent.summary = "Ihr Ja zu unseren Mails"  # type: ignore[attr-defined]

    def voluntary(self) -> list[forms.BoundField]:
        return [self[name] for name in Details.FIELDS]

    def voluntary_is_wrong(self) -> bool:
        return not self.errors.keys().isdisjoint(Details.FIELDS)

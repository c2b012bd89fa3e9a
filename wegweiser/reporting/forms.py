"""The public forms: an offer as plain text, and a hint that something is wrong."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from kit import phones
from mailings.addresses import InvalidAddress, normalise
from mailings.antispam import PublicEmailForm, SpamGuardedForm
from mailings.templates import one_line
from wegweiser.imports.columns import InvalidRow, clean, cost_kind, website
from wegweiser.languages import LANGUAGES
from wegweiser.models import Offer, Topic
from wegweiser.models.reports import LONGEST_HINT

_MOST_PHONES = 6
_LONGEST_PHONE = 100


def topic_choices() -> list[tuple[str, str]]:
    return list(Topic.objects.values_list("slug", "title"))


def municipality_choices() -> list[tuple[str, str]]:
    return list(settings.MUNICIPALITIES.items())


def area_choices() -> list[tuple[str, Any]]:
    district = _("im ganzen Kreis %(region)s") % {"region": settings.REGION}
    return [
        (Offer.Area.LOCAL, _("in diesen Orten:")),
        (Offer.Area.DISTRICT, district),
        (Offer.Area.STATE, _("in ganz Nordrhein-Westfalen")),
        (Offer.Area.COUNTRY, _("in ganz Deutschland")),
    ]


class TextLineField(forms.CharField):
    """One line of plain text without invisible characters."""

    def __init__(self, label: Any, most: int, *, complete: str = "off", **more: Any) -> None:
        widget = more.pop("widget", forms.TextInput(attrs={"autocomplete": complete}))
        super().__init__(label=label, max_length=most, widget=widget, **more)

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(value or "")))


class OfferForm(forms.Form):
    """The contents of an offer, as its provider enters them."""

    # The parts of templates/wegweiser/offer_fields.html.
    PARTS = {
        "offer": ("title", "provider", "description", "topics", "audience", "area", "municipalities"),
        "contact": ("phones", "contact", "website", "contact_person", "hours", "street", "postcode", "town"),
        "good_to_know": ("cost", "accessible"),
        "folded": ("languages", "search_words"),
    }

    title = TextLineField(
        _("Wie heißt Ihr Angebot?"), 150, error_messages={"required": _("Schreiben Sie hier, wie es heißt.")}
    )
    provider = TextLineField(
        _("Wer bietet es an?"),
        200,
        complete="organization",
        help_text=_("Name der Stelle, des Vereins, der Einrichtung."),
        error_messages={"required": _("Schreiben Sie hier, wer es anbietet.")},
    )
    description = forms.CharField(
        label=_("Was bekommt man dort?"),
        help_text=_("Zwei, drei kurze Sätze in einfachen Worten. Nur Text, ohne Gestaltung."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Beschreiben Sie das Angebot mit zwei, drei Sätzen.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("Zu welchen Themen gehört es?"),
        choices=topic_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Wählen Sie wenigstens ein Thema.")},
    )
    audience = TextLineField(_("Für wen ist es?"), 300, required=False)
    area = forms.ChoiceField(
        label=_("Wo müssen Eltern wohnen?"),
        choices=lazy(area_choices, list),
        widget=forms.RadioSelect,
        error_messages={"required": _("Wählen Sie, wo Eltern wohnen müssen.")},
    )
    municipalities = forms.MultipleChoiceField(
        label=_("Orte"), choices=municipality_choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    phones = TextLineField(
        _("Telefon"),
        300,
        required=False,
        complete="tel",
        help_text=_("Mehrere mit Komma trennen, zum Beispiel „030 23125-100, -101“."),
    )
    contact = TextLineField(
        _("E-Mail-Adresse, die Eltern sehen"),
        254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    website = TextLineField(_("Website"), 500, required=False, complete="url")
    hours = TextLineField(_("Wann sind Sie erreichbar?"), 500, required=False)
    contact_person = TextLineField(_("Nach wem sollen Eltern fragen?"), 150, required=False)
    street = TextLineField(_("Straße und Hausnummer"), 150, required=False, complete="address-line1")
    postcode = TextLineField(_("Postleitzahl"), 10, required=False, complete="postal-code")
    town = TextLineField(_("Ort"), 100, required=False, complete="address-level2")
    languages = forms.MultipleChoiceField(
        label=_("In welchen Sprachen helfen Sie?"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    cost = TextLineField(
        _("Was kostet es?"), 200, required=False, help_text=_("Zum Beispiel „kostenlos“ oder „5 € im Monat“.")
    )
    accessible = forms.ChoiceField(
        label=_("Kommt man mit Rollstuhl oder Kinderwagen hinein?"),
        choices=Offer.Access.choices,
        initial=Offer.Access.UNKNOWN,
        widget=forms.RadioSelect,
        required=False,
    )
    search_words = TextLineField(
        _("Mit welchen Wörtern würden Eltern danach suchen?"), 500, required=False, help_text=_("Mit Komma trennen.")
    )
    message = TextLineField(
        _("Möchten Sie uns noch etwas sagen?"),
        500,
        required=False,
        help_text=_("Das wird nicht veröffentlicht."),
    )

    def clean_description(self) -> str:
        return clean(self.cleaned_data["description"].replace("\r\n", "\n").replace("\r", "\n"))

    def clean_phones(self) -> list[str]:
        numbers = phones.split(self.cleaned_data["phones"])
        if len(numbers) > _MOST_PHONES or any(len(number) > _LONGEST_PHONE for number in numbers):
            raise ValidationError(_("Bitte höchstens sechs Nummern, mit Komma getrennt."))
        if half := phones.undialled(numbers):
            sentence = _(
                "„%(number)s“ lässt sich so nicht anrufen. Bitte jede Nummer ganz und mit Vorwahl, zum Beispiel "
                "„030 23125-100“."
            )
            raise ValidationError(sentence % {"number": half[0]})
        if numbers and not phones.calls(numbers):
            raise ValidationError(_("Hier fehlt eine Telefonnummer, zum Beispiel „030 23125-100“."))
        return numbers

    def clean_contact(self) -> str:
        try:
            return normalise(self.cleaned_data["contact"]) if self.cleaned_data["contact"] else ""
        except InvalidAddress as error:
            raise ValidationError(str(error)) from error

    def clean_website(self) -> str:
        try:
            return website(self.cleaned_data["website"])
        except InvalidRow as error:
            raise ValidationError(
                _("Das ist keine Adresse einer Website. Sie sieht so aus: „www.example.org“.")
            ) from error

    def clean_postcode(self) -> str:
        code: str = self.cleaned_data["postcode"]
        if code and not re.fullmatch(r"[0-9]{5}", code):
            raise ValidationError(_("Eine Postleitzahl hat fünf Ziffern."))
        return code

    def clean_accessible(self) -> str:
        return self.cleaned_data["accessible"] or Offer.Access.UNKNOWN

    def clean_search_words(self) -> list[str]:
        words = [word.strip()[:100] for word in re.split(r"[,;]", self.cleaned_data["search_words"])]
        return list(dict.fromkeys(filter(None, words)))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("area") == Offer.Area.LOCAL and not data.get("municipalities") and "municipalities" in data:
            self.add_error("municipalities", _("Wählen Sie wenigstens einen Ort, oder oben ein größeres Gebiet."))
        return data

    def parts(self) -> dict[str, list[forms.BoundField]]:
        return {part: [self[name] for name in names] for part, names in self.PARTS.items()}

    def contents(self) -> dict[str, Any]:
        """The fields in the form of Offer.contents."""
        data = self.cleaned_data
        kept = {name: data[name] for name in Offer.CONTENTS if name in data}
        kept |= {"email": data["contact"], "cost_kind": cost_kind(data["cost"])}
        kept |= {"municipalities": [slug for slug in settings.MUNICIPALITIES if slug in data["municipalities"]]}
        kept |= {"languages": [code for code in LANGUAGES if code in data["languages"]]}
        return kept | {"topics": sorted(data["topics"])}


def initial(offer: Offer) -> dict[str, Any]:
    """The initial values for changing an offer."""
    return initial_of(offer.contents())


def initial_of(contents: dict[str, Any]) -> dict[str, Any]:
    """The initial values for these contents of an offer; some of them may be missing."""
    lists = {name: ", ".join(contents[name]) for name in ("phones", "search_words") if name in contents}
    return contents | lists | {"contact": contents.get("email", ""), "email": ""}


class ReportForm(OfferForm, PublicEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "Dorthin schicken wir den Link zum Bestätigen, und einmal im Jahr die Frage, ob alles noch stimmt. "
            "Sie wird nicht veröffentlicht."
        )


class HintForm(SpamGuardedForm):
    text = forms.CharField(
        label=_("Ihr Hinweis"),
        help_text=_("Zum Beispiel: „Die Nummer gibt es nicht mehr.“ Bitte nichts Persönliches."),
        max_length=LONGEST_HINT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Schreiben Sie kurz, was nicht stimmt.")},
    )
    field_order = ["text"]

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n"))

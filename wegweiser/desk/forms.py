"""The officers' forms: offers, providers, situations and synonyms."""

from typing import Any

from django import forms
from django.utils.html import escape

from kit import phones
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address
from mailings.templates import one_line
from wegweiser import curation, differences
from wegweiser.imports.columns import RESERVED
from wegweiser.models import Advice, Offer, Provider, Situation, Synonym, Topic
from wegweiser.reporting.forms import OfferForm, TextLineField, area_choices, initial
from wegweiser.search import failed_searches
from wegweiser.search.query import LONGEST
from wegweiser.topics import slug as slug_of


class Words(forms.CharField):
    """A list of words in one line, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = [one_line(word) for word in (super().clean(value) or "").split(",")]
        return list(dict.fromkeys(filter(None, words)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


# What providers are asked in a sentence, officers know by a word.
OFFICIAL = {name: differences.label(name) for name in Offer.CONTENTS if name not in ("area", "email")}


def _dialled(cell: str) -> str:
    """What the button on the offer's page will dial for this text of the field."""
    numbers = phones.dials(phones.split(cell))
    return f"Der Knopf „Anrufen“ wählt: {numbers}" if numbers else "Nummern mit Vorwahl, mit Komma getrennt."


class OfficialOfferForm(OfferForm):
    """The contents of an offer as officers enter them: the providers' form, in the officers' words."""

    area = forms.ChoiceField(label="Wo müssen Eltern wohnen?", choices=area_choices)
    cost_kind = forms.ChoiceField(label="Kosten, zum Filtern", choices=Offer.Cost.choices)
    accessible = forms.ChoiceField(label="barrierefrei", choices=Offer.Access.choices, required=False)
    message = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in OFFICIAL:
                field.label = OFFICIAL[name]
        # Not self["phones"]: a bound field keeps the help text that it finds.
        cell = self.data.get("phones") if self.is_bound else self.initial.get("phones")
        self.fields["phones"].help_text = _dialled(cell or "")

    def contents(self) -> dict[str, Any]:
        return super().contents() | {"cost_kind": self.cleaned_data["cost_kind"]}


class DeskOfferForm(OfficialOfferForm):
    """An offer, with the fields that only officers decide."""

    state = forms.ChoiceField(label="Stand", choices=Offer.State.choices, initial=Offer.State.DRAFT)
    checked_now = forms.BooleanField(
        label="Heute geprüft",
        help_text="Sie haben nachgesehen oder nachgefragt, und alles stimmt. Dann ist es kein Beispiel mehr.",
        required=False,
    )
    slug = forms.SlugField(
        label="Adresse",
        help_text="So heißt die Seite: /wegweiser/…/. Bleibt das Feld leer, wird der Titel genommen.",
        max_length=80,
        required=False,
    )
    source = TextLineField("Quelle", 500, required=False)
    emergency = forms.BooleanField(
        label="Notrufnummern oben zeigen", help_text="Bei Gewalt und in seelischer Not.", required=False
    )

    field_order = ["title", "provider", "state", "checked_now", "topics"]

    def __init__(self, *args: Any, instance: Offer | None = None, **kwargs: Any) -> None:
        self.instance = instance or Offer()
        if instance and instance.pk:
            held = {name: getattr(instance, name) for name in ("state", "source", "emergency")}
            kwargs["initial"] = initial(instance) | held | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["slug"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"] or slug_of(self.cleaned_data.get("title", ""))
        if slug in RESERVED:
            raise forms.ValidationError("Diese Adresse braucht der Wegweiser selbst.")
        if slug and Offer.objects.filter(slug=slug).exists():
            raise forms.ValidationError("Diese Adresse hat schon ein anderes Angebot.")
        return slug

    def save(self, commit: bool = True) -> Offer:
        """For Django's admin, which calls `store` later: nothing is written here."""
        return self.instance

    def save_m2m(self) -> None:
        """Writes nothing either, for the same reason as `save`."""

    def store(self, by: str) -> Offer:
        """Stores the offer; its former version is kept."""
        held = self.contents() | {name: self.cleaned_data[name] for name in ("source", "emergency")}
        topics = list(Topic.objects.filter(slug__in=held.pop("topics")))
        provider, _ = Provider.objects.get_or_create(name=held.pop("provider"))
        offer = self.instance
        if offer.pk is None:
            offer = Offer.objects.create(slug=self.cleaned_data["slug"], provider=provider, **held)
            offer.topics.set(topics)
        else:
            curation.change(offer, by, topics=topics, provider=provider, **held)
        curation.set_state(offer, self.cleaned_data["state"], by)
        if self.cleaned_data["checked_now"]:
            curation.checked_today(offer, by)
        offer.refresh_from_db()
        return offer


class ProviderForm(forms.ModelForm[Provider]):
    email = forms.CharField(
        label="Adresse für die jährliche Prüfung",
        help_text="Dorthin geht einmal im Jahr die Frage, ob noch alles stimmt. Sie wird nicht veröffentlicht. "
        "Ohne Adresse fragen Sie selbst nach.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Provider
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.address and "email" in self.fields:
            self.fields["email"].initial = self.instance.address.email

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_email(self) -> str:
        try:
            return normalise(self.cleaned_data["email"]) if self.cleaned_data["email"].strip() else ""
        except InvalidAddress as error:
            raise forms.ValidationError(error.reason) from error

    def store(self) -> None:
        """The name, and where to ask; a link that went to another address dies."""
        email = self.cleaned_data["email"]
        address = Address.objects.ensure(email) if email else None
        self.instance.save()
        curation.set_check_address(self.instance, address)


class SynonymForm(forms.ModelForm[Synonym]):
    means = Words(label="meint auch", help_text="Mehrere mit Komma trennen.", max_length=1000)

    class Meta:
        model = Synonym
        fields = ("word", "means")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # From the list of searches without a hit: proposed, never entered by itself.
        asked = "" if self.is_bound or self.instance.pk else self.initial.get("word", "")
        if proposed := failed_searches.propose(asked[:LONGEST]) if asked else []:
            self.fields["means"].help_text += f" Vorschläge: {escape(', '.join(proposed))}."


class AdviceForm(forms.ModelForm[Advice]):
    class Meta:
        model = Advice
        fields = ("order", "offer", "sentence")
        widgets = {"sentence": forms.Textarea(attrs={"rows": 2, "cols": 40})}

    def clean_sentence(self) -> str:
        return one_line(self.cleaned_data["sentence"])


class SituationForm(forms.ModelForm[Situation]):
    search_words = Words(label="Suchwörter", help_text="Mit Komma trennen.", required=False, max_length=1000)

    class Meta:
        model = Situation
        fields = ("title", "slug", "intro", "search_words", "order", "published", "emergency")
        widgets = {"intro": forms.Textarea(attrs={"rows": 3})}

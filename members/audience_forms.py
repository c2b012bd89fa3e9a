"""The audience of a mail as officers choose it, and in words."""

from typing import Any

from django import forms
from django.conf import settings

from members.audience import Audience
from members.details import OLDEST_CHILD
from members.models import Newsletter


def towns() -> list[tuple[str, str]]:
    return [*settings.MUNICIPALITIES.items(), (settings.OUTSIDE, "außerhalb")]


def age(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=OLDEST_CHILD,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class AudienceFields(forms.Form):
    """Three fields, for any form; a ModelForm that has them lists AudienceFields first."""

    municipalities = forms.MultipleChoiceField(
        label="Nur aus diesen Orten",
        help_text="Nichts angekreuzt: alle, auch wer keinen Ort angegeben hat.",
        choices=towns,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    youngest = age("Kinder ab (Jahre)")
    oldest = age("Kinder bis (Jahre)")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        youngest, oldest = data.get("youngest"), data.get("oldest")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("oldest", "Hier muss eine größere Zahl stehen als bei „ab“.")
        return data


class AudienceForm(AudienceFields):
    """The audience alone; sent by GET, so that looking changes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    def audience(self) -> Audience | None:
        """None if the choice makes no sense."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Audience(data["municipalities"], data["youngest"], data["oldest"])


def for_whom(audience: Newsletter | Audience) -> str:
    """The audience in words: "Für alle", "Aus Siegen und Netphen, mit Kindern von 3 bis 6 Jahren"."""
    names = dict(towns())
    towns_chosen = [names.get(slug, slug) for slug in audience.municipalities]
    parts = [f"aus {' und '.join(filter(None, [', '.join(towns_chosen[:-1]), *towns_chosen[-1:]]))}"]
    parts = parts if towns_chosen else []
    youngest, oldest = audience.youngest, audience.oldest
    if youngest is not None and oldest is not None:
        parts.append(f"mit Kindern von {youngest} bis {oldest} Jahren")
    elif youngest is not None:
        parts.append(f"mit Kindern ab {youngest} Jahren")
    elif oldest is not None:
        parts.append(f"mit Kindern bis {oldest} Jahre")
    return f"Für Mitglieder {', '.join(parts)}." if parts else "Für alle Mitglieder."

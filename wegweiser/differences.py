"""An offer in words, and the differences between two versions of it, for people to read."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.dateparse import parse_date

from wegweiser import languages
from wegweiser.models import Offer, Topic

_ORDER = (
    "title", "provider", "topics", "description", "audience", "area", "municipalities", "phones", "email", "website",
    "contact_person", "hours", "street", "postcode", "town", "languages", "cost", "cost_kind", "accessible",
    "search_words", "source", "source_month", "example", "state", "checked_on",
)  # fmt: skip
_LABELS = {"provider": "Anbieter", "topics": "Themen"}
_CHOICES: dict[str, dict[str, str]] = {
    "area": dict(Offer.Area.choices),
    "cost_kind": dict(Offer.Cost.choices),
    "accessible": dict(Offer.Access.choices),
    "state": dict(Offer.State.choices),
}


class Difference(NamedTuple):
    """One row of a comparison, in words; "" means nothing."""

    label: str
    before: str
    after: str


def between(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The differences in `after`; what it leaves out stays as it is. One query for the names of topics."""
    titles = dict(Topic.objects.values_list("slug", "title"))
    names = [name for name in _ORDER if name in after and before.get(name) != after[name]]
    lines = [
        Difference(label(name), words(name, before.get(name), titles), words(name, after[name], titles))
        for name in names
    ]
    return [line for line in lines if line.before != line.after]


def label(name: str) -> str:
    field = None if name in _LABELS else Offer._meta.get_field(name)
    return _LABELS.get(name) or str(getattr(field, "verbose_name", name))


def words(name: str, value: Any, titles: dict[str, str]) -> str:
    if value in (None, "", [], False):
        return ""
    if value is True:
        return "ja"
    if name in _CHOICES:
        return _CHOICES[name].get(value, str(value))
    if name == "checked_on":
        day = parse_date(value)
        return f"{day:%d.%m.%Y}" if day else ""
    if name == "topics":
        return ", ".join(titles.get(slug, slug) for slug in value)
    if name == "municipalities":
        return ", ".join(settings.MUNICIPALITIES.get(slug, slug) for slug in value)
    if name == "languages":
        return ", ".join(map(languages.name, value))
    return ", ".join(value) if isinstance(value, list) else str(value)

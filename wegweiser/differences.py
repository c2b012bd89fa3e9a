"""An offer in words, and the differences between two versions of it, for people to read."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Field
from django.utils.dateparse import parse_date

from wegweiser import languages
from wegweiser.models import Offer, Topic


class Difference(NamedTuple):
    """One row of a comparison, in words; "" means nothing."""

    label: str
    before: str
    after: str


def between(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The differences in `after`; what it leaves out stays as it is. One query for the names of topics."""
    titles = dict(Topic.objects.values_list("slug", "title"))
    names = [name for name in (*Offer.CONTENTS, *Offer.CARE) if name in after and before.get(name) != after[name]]
    rows = [
        Difference(label(name), words(name, before.get(name), titles), words(name, after[name], titles))
        for name in names
    ]
    return [row for row in rows if row.before != row.after]


def label(name: str) -> str:
    return str(_field(name).verbose_name)


def words(name: str, value: Any, titles: dict[str, str]) -> str:
    if value in (None, "", [], False):
        return ""
    if value is True:
        return "ja"
    if choices := dict(_field(name).flatchoices):
        return str(choices.get(value, value))
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


def _field(name: str) -> Field[Any, Any]:
    field = Offer._meta.get_field(name)
    assert isinstance(field, Field)
    return field

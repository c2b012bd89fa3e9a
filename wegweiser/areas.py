"""Where people must live to use an offer, as lists write it: "Kreuztal", "Kreis Siegen-Wittgenstein", "bundesweit"."""

from django.conf import settings

from kit import folding
from wegweiser.models import Offer

_WIDER = {
    "nrw": Offer.Area.STATE,
    "nordrheinwestfalen": Offer.Area.STATE,
    "landesweit": Offer.Area.STATE,
    "bundesweit": Offer.Area.COUNTRY,
    "deutschland": Offer.Area.COUNTRY,
    "deutschlandweit": Offer.Area.COUNTRY,
    "ueberall": Offer.Area.COUNTRY,
    "kreis": Offer.Area.DISTRICT,
    "ganzerkreis": Offer.Area.DISTRICT,
    "kreisweit": Offer.Area.DISTRICT,
    "allestaedteundgemeinden": Offer.Area.DISTRICT,
}
_NARROW_TO_WIDE = list(Offer.Area)


class UnknownTown(ValueError):
    """The text names no place that we know; the text itself is the message."""


def read(names: list[str]) -> tuple[list[str], str]:
    """The municipalities as slugs, in the order of the settings, and the widest area named. Raises UnknownTown."""
    towns, areas = set(), [Offer.Area.LOCAL]
    for name in names:
        key = _key(name)
        area = _WIDER.get(key) or _district(key)
        if area is not None:
            areas.append(area)
        elif slug := _towns().get(key):
            towns.add(slug)
        else:
            raise UnknownTown(name)
    return [slug for slug in settings.MUNICIPALITIES if slug in towns], max(areas, key=_NARROW_TO_WIDE.index)


def written(offer: Offer) -> list[str]:
    """The text that `read` would read back."""
    names = [settings.MUNICIPALITIES.get(slug, slug) for slug in offer.municipalities]
    if offer.area == Offer.Area.LOCAL:
        return names
    area = f"Kreis {settings.REGION}" if offer.area == Offer.Area.DISTRICT else offer.get_area_display()
    return [area, *names]


def _district(key: str) -> Offer.Area | None:
    region = _key(settings.REGION)
    return Offer.Area.DISTRICT if key in {region, f"kreis{region}"} else None


def _towns() -> dict[str, str]:
    names = {_key(name): slug for slug, name in settings.MUNICIPALITIES.items()}
    return names | {_key(slug): slug for slug in settings.MUNICIPALITIES}


def _key(name: str) -> str:
    """Letters only, lower case: "Bad-Laasphe" and "bad laasphe" are the same."""
    return "".join(char for char in folding.place_name(name) if char.isalpha())

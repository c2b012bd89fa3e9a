"""The offers as a table with the columns that `import_offers` reads."""

from collections.abc import Callable, Iterable, Iterator

from kit import phones
from kit.batches import in_batches
from kit.spreadsheets.writing import csv_of
from wegweiser import areas
from wegweiser.imports.headings import HEADINGS
from wegweiser.models import Offer, OfferQuerySet

HEADER = [*(headings[0] for headings in HEADINGS.values()), "beispiel", "zustand", "zuletzt geprüft"]
_WRITTEN: dict[str, Callable[[Offer], str]] = {
    "provider": lambda offer: offer.provider.name,
    "topics": lambda offer: _list(topic.title for topic in offer.topics.all()),
    "municipalities": lambda offer: _list(areas.written(offer)),
    "accessible": lambda offer: offer.get_accessible_display(),
}


def as_csv(offers: OfferQuerySet) -> bytes:
    """The table that everybody may take: its numbers are spelt as on the pages."""
    return csv_of(HEADER, map(_row, map(_spelt, _in_batches(offers, 500))))


def rows(offers: OfferQuerySet, at_once: int) -> Iterator[list[str]]:
    """The table of the desk: what is stored, so that it comes in again unchanged."""
    return map(_row, _in_batches(offers, at_once))


def _in_batches(offers: OfferQuerySet, at_once: int) -> Iterator[Offer]:
    return in_batches(offers.select_related("provider").prefetch_related("topics"), at_once)


def _spelt(offer: Offer) -> Offer:
    offer.phones = [phones.spelt(text) for text in offer.phones]
    return offer


def _row(offer: Offer) -> list[str]:
    return [
        *(_cell(offer, name) for name in HEADINGS),
        "ja" if offer.example else "nein",
        offer.get_state_display(),
        f"{offer.checked_on:%d.%m.%Y}" if offer.checked_on else "",
    ]


def _cell(offer: Offer, name: str) -> str:
    if name in _WRITTEN:
        return _WRITTEN[name](offer)
    value = getattr(offer, name)
    return value if isinstance(value, str) else _list(value)


def _list(texts: Iterable[str]) -> str:
    return ";".join(texts)

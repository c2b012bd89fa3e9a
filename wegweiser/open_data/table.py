"""The offers as a table with the columns that `import_offers` reads."""

from collections.abc import Iterable, Iterator

from kit.spreadsheets.writing import csv_of, xlsx_of
from wegweiser import areas
from wegweiser.models import Offer, OfferQuerySet

HEADER = [
    "id", "titel", "anbieter", "themen", "beschreibung", "zielgruppe", "orte", "strasse", "plz", "ort", "telefon",
    "email", "website", "sprechzeiten", "kontaktperson", "sprachen", "kosten", "barrierefrei", "suchwoerter", "quelle",
    "stand", "beispiel", "zustand", "zuletzt geprüft",
]  # fmt: skip


def as_csv(offers: OfferQuerySet) -> bytes:
    return csv_of(HEADER, _rows(offers))


def as_xlsx(offers: OfferQuerySet) -> bytes:
    return xlsx_of(HEADER, _rows(offers))


def _rows(offers: OfferQuerySet) -> Iterator[list[str]]:
    return map(_row, offers.select_related("provider").prefetch_related("topics").iterator(500))


def _row(offer: Offer) -> list[str]:
    return [
        offer.slug,
        offer.title,
        offer.provider.name,
        _list(topic.title for topic in offer.topics.all()),
        offer.description,
        offer.audience,
        _list(areas.written(offer)),
        offer.street,
        offer.postcode,
        offer.town,
        _list(offer.phones),
        offer.email,
        offer.website,
        offer.hours,
        offer.contact_person,
        _list(offer.languages),
        offer.cost,
        offer.get_accessible_display(),
        _list(offer.search_words),
        offer.source,
        offer.source_month,
        "ja" if offer.example else "nein",
        offer.get_state_display(),
        f"{offer.checked_on:%d.%m.%Y}" if offer.checked_on else "",
    ]


def _list(texts: Iterable[str]) -> str:
    return ";".join(texts)

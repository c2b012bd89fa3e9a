"""The published offers as open data: JSON with the names of the Human Services Data Specification 3, and CSV.

`assured_date` is the day of the last check. HSDS wants UUIDs: they are made of the address, so they stay.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from kit.batches import in_batches
from wegweiser.models import Offer, OfferQuerySet

VERSION = "3.1"
_AT_ONCE = 500


def offers() -> OfferQuerySet:
    return Offer.objects.published().order_by("slug")


def last_change() -> datetime | None:
    """The latest change of any offer, archived ones included, because they change the list too."""
    newest: datetime | None = Offer.objects.aggregate(newest=Max("changed_at"))["newest"]
    return newest


def as_json() -> Iterator[str]:
    """One JSON object, in pieces, so that memory does not grow with the number of offers."""
    head = {"name": f"Wegweiser {settings.REGION}", "url": f"{settings.SITE_URL}/wegweiser/", "hsds_version": VERSION}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "contents": ['
    rows = offers().select_related("provider").prefetch_related("topics")
    for number, offer in enumerate(in_batches(rows, _AT_ONCE)):
        yield (",\n" if number else "\n") + json.dumps(service(offer), ensure_ascii=False)
    yield "\n]}\n"


def service(offer: Offer) -> dict[str, Any]:
    """An offer as an HSDS service. Empty fields are left out: unknown does not mean absent."""
    url = settings.SITE_URL + offer.get_absolute_url()
    facts = {
        "id": _id(url),
        "name": offer.title,
        "organization": {"id": _id(f"{settings.SITE_URL}/anbieter/{offer.provider_id}"), "name": offer.provider.name},
        "description": offer.description,
        "url": offer.website,
        "email": offer.email,
        "status": "active",
        "fees_description": offer.cost_text,
        "eligibility_description": offer.audience,
        "alert": offer.freshness if offer.example or offer.is_due else "",
        "assured_date": offer.checked_on.isoformat() if offer.checked_on and not offer.example else "",
        "last_modified": offer.changed_at.isoformat(timespec="seconds"),
        "phones": [
            {"id": _id(f"{url}#{call.tel}"), "number": call.tel, "description": call.text} for call in offer.calls
        ],
        "contacts": [{"id": _id(f"{url}#kontakt"), "name": offer.contact_person}] if offer.contact_person else [],
        "schedules": [{"id": _id(f"{url}#zeiten"), "description": offer.hours}] if offer.hours else [],
        "languages": [
            {"id": _id(f"{url}#{code}"), "code": code, "name": name}
            for code, name in zip(offer.languages, offer.language_names, strict=True)
        ],
        "service_areas": [{"id": _id(f"{url}#in-{place}"), "name": place} for place in offer.places],
        "service_at_locations": _locations(offer, url),
        "attributes": [
            {"id": _id(f"{url}#{topic.slug}"), "label": topic.title, "value": topic.slug}
            for topic in offer.topics.all()
        ],
        "additional_urls": [{"id": _id(f"{url}#seite"), "label": "Wegweiser", "url": url}],
    }
    return {name: value for name, value in facts.items() if value}


def _locations(offer: Offer, url: str) -> list[dict[str, Any]]:
    if not (offer.street or offer.town):
        return []
    address = {
        "id": _id(f"{url}#anschrift"),
        "address_1": offer.street,
        "city": offer.town,
        "state_province": "Nordrhein-Westfalen",
        "postal_code": offer.postcode,
        "country": "DE",
        "address_type": "physical",
    }
    location: dict[str, Any] = {"id": _id(f"{url}#ort"), "location_type": "physical", "addresses": [address]}
    if offer.accessible != Offer.Access.UNKNOWN:
        access = {"id": _id(f"{url}#zugang"), "description": f"barrierefrei: {offer.get_accessible_display()}"}
        location["accessibility"] = [access]
    return [{"id": _id(f"{url}#dort"), "location": location}]


def _id(url: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, url))

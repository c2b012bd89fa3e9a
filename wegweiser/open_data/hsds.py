"""The published offers as services of the Human Services Data Specification 3.0, in one piece or in pages.

`assured_date` is the day of the last check. HSDS wants UUIDs: they are made of the address, so they stay.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils.encoding import iri_to_uri

from kit.batches import in_batches
from wegweiser.models import Offer, OfferQuerySet, Provider, Topic

VERSION = "3.0"
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
    for number, offer in enumerate(in_batches(_with_all(offers()), _AT_ONCE)):
        yield (",\n" if number else "\n") + json.dumps(service(offer), ensure_ascii=False)
    yield "\n]}\n"


def page(number: int, size: int) -> dict[str, Any]:
    """The page `number` (from 1) of all services, up to `size` of them, with the API's `Page` around them.

    A new offer comes last, so it moves none of those before it. Behind the last page there are empty ones.
    """
    start = (number - 1) * size
    total = Offer.objects.published().count()
    found = _in_order()[min(start, total) : min(start, total) + size]  # PostgreSQL takes no OFFSET of any length
    return _page(found, number, size, total, is_last=start + size >= total)


def page_after(key: int, size: int) -> dict[str, Any]:
    """The services that come after this offer's, whatever has been withdrawn; numbered as if all pages were as long."""
    published = Offer.objects.published()
    before = published.filter(pk__lte=key).count()
    total = published.count()
    found = _in_order().filter(pk__gt=key)[:size]
    return _page(found, ceil(before / size) + 1, size, total, is_last=before + size >= total)


def place(key: str) -> int | None:
    """The primary key of the offer with this id, also of one that is not public any more."""
    try:
        return _places(settings.SITE_URL, *_state())[uuid.UUID(key).bytes]
    except (ValueError, KeyError):
        return None


def find(key: str) -> dict[str, Any] | None:
    """The service with this id."""
    known = place(key)
    offer = _in_order().filter(pk=known).first() if known is not None else None
    return service(offer) if offer else None


@lru_cache(maxsize=1)
def _places(site: str, *state: object) -> dict[bytes, int]:
    """The primary keys by id: an id cannot be read backwards. Made anew only when any offer has changed, so that nobody
    makes work by asking for ids that are invented.
    """
    offers = in_batches(Offer.objects.only("slug").order_by("pk"), _AT_ONCE * 10)
    return {uuid.UUID(_id(_url(offer))).bytes: offer.pk for offer in offers}


def _state() -> tuple[object, ...]:
    """Also their number and the newest: a change that is committed late may be older than the latest one."""
    return tuple(Offer.objects.aggregate(newest=Max("changed_at"), last=Max("pk"), number=Count("pk")).values())


def _in_order() -> OfferQuerySet:
    return _with_all(Offer.objects.published().order_by("pk"))


def _page(offers: OfferQuerySet, number: int, size: int, total: int, *, is_last: bool) -> dict[str, Any]:
    contents = [service(offer) for offer in offers]
    return {
        "total_items": total,
        "total_pages": max(ceil(total / size), 1),
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": is_last,
        "empty": not contents,
        "contents": contents,
    }


def _with_all(offers: OfferQuerySet) -> OfferQuerySet:
    """With what `service` reads: two queries, however many offers."""
    return offers.select_related("provider").prefetch_related("topics")


def service(offer: Offer) -> dict[str, Any]:
    """An offer as an HSDS service. Empty fields are left out: unknown does not mean absent."""
    url = _url(offer)
    organization = _organization(offer.provider)
    facts = {
        "id": _id(url),
        "organization_id": organization["id"],
        "name": offer.title,
        "organization": organization,
        "description": offer.description,
        "url": iri_to_uri(offer.website) or url,
        "email": offer.email,
        "status": "active",
        "fees_description": offer.cost_text,
        "eligibility_description": offer.audience,
        "alert": offer.freshness if offer.example or offer.is_due else "",
        "assured_date": offer.checked_on.isoformat() if offer.checked_on and not offer.example else "",
        "last_modified": offer.changed_at.isoformat(timespec="milliseconds"),
        "phones": _phones(offer, url),
        "contacts": [{"id": _id(f"{url}#kontakt"), "name": offer.contact_person}] if offer.contact_person else [],
        "schedules": [{"id": _id(f"{url}#zeiten"), "description": offer.hours}] if offer.hours else [],
        "languages": [
            {"id": _id(f"{url}#{code}"), "code": code, "name": name}
            for code, name in zip(offer.languages, offer.language_names, strict=True)
        ],
        "service_areas": [{"id": _id(f"{url}#in-{place}"), "name": place} for place in offer.places],
        "service_at_locations": _locations(offer, url),
        "attributes": [_attribute(topic, url) for topic in offer.topics.all()],
    }
    return {name: value for name, value in facts.items() if value}


def _organization(provider: Provider) -> dict[str, Any]:
    """HSDS requires a description; we know of providers no more than their names."""
    key = _id(f"{settings.SITE_URL}/anbieter/{provider.pk}")
    return {"id": key, "name": provider.name, "description": provider.name}


def _attribute(topic: Topic, url: str) -> dict[str, Any]:
    address = settings.SITE_URL + topic.get_absolute_url()
    term = {
        "id": _id(address),
        "code": topic.slug,
        "name": topic.title,
        "description": topic.text or topic.title,
        "taxonomy": f"Themen im Wegweiser {settings.REGION}",
        "language": "de",
        "term_uri": address,
    }
    return {
        "id": _id(f"{url}#{topic.slug}"),
        "link_id": _id(url),
        "link_entity": "service",
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }


def _phones(offer: Offer, url: str) -> list[dict[str, str]]:
    """Two remarks on one number ("vormittags", "abends") have an id each; the first one's stays what it was."""
    known: Counter[str] = Counter()
    found = []
    for call in offer.calls:
        known[call.tel] += 1
        nth = f"-{known[call.tel]}" if known[call.tel] > 1 else ""
        found.append({"id": _id(f"{url}#{call.tel}{nth}"), "number": call.tel, "description": call.text})
    return found


def _locations(offer: Offer, url: str) -> list[dict[str, Any]]:
    """HSDS requires every part of an address; one that we do not know is empty, as is the state of a far town."""
    if not (offer.street or offer.town):
        return []
    address = {
        "id": _id(f"{url}#anschrift"),
        "address_1": offer.street,
        "city": offer.town,
        "state_province": Offer.Area.STATE.label if offer.town in settings.MUNICIPALITIES.values() else "",
        "postal_code": offer.postcode,
        "country": "DE",
        "address_type": "physical",
    }
    location: dict[str, Any] = {"id": _id(f"{url}#ort"), "location_type": "physical", "addresses": [address]}
    if offer.accessible != Offer.Access.UNKNOWN:
        access = {"id": _id(f"{url}#zugang"), "description": f"barrierefrei: {offer.get_accessible_display()}"}
        location["accessibility"] = [access]
    return [{"id": _id(f"{url}#dort"), "location": location}]


def _url(offer: Offer) -> str:
    return settings.SITE_URL + offer.get_absolute_url()


def _id(url: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, url))

"""Additions to one offer's page: the way back to the hits, similar offers, and its facts for search engines."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString

from kit import json_ld
from wegweiser.models import Offer

SIMILAR = 4
_MAP = "https://www.openstreetmap.org/search"


def similar(offer: Offer) -> list[Offer]:
    """Offers with the most topics in common, for the same people first, then by title. One query."""
    near = Q(municipalities__overlap=offer.municipalities) | ~Q(area=Offer.Area.LOCAL)
    others = Offer.objects.published().exclude(pk=offer.pk).filter(topics__in=offer.topics.all())
    others = others if offer.area != Offer.Area.LOCAL else others.filter(near)
    return list(others.annotate(shared=Count("topics")).order_by("-shared", "area", "title")[:SIMILAR])


def hits_before(request: HttpRequest, offer: Offer) -> str:
    """The list from which somebody came, at this offer, with its question, filters and page; "" from anywhere else.

    The browser says it (Referer), and only to ourselves (SECURE_REFERRER_POLICY): so no question stands in the
    URL of an offer, which people pass on.
    """
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
        page = resolve(came_from.path).view_name
    except (ValueError, Resolver404):
        return ""
    is_list = page == "wegweiser:topic" or (page == "wegweiser:search" and came_from.query)
    if came_from.netloc != request.get_host() or not is_list:
        return ""
    return came_from._replace(scheme="", netloc="", fragment=f"angebot-{offer.slug}").geturl()


def map_url(offer: Offer) -> str:
    """A plain link to a map, "" without a street: nothing is loaded from there before somebody follows it."""
    if not offer.street:
        return ""
    return f"{_MAP}?{urlencode({'query': offer.postal_address})}"


def structured(offer: Offer) -> SafeString:
    """schema.org GovernmentService or Service for search engines."""
    facts: dict[str, Any] = {
        "@type": "Service",
        "name": offer.title,
        "description": offer.description,
        "url": settings.SITE_URL + offer.get_absolute_url(),
        "provider": {"@type": "Organization", "name": offer.provider.name, "url": offer.website, "email": offer.email},
        "audience": {"@type": "Audience", "audienceType": offer.audience} if offer.audience else None,
        "areaServed": offer.places,
        "availableLanguage": offer.languages,
        "termsOfService": offer.cost_text,
    }
    facts["provider"] = {name: value for name, value in facts["provider"].items() if value}
    if offer.calls:
        facts["availableChannel"] = {
            "@type": "ServiceChannel",
            "servicePhone": {"@type": "ContactPoint", "telephone": offer.calls[0].tel},
        }
    return json_ld.block(facts)

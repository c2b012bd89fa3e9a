"""An offer as a brochure shows it."""

from math import ceil
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from kit.printing import drawings
from kit.printing.characters import COLUMN, breakable
from wegweiser.models import Offer
from wegweiser.models.offers import Fact

# What certainly fits on a page: so many lines of so many letters.
_LINES, _LETTERS = 30, 40
# The facts that take a line each.
_OWN_LINE = {"audience", "contact_person", "hours", "street"}


def index_line(offer: Offer) -> dict[str, Any]:
    """The index line for the offer."""
    return {"title": breakable(offer.title, COLUMN), "label": f"angebot-{offer.pk}"}


def full_entry(offer: Offer) -> dict[str, Any]:
    """The full entry for the offer."""
    url = settings.SITE_URL + offer.get_absolute_url()
    facts, short = _facts(offer)
    description = [part for part in offer.description.splitlines() if part.strip()]
    shown = index_line(offer) | {
        "title": breakable(offer.title),
        "provider": breakable(offer.provider.name),
        "calls": [{"text": breakable(call.text), "tel": call.tel} for call in offer.calls],
        "reach": _reach(offer),
        "freshness": offer.freshness,
        "fresh": not offer.example and not offer.is_due,
        "description": [breakable(part) for part in description],
        "facts": facts,
        "short": short,
        "url": url,
        "qr": drawings.qr(url, "l"),
        "qr_alt": _("QR-Code zur Seite dieses Angebots"),
    }
    texts = [offer.title, offer.provider.name, *offer.phones, *description, *(fact["text"] for fact in facts + short)]
    return shown | {"long": sum(ceil(len(text) / _LETTERS) for text in texts) > _LINES}


def _facts(offer: Offer) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The facts that take a line each, and those that share one."""
    # languages only where it helps somebody to know
    told = [fact for fact in offer.facts if fact.text and (fact.field, offer.languages) != ("languages", ["de"])]
    return (
        [_named(fact) for fact in told if fact.field in _OWN_LINE],
        [_named(fact) for fact in told if fact.field not in _OWN_LINE],
    )


def _named(fact: Fact) -> dict[str, str]:
    return {"name": fact.label, "text": breakable(fact.text)}


def _reach(offer: Offer) -> list[dict[str, str]]:
    """Mail address and website, unless the address is one that browsers would run. On paper it is typed: all of it."""
    ways = [{"text": breakable(offer.email), "url": f"mailto:{quote(offer.email, safe='@')}"}] if offer.email else []
    if offer.website.startswith(("https://", "http://")) and offer.website_name:
        ways.append({"text": breakable(offer.website), "url": iri_to_uri(offer.website)})
    return ways

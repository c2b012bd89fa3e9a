"""Invented offers, providers and reports, made by the portal's own actions."""

from datetime import date
from typing import Any

from django.test import Client

from kit import months
from mailings import antispam
from mailings.models import Address
from wegweiser import topics
from wegweiser.models import Offer, Provider
from wegweiser.reporting.forms import HintForm, ReportForm

HOUSE = "haus@lindenweg.example"


def provider(name: str = "Haus Lindenweg", email: str = HOUSE) -> Provider:
    """With an address unless `email` is ""."""
    address = Address.objects.get_or_create(email=email)[0] if email else None
    found, _ = Provider.objects.get_or_create(name=name, defaults={"address": address})
    return found


def offer(slug: str = "kleiderkiste", **fields: Any) -> Offer:
    """A published offer in somebody's care; topics as slugs."""
    of = fields.pop("provider", None) or provider()
    slugs = fields.pop("topics", ["wohnen"])
    held: dict[str, Any] = {
        "title": "Kleiderkiste",
        "description": "Kleidung für Kinder, gut erhalten.",
        "municipalities": ["siegen"],
        "phones": ["030 23125-101"],
        "languages": ["de"],
        "cost": "kostenlos",
        "cost_kind": "free",
        "state": Offer.State.PUBLISHED,
        "published_on": months.today(),
        "checked_on": months.today(),
    }
    made = Offer.objects.create(slug=slug, provider=of, **held | fields)
    known = {topic.slug: topic for topic in topics.ensure().values()}
    made.topics.set([known[slug] for slug in slugs])
    return made


def checked(on: date, slug: str = "kleiderkiste", **fields: Any) -> Offer:
    return offer(slug, checked_on=on, published_on=on, **fields)


def form(email: str = HOUSE, **fields: Any) -> dict[str, Any]:
    """What the form „Angebot melden“ sends, seen a minute ago."""
    topics.ensure()
    return {
        "email": email,
        "title": "Nähcafé",
        "provider": "Haus Lindenweg",
        "description": "Gemeinsam nähen, die Kinder spielen nebenan.",
        "topics": ["treffpunkte-und-selbsthilfe"],
        "area": "local",
        "municipalities": ["kreuztal"],
        "phones": "030 23125-102, -103",
        "accessible": "yes",
        "cost": "kostenlos",
        "seen": antispam.stamp(ReportForm, 60),
        **fields,
    }


def hint_form(text: str = "Die Nummer gibt es nicht mehr.") -> dict[str, Any]:
    return {"text": text, "seen": antispam.stamp(HintForm, 60)}


def report(client: Client, email: str = HOUSE, **fields: Any) -> Any:
    return client.post("/wegweiser/angebot-melden/", form(email, **fields))

"""The columns of a list of offers, as the import reads them and the table of all offers writes them."""

from wegweiser import differences
from wegweiser.models import Offer

# The first is written. A field that is not named here stands under its label.
_HEADINGS = {
    "slug": ("id", "kennung"),
    "title": ("titel", "angebot", "name"),
    "provider": ("anbieter", "träger"),
    "topics": ("themen", "thema"),
    "audience": ("zielgruppe", "für wen"),
    "municipalities": ("orte", "gebiet"),
    "street": ("strasse",),
    "postcode": ("plz", "postleitzahl"),
    "email": ("email", "e-mail-adresse", "mail"),
    "website": ("website", "internet", "web", "homepage"),
    "hours": ("sprechzeiten", "öffnungszeiten"),
    "contact_person": ("kontaktperson", "ansprechperson"),
    "languages": ("sprachen", "sprache"),
    "search_words": ("suchwoerter", "suchwörter"),
    "source_month": ("stand",),
}
# The places tell the area, the text of the cost its kind.
_FOLLOWS = {"area", "cost_kind"}

HEADINGS: dict[str, tuple[str, ...]] = {
    name: _HEADINGS.get(name) or (differences.label(name).lower(),)
    for name in ("slug", *Offer.CONTENTS, "source", "source_month")
    if name not in _FOLLOWS
}

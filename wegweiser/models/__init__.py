from wegweiser.models.finding import Advice, Miss, Situation, Synonym
from wegweiser.models.keeping import Check, Hint, Submission
from wegweiser.models.offers import Offer, OfferQuerySet, Provider, Topic, Version
from wegweiser.models.searching import SearchEntry, Word

__all__ = [
    "Advice",
    "Check",
    "Hint",
    "Miss",
    "Offer",
    "OfferQuerySet",
    "Provider",
    "SearchEntry",
    "Situation",
    "Submission",
    "Synonym",
    "Topic",
    "Version",
    "Word",
]

from wegweiser.models.finding import Advice, Miss, Situation, Synonym
from wegweiser.models.keeping import Check, Hint, Submission
from wegweiser.models.offers import Offer, OfferQuerySet, Provider, Topic, Version

__all__ = [
    "Advice",
    "Check",
    "Hint",
    "Miss",
    "Offer",
    "OfferQuerySet",
    "Provider",
    "Situation",
    "Submission",
    "Synonym",
    "Topic",
    "Version",
]

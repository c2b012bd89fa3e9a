from wegweiser.models.offers import Offer, OfferQuerySet, Provider, Topic, Version
from wegweiser.models.reports import Check, Hint, Submission
from wegweiser.models.search_index import SearchEntry, Word
from wegweiser.models.situations import Advice, FailedSearch, Situation, Synonym

__all__ = [
    "Advice",
    "Check",
    "FailedSearch",
    "Hint",
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

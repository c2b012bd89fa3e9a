from wegweiser.models.brochure import BrochureDay
from wegweiser.models.offers import Offer, OfferQuerySet, Provider, Version
from wegweiser.models.reports import Check, Hint, Submission
from wegweiser.models.search_index import SearchEntry, Word
from wegweiser.models.situations import Advice, FailedSearch, Situation, Synonym
from wegweiser.models.topics import Topic

__all__ = [
    "Advice",
    "BrochureDay",
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

"""What evidence is worth when offers are ranked; chosen by the quality measured on tests/wegweiser/search/data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """All weights of the search. A clause's score is the product of those that apply and of the rarity of its words."""

    # words of the question
    light: float = 0.25  # a word that says for whom, beside others that say what
    part: float = 1.0  # a known part of an unknown compound
    misspelt: float = 0.85  # a replacement for a misspelt word
    begun: float = 0.85  # a word that begins as the unknown one
    contained: float = 0.7  # a word that contains the one typed
    telling: float = 2.2  # rarity that a part needs if nothing else of a compound is known: one offer in ten
    phrase: float = 0.8  # neighbouring words that stand together in an offer too
    town_part: float = 0.3  # the part of a town that was named, if an offer names it
    covered: float = 0.6  # a word that belongs to a longer phrase
    unknown: float = 4.8  # the rarity of a word that nothing is known about: of one offer in 120
    least_share: float = 0.07  # of what a question with unknown words says: offers that hold less of it are no hits

    # synonyms
    meant: float = 0.75  # what a word means, where offers use the word itself too
    only_meant: float = 1.0  # what a word means, where no offer uses the word
    meant_by_phrase: float = 1.15
    per_word: float = 0.15  # more for every word of a phrase beyond two
    least_telling: float = 0.3
    order: tuple[float, ...] = (1.0, 0.8, 0.65, 0.55, 0.45, 0.4)  # the first meaning counts most
    rarity: float = 1.9  # damps the rarity of what is meant: rarity · √weight
    together: float = 0.75  # divides the score among the words of one meaning
    urgent: float = 2.0  # help against violence, in multiples of all else that the question says
    also_urgent: float = 0.75  # an offer that names violence and is not what is meant

    # where a word stands in an offer: description (D), provider and topics (C), search words (B), title (A)
    classes: tuple[float, float, float, float] = (0.12, 0.35, 0.7, 1.0)
    least: float = 0.08  # of the best score: offers below it are no hits

    # the town that was named, served with few others or with many; the district; everywhere; other towns
    near_few: float = 1.7
    near: float = 1.5
    district: float = 1.25
    everywhere: float = 1.0
    elsewhere: float = 0.12
    in_passing: float = 0.1  # of the best possible score: below it no bonus for the town
    near_few_bonus: float = 1.4
    near_bonus: float = 0.7
    few_towns: int = 3
    one_town_only: float = 0.97  # no town was named: offers for all come first


WEIGHTS = Weights()

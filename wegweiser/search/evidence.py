"""What the words of a question prove: whether enough of it is known, and whether somebody needs help at once."""

from dataclasses import dataclass

from wegweiser.search import words
from wegweiser.search.spelling import Correction
from wegweiser.search.vocabulary import Clause, Meaning, Vocabulary
from wegweiser.search.weights import WEIGHTS
from wegweiser.search.word_lists import VIOLENCE


@dataclass
class Term:
    """One word of the question that says what is wanted, or for whom (then `factor` is small)."""

    word: str
    stem: str
    factor: float
    correction: Correction

    @property
    def is_main(self) -> bool:
        return self.factor == 1

    @property
    def covering(self) -> set[str]:
        """The stems by which a longer phrase may hold it."""
        correction = self.correction
        return {self.stem, *(stem for stem, _score in correction.replacements if correction.is_whole)}


@dataclass
class Known:
    """`least`: what an offer must score to be a hit. `is_guessed`: no word is known for sure, and one not at all."""

    least: float = 0.0
    is_guessed: bool = False


def weigh(terms: list[Term], meanings: list[Meaning], vocabulary: Vocabulary) -> Known:
    """Compares what is known of the question with what it says. Unknown words say much.

    "Fußball Ergebnis": no offer says the second, and that the first is a part of "Fußballtraining", or something that
    children do for pleasure, is no proof. Neither is an offer one whose description happens to mention half of a
    question.
    """
    main = [term for term in terms if term.is_main and not term.word.isdigit()]
    telling = [meaning for meaning in meanings if len(meaning.stems) > 1 or meaning.is_as_typed]
    covered = {stem for meaning in telling if not meaning.is_leisure for stem in meaning.stems}
    meant = {stem for meaning in meanings for stem in meaning.stems}

    def is_sure(term: Term) -> bool:
        correction = term.correction
        corrected = bool(correction.stems) and not correction.is_guess
        return vocabulary.weight(term.stem) > 0 or bool(term.covering & covered) or corrected

    sure = [term for term in main if is_sure(term)]
    if all(term in sure or term.correction.stems or term.stem in meant for term in main):
        return Known()
    says = sum(vocabulary.weight(term.stem) or WEIGHTS.unknown for term in main)
    return Known(WEIGHTS.least_share * says, is_guessed=not sure)


def urgent(terms: list[Term], meanings: list[Meaning], others: list[Clause], vocabulary: Vocabulary) -> list[Clause]:
    """A clause that outweighs the others if somebody needs help against violence; none if nobody does.

    What names violence only among other things, or a refuge ("Polizei", "Flucht"), is urgent if nothing else is asked.
    """
    named = [meaning for meaning in meanings if meaning.names_violence]
    asked = {term.stem for term in terms if term.is_main}
    nothing_else = asked <= {stem for meaning in named for stem in meaning.stems}
    clause = [
        alternative
        for meaning in named
        if meaning.is_urgent or nothing_else
        for alternative in vocabulary.meant(meaning, 1.0)
    ]
    best = _best(clause)
    if not best:
        return []
    # Others who name violence come next, and first by what else was said: "Runder Tisch gegen Gewalt".
    clause.append([(words.stem(VIOLENCE[0]), WEIGHTS.also_urgent * best)])
    factor = WEIGHTS.urgent * sum(map(_best, others)) / best
    return [[[(stem, factor * score) for stem, score in alternative] for alternative in clause]]


def _best(clause: Clause) -> float:
    return max((sum(score for _stem, score in alternative) for alternative in clause), default=0.0)

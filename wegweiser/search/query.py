"""Parses a question: from the words that somebody typed to weighted lexemes, in five steps.

A query is a list of clauses, one for every word or phrase. A clause is a list of alternatives; an offer gets the score
of its best alternative, and of all clauses the sum. An alternative is a list of lexemes that score most together.
Nothing has to match: more that matches is better, and rare words count more than common ones. docs/search.md follows
one question from its text to its score.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from wegweiser.search import evidence, spelling, towns, words
from wegweiser.search.evidence import Term
from wegweiser.search.spelling import Correction
from wegweiser.search.vocabulary import Clause, Meaning, Vocabulary
from wegweiser.search.weights import WEIGHTS
from wegweiser.search.word_lists import CHILDREN, FILLERS, LIGHT, NEGATION, STOP

LONGEST = 100
_MOST_WORDS = 16
_MOST_LEXEMES = 48
_CHILD = "kind"
_TOWN = "ort"  # stands for any town in a synonym: "neu in Ort"


@dataclass
class Query:
    """What is searched for, and in which towns (slugs); `stems` recognise life situations.

    Offers that score less than `least` are no hits. There is none at all if `is_unknown`: it was said what is wanted,
    and nothing is known of that.
    """

    clauses: list[Clause] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)
    least: float = 0.0
    is_unknown: bool = False

    @property
    def lexemes(self) -> list[str]:
        found = (lexeme for clause in self.clauses for alternative in clause for lexeme, _score in alternative)
        return list(dict.fromkeys(found))


@dataclass
class _Text:
    """The question between the steps. Positions count its words."""

    tokens: list[str]
    hyphenated: list[str]  # stems of what hyphens tie together
    written: frozenset[str]  # the words as they were typed
    corrections: dict[str, Correction] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)  # stems of compounds that the last two words may be beginning
    towns: list[str] = field(default_factory=list)
    town_positions: set[int] = field(default_factory=set)

    @property
    def rest(self) -> list[tuple[int, str]]:
        """The words that neither name a town nor are stop words, with positions; if there are none, stop words."""
        said = [(position, word) for position, word in enumerate(self.tokens) if position not in self.town_positions]
        # "JA" is an office too: where nothing else was typed, this counts.
        return [(position, word) for position, word in said if word not in STOP] or said

    @property
    def corrected(self) -> frozenset[str]:
        found = self.corrections.values()
        return frozenset(word for correction in found for word in correction.words + correction.parts)


def parse(question: str) -> Query:
    """Takes any text. At most seven SQL statements, whatever the text and however much there is to find."""
    vocabulary = Vocabulary()
    text = _read(question, vocabulary)
    _correct(text, vocabulary)
    _locate(text)
    query = _expand(text, vocabulary)
    query.clauses = list(_bound(query.clauses))
    return query


def _read(question: str, vocabulary: Vocabulary) -> _Text:
    """Step 1: words, and what hyphens tie together; their weights are looked up."""
    question = question[:LONGEST].replace("\x00", " ")
    text = _Text(
        words.tokens(question)[:_MOST_WORDS],
        [words.stem(chain) for chain in words.chains(question)],
        frozenset(words.written(question)),
    )
    vocabulary.weigh([words.stem(word) for word in text.tokens] + text.hyphenated)
    return text


def _correct(text: _Text, vocabulary: Vocabulary) -> None:
    """Step 2: words that no offer and no synonym uses get a correction; a misspelt town gets its name."""
    last = text.tokens[-1] if text.tokens else ""
    unknown = [word for word in text.tokens if _is_unknown(word, vocabulary, shortest=2 if word == last else 3)]
    # "Kind zu": the last word may not be at its end, so neither is a compound that ends with it.
    unfinished = len(text.tokens) > 1 and (last in unknown or last in STOP)
    wholes = list(words.join_compounds(*text.tokens[-2:])) if unfinished else []
    text.corrections = spelling.correct(unknown, last, wholes)
    begun = [text.corrections.pop(whole) for whole in set(wholes) - set(unknown) if whole in text.corrections]
    text.begun = sorted({stem for correction in begun for stem in correction.stems})
    text.tokens = [text.corrections[word].town or word if word in text.corrections else word for word in text.tokens]


def _is_unknown(word: str, vocabulary: Vocabulary, shortest: int) -> bool:
    return len(word) >= shortest and word not in STOP and word != NEGATION and words.stem(word) not in vocabulary


def _locate(text: _Text) -> None:
    """Step 3: towns are taken out of the words."""
    text.towns, text.town_positions = towns.find(text.tokens)


def _expand(text: _Text, vocabulary: Vocabulary) -> Query:
    """Step 4: clauses from words, their corrections, phrases and synonyms; and the stems of all of them."""
    rest = text.rest
    terms = _terms([word for _position, word in rest if word != NEGATION], text.corrections)
    compounds = [stem for pair in pairwise(rest) for stem in _joined(*pair)] + _joined_triples(rest) + text.begun
    ngrams = words.ngrams([_best_stem(word, text.corrections) for _position, word in rest])
    vocabulary.weigh([*compounds, *ngrams, *(stem for term in terms for stem in term.correction.stems)])
    stems = _stems(text, terms, compounds, vocabulary)
    implied = frozenset() if CHILDREN.isdisjoint(text.tokens) else frozenset({_CHILD})
    meanings = vocabulary.meanings(stems, text.written, text.corrected, implied)
    tied = [*text.hyphenated, *compounds]
    clauses = list(_clauses(terms, tied, ngrams, meanings, vocabulary))
    known = evidence.weigh(terms, meanings, vocabulary)
    # "Zahnarzt Kind": nothing is known of the dentist, and an offer that is merely for children is no answer.
    is_found = any(clause for is_main, clause in clauses if is_main) or not any(term.is_main for term in terms)
    if not is_found or (known.is_guessed and not any(stem in vocabulary for stem in tied)):
        return Query([], text.towns, stems, is_unknown=True)
    found = [clause for _is_main, clause in clauses]
    found = evidence.urgent(terms, meanings, found, vocabulary) + found + _town_clauses(text, vocabulary)
    return Query(found, text.towns, stems, known.least)


def _bound(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Step 5: no more lexemes than one statement can bear; what was typed first is kept."""
    lexemes: set[str] = set()
    for clause in clauses:
        kept = []
        for alternative in clause:
            if len(lexemes | {lexeme for lexeme, _score in alternative}) <= _MOST_LEXEMES:
                lexemes |= {lexeme for lexeme, _score in alternative}
                kept.append(alternative)
        if kept:
            yield kept


def _terms(found: list[str], corrections: dict[str, Correction]) -> list[Term]:
    found = [word for word in found if word not in FILLERS] or found
    has_main = any(word not in LIGHT for word in found)
    return [
        Term(
            word,
            words.stem(word),
            WEIGHTS.light if has_main and word in LIGHT else 1.0,
            corrections.get(word, Correction()),
        )
        for word in found
    ]


def _stems(text: _Text, terms: list[Term], compounds: list[str], vocabulary: Vocabulary) -> set[str]:
    """The stems by which synonyms and life situations are recognised."""
    stems = {words.stem(word) for word in text.tokens} | set(text.hyphenated)
    stems |= {stem for stem in compounds if stem in vocabulary}
    stems |= {_best_stem(word, text.corrections) for _position, word in text.rest}
    stems |= {words.stem(part) for term in terms for part in term.correction.parts}
    return stems | ({_TOWN} if text.town_positions else set())


def _best_stem(word: str, corrections: dict[str, Correction]) -> str:
    correction = corrections.get(word)
    if correction and correction.replacements and correction.is_whole:
        return correction.replacements[0][0]
    return words.stem(word)


def _joined(one: tuple[int, str], two: tuple[int, str]) -> Iterator[str]:
    """The compounds that two neighbouring words may be."""
    if two[0] == one[0] + 1:
        yield from dict.fromkeys(words.stem(whole) for whole in words.join_compounds(one[1], two[1]))


def _joined_triples(rest: list[tuple[int, str]]) -> list[str]:
    """The compounds that three neighbouring words may be: "Mutter Kind Kur"."""
    threes = zip(rest, rest[1:], rest[2:], strict=False)
    return [words.stem(one[1] + two[1] + three[1]) for one, two, three in threes if three[0] == one[0] + 2]


def _clauses(
    terms: list[Term], compounds: list[str], ngrams: list[str], meanings: list[Meaning], vocabulary: Vocabulary
) -> Iterator[tuple[bool, Clause]]:
    """Each with whether it is about what is wanted, not only about for whom."""
    alone = {next(iter(meaning.stems)): meaning for meaning in meanings if len(meaning.stems) == 1}
    phrases = [meaning for meaning in meanings if len(meaning.stems) > 1]
    covered = {stem for phrase in phrases for stem in phrase.stems}

    def meant(stem: str, factor: float) -> Clause:
        return vocabulary.meant(alone[stem], factor) if stem in alone else []

    for phrase in phrases:
        telling = WEIGHTS.least_telling + (1 - WEIGHTS.least_telling) * phrase.weight
        telling *= 1 + WEIGHTS.per_word * (len(phrase.stems) - 2)
        yield True, vocabulary.meant(phrase, WEIGHTS.meant_by_phrase * telling)
    for term in terms:
        is_covered = bool(term.covering & covered)
        # "Kind will nicht zum Papa": the phrase says what, so its persons only say for whom.
        factor = WEIGHTS.light if is_covered and term.word in LIGHT else term.factor
        factor *= WEIGHTS.covered if is_covered else 1
        for part in term.correction.parts:
            stem, light = words.stem(part), WEIGHTS.light if part in LIGHT else 1.0
            own = vocabulary.alternatives(stem, light * WEIGHTS.part)
            yield light == 1, own + meant(stem, light * WEIGHTS.part * WEIGHTS.meant)
        clause = vocabulary.alternatives(term.stem, factor)
        for stem, score in term.correction.replacements:
            clause += vocabulary.alternatives(stem, factor * score) + meant(stem, factor * score * WEIGHTS.meant)
        yield term.is_main, clause + meant(term.stem, factor * (WEIGHTS.meant if clause else WEIGHTS.only_meant))
    for compound in compounds:
        yield True, vocabulary.alternatives(compound, 1.0) + meant(compound, WEIGHTS.meant)
    for ngram in ngrams:
        within = any(set(ngram.split("_")) < phrase.stems for phrase in phrases)
        yield True, vocabulary.alternatives(ngram, WEIGHTS.phrase * (WEIGHTS.covered if within else 1))


def _town_clauses(text: _Text, vocabulary: Vocabulary) -> list[Clause]:
    """The parts of towns that were named: an offer that names the same part is nearer."""
    named = [text.tokens[position] for position in sorted(text.town_positions)]
    return [vocabulary.alternatives(words.stem(word), WEIGHTS.town_part) for word in named if word in towns.parts()]

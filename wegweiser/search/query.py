"""Parses a question: from the words that somebody typed to weighted lexemes, in five steps.

A query is a list of clauses, one for every word or phrase. A clause is a list of alternatives; an offer gets the score
of its best alternative, and of all clauses the sum. An alternative is a list of lexemes that score most together.
Nothing has to match: more that matches is better, and rare words count more than common ones. docs/search.md follows
one question from its text to its score.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from wegweiser.search import spelling, towns, words
from wegweiser.search.spelling import Correction
from wegweiser.search.vocabulary import Alternative, Meaning, Vocabulary
from wegweiser.search.weights import WEIGHTS
from wegweiser.search.word_lists import FILLERS, LIGHT, NEGATION, STOP

LONGEST = 100
_MOST_WORDS = 16
_MOST_LEXEMES = 48
_TOWN = "ort"  # stands for any town in a synonym: "neu in Ort"

Clause = list[Alternative]


@dataclass
class Query:
    """What is searched for, and in which towns (slugs); `stems` recognise life situations."""

    clauses: list[Clause] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)

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
    towns: list[str] = field(default_factory=list)
    town_positions: set[int] = field(default_factory=set)

    @property
    def rest(self) -> list[tuple[int, str]]:
        """The words that neither name a town nor are stop words, with positions; if there are none, stop words."""
        said = [(position, word) for position, word in enumerate(self.tokens) if position not in self.town_positions]
        # "JA" is an office too: where nothing else was typed, this counts.
        return [(position, word) for position, word in said if word not in STOP] or said


@dataclass
class _Term:
    """One word of the question that says what is wanted, or for whom (then `factor` is small)."""

    word: str
    stem: str
    factor: float
    correction: Correction

    @property
    def is_main(self) -> bool:
        return self.factor == 1


def parse(question: str) -> Query:
    """Takes any text. At most seven SQL statements, whatever the text and however much there is to find."""
    vocabulary = Vocabulary()
    text = _read(question, vocabulary)
    _correct(text, vocabulary)
    _locate(text)
    clauses, stems = _expand(text, vocabulary)
    return Query(list(_bound(clauses)), text.towns, stems)


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
    text.corrections = spelling.correct([word for word in text.tokens if _is_unknown(word, vocabulary)])
    text.tokens = [text.corrections[word].town or word if word in text.corrections else word for word in text.tokens]


def _is_unknown(word: str, vocabulary: Vocabulary) -> bool:
    return len(word) > 2 and word not in STOP and word != NEGATION and words.stem(word) not in vocabulary


def _locate(text: _Text) -> None:
    """Step 3: towns are taken out of the words."""
    text.towns, text.town_positions = towns.find(text.tokens)


def _expand(text: _Text, vocabulary: Vocabulary) -> tuple[list[Clause], set[str]]:
    """Step 4: clauses from words, their corrections, phrases and synonyms; and the stems of all of them."""
    rest = text.rest
    terms = _terms([word for _position, word in rest if word != NEGATION], text.corrections)
    compounds = [stem for pair in pairwise(rest) for stem in _joined(*pair)] + _joined_triples(rest)
    ngrams = words.ngrams([_best_stem(word, text.corrections) for _position, word in rest])
    vocabulary.weigh([*compounds, *ngrams, *(stem for term in terms for stem in term.correction.stems)])
    stems = _stems(text, terms, compounds, vocabulary)
    meanings = vocabulary.meanings(stems, text.written)
    clauses = list(_clauses(terms, [*text.hyphenated, *compounds], ngrams, meanings, vocabulary))
    # "Zahnarzt Kind": nothing is known of the dentist, and an offer that is merely for children is no answer.
    if not any(clause for is_main, clause in clauses if is_main) and any(term.is_main for term in terms):
        return [], stems
    return [clause for _is_main, clause in clauses] + _town_clauses(text, vocabulary), stems


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


def _terms(found: list[str], corrections: dict[str, Correction]) -> list[_Term]:
    found = [word for word in found if word not in FILLERS] or found
    has_main = any(word not in LIGHT for word in found)
    return [
        _Term(
            word,
            words.stem(word),
            WEIGHTS.light if has_main and word in LIGHT else 1.0,
            corrections.get(word, Correction()),
        )
        for word in found
    ]


def _stems(text: _Text, terms: list[_Term], compounds: list[str], vocabulary: Vocabulary) -> set[str]:
    """The stems by which synonyms and life situations are recognised."""
    stems = {words.stem(word) for word in text.tokens} | set(text.hyphenated)
    stems |= {stem for stem in compounds if stem in vocabulary}
    stems |= {_best_stem(word, text.corrections) for _position, word in text.rest}
    stems |= {words.stem(part) for term in terms for part in term.correction.parts}
    return stems | ({_TOWN} if text.town_positions else set())


def _best_stem(word: str, corrections: dict[str, Correction]) -> str:
    correction = corrections.get(word)
    if correction and correction.replacements and correction.is_misspelt:
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
    terms: list[_Term], compounds: list[str], ngrams: list[str], meanings: list[Meaning], vocabulary: Vocabulary
) -> Iterator[tuple[bool, Clause]]:
    """Each with whether it is about what is wanted, not only about for whom."""
    alone = {next(iter(meaning.stems)): meaning for meaning in meanings if len(meaning.stems) == 1}
    phrases = [meaning for meaning in meanings if len(meaning.stems) > 1]
    covered = {stem for phrase in phrases for stem in phrase.stems}

    def meant(stem: str, factor: float) -> Clause:
        return list(_alternatives(alone[stem], factor, vocabulary)) if stem in alone else []

    for phrase in phrases:
        telling = WEIGHTS.least_telling + (1 - WEIGHTS.least_telling) * phrase.weight
        telling *= 1 + WEIGHTS.per_word * (len(phrase.stems) - 2)
        yield True, list(_alternatives(phrase, WEIGHTS.meant_by_phrase * telling, vocabulary))
    for term in terms:
        factor = term.factor * (WEIGHTS.covered if _covering(term) & covered else 1)
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


def _covering(term: _Term) -> set[str]:
    correction = term.correction
    return {term.stem, *(stem for stem, _score in correction.replacements if correction.is_misspelt)}


def _alternatives(meaning: Meaning, factor: float, vocabulary: Vocabulary) -> Iterator[Alternative]:
    for stems, order in zip(meaning.means, WEIGHTS.order, strict=False):
        known = [stem for stem in stems if vocabulary.weight(stem)]
        share = factor * order * WEIGHTS.rarity / len(known) ** WEIGHTS.together if known else 0
        if known:
            yield [(stem, share * vocabulary.weight(stem) ** 0.5) for stem in known]

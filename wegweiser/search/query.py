"""What a question means: from the words somebody typed to weighted lexemes, whatever was misspelt or left out.

A wish is a list of groups, one for every word or turn of phrase. A group is a list of ways to meet it; an offer gets
what its best way is worth, and of all groups the sum. A way is a list of lexemes that are worth most together.
Nothing has to match: more that matches is better, and rare words count more than common ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from wegweiser.search import spelling, words
from wegweiser.search import towns as places
from wegweiser.search.spelling import Reading
from wegweiser.search.vocabulary import Lexicon, Meaning
from wegweiser.search.word_lists import FILLERS, LIGHT, NEGATION, STOP

LONGEST = 100
_MOST_WORDS = 16
_MOST_LEXEMES = 48
_TOWN = "ort"  # stands for any town in a synonym: "neu in Ort"

# What evidence is worth; chosen by the quality measured on tests/wegweiser/search/data.
_LIGHT = 0.25
_PART = 1.0
_PHRASE = 0.8
_TOWN_PART = 0.3  # if it stands in an offer as well
_COVERED = 0.6  # a word that belongs to a longer turn of phrase
_MEANT = 0.75
_ONLY_MEANT = 1.0  # no offer uses the word itself
_MEANT_BY_PHRASE = 1.15
_PER_WORD = 0.15  # more for every word of a phrase beyond two
_LEAST_TELLING = 0.3
_ORDER = (1.0, 0.8, 0.65, 0.55, 0.45, 0.4)
_RARITY = 1.9  # what is meant counts by its order; its rarity is damped: _RARITY · √weight
_TOGETHER = 0.75

Way = list[tuple[str, float]]


@dataclass
class Wish:
    """What is searched for, and where."""

    groups: list[list[Way]] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)
    # By these, life situations are recognised.
    stems: set[str] = field(default_factory=set)

    @property
    def lexemes(self) -> list[str]:
        return list(dict.fromkeys(lexeme for group in self.groups for way in group for lexeme, _worth in way))


@dataclass
class _Said:
    """One word of the question that carries something of the wish."""

    word: str
    stem: str
    factor: float
    reading: Reading


def understand(question: str) -> Wish:
    """Takes any text. At most seven statements, whatever it is and however much there is to find."""
    lexicon = Lexicon()
    question = question[:LONGEST].replace("\x00", " ")
    tokens = words.tokens(question)[:_MOST_WORDS]
    chains = [words.stem(chain) for chain in words.chains(question)]
    lexicon.weigh([words.stem(word) for word in tokens] + chains)
    readings = spelling.read([word for word in tokens if _is_strange(word, lexicon)])
    tokens = [readings[word].town or word if word in readings else word for word in tokens]
    towns, named = places.find(tokens)
    rest = [(place, word) for place, word in enumerate(tokens) if place not in named and word not in STOP]
    said = _said([word for _place, word in rest if word != NEGATION], readings)
    pairs = [stem for pair in pairwise(rest) for stem in _together(*pair)] + _triples(rest)
    runs = words.runs([_best_stem(word, readings) for _place, word in rest])
    lexicon.weigh([*pairs, *runs, *(stem for each in said for stem in each.reading.stems)])

    stems = {words.stem(word) for word in tokens} | set(chains) | {stem for stem in pairs if stem in lexicon}
    stems |= {_best_stem(word, readings) for _place, word in rest}
    stems |= {words.stem(part) for each in said for part in each.reading.parts}
    stems |= {_TOWN} if named else set()
    meanings = lexicon.meanings(stems)
    groups = list(_groups(said, [*chains, *pairs], runs, meanings, lexicon))
    groups += [
        (False, lexicon.way(words.stem(tokens[place]), _TOWN_PART))
        for place in sorted(named)
        if tokens[place] in places.parts()
    ]
    # "Zahnarzt Kind": nothing is known of the dentist, and whatever is for children is no answer.
    answered = any(ways for heavy, ways in groups if heavy) or not any(each.factor == 1 for each in said)
    return Wish(list(_bounded(ways for _heavy, ways in groups)) if answered else [], towns, stems)


def _is_strange(word: str, lexicon: Lexicon) -> bool:
    return len(word) > 2 and word not in STOP and word != NEGATION and words.stem(word) not in lexicon


def _said(found: list[str], readings: dict[str, Reading]) -> list[_Said]:
    found = [word for word in found if word not in FILLERS] or found
    heavy = any(word not in LIGHT for word in found)
    return [
        _Said(word, words.stem(word), _LIGHT if heavy and word in LIGHT else 1.0, readings.get(word, Reading()))
        for word in found
    ]


def _best_stem(word: str, readings: dict[str, Reading]) -> str:
    reading = readings.get(word)
    return reading.instead[0][0] if reading and reading.instead and reading.is_misspelt else words.stem(word)


def _together(one: tuple[int, str], two: tuple[int, str]) -> Iterator[str]:
    """What two neighbouring words may be in one."""
    if two[0] == one[0] + 1:
        yield from dict.fromkeys(words.stem(whole) for whole in words.put_together(one[1], two[1]))


def _triples(rest: list[tuple[int, str]]) -> list[str]:
    """What three neighbouring words may be in one: "Mutter Kind Kur"."""
    threes = zip(rest, rest[1:], rest[2:], strict=False)
    return [words.stem(one[1] + two[1] + three[1]) for one, two, three in threes if three[0] == one[0] + 2]


def _groups(
    said: list[_Said], wholes: list[str], runs: list[str], meanings: list[Meaning], lexicon: Lexicon
) -> Iterator[tuple[bool, list[Way]]]:
    """Each with whether it is about the wish itself, not only about whom it is for."""
    alone = {next(iter(meaning.stems)): meaning for meaning in meanings if len(meaning.stems) == 1}
    phrases = [meaning for meaning in meanings if len(meaning.stems) > 1]
    covered = {stem for phrase in phrases for stem in phrase.stems}

    def meant(stem: str, factor: float) -> list[Way]:
        return list(_ways(alone[stem], factor, lexicon)) if stem in alone else []

    for phrase in phrases:
        telling = _LEAST_TELLING + (1 - _LEAST_TELLING) * phrase.weight
        telling *= 1 + _PER_WORD * (len(phrase.stems) - 2)
        yield True, list(_ways(phrase, _MEANT_BY_PHRASE * telling, lexicon))
    for each in said:
        factor = each.factor * (_COVERED if _covering(each) & covered else 1)
        for part in each.reading.parts:
            stem, light = words.stem(part), _LIGHT if part in LIGHT else 1.0
            yield light == 1, lexicon.way(stem, light * _PART) + meant(stem, light * _PART * _MEANT)
        ways = lexicon.way(each.stem, factor)
        for stem, worth in each.reading.instead:
            ways += lexicon.way(stem, factor * worth) + meant(stem, factor * worth * _MEANT)
        yield each.factor == 1, ways + meant(each.stem, factor * (_MEANT if ways else _ONLY_MEANT))
    for whole in wholes:
        yield True, lexicon.way(whole, 1.0) + meant(whole, _MEANT)
    for run in runs:
        within = any(set(run.split("_")) < phrase.stems for phrase in phrases)
        yield True, lexicon.way(run, _PHRASE * (_COVERED if within else 1))


def _covering(each: _Said) -> set[str]:
    return {each.stem, *(stem for stem, _worth in each.reading.instead if each.reading.is_misspelt)}


def _ways(meaning: Meaning, factor: float, lexicon: Lexicon) -> Iterator[Way]:
    for stems, order in zip(meaning.means, _ORDER, strict=False):
        known = [stem for stem in stems if lexicon.weight(stem)]
        share = factor * order * _RARITY / len(known) ** _TOGETHER if known else 0
        if known:
            yield [(stem, share * lexicon.weight(stem) ** 0.5) for stem in known]


def _bounded(groups: Iterable[list[Way]]) -> Iterator[list[Way]]:
    """What is said first counts, as far as one statement can bear."""
    lexemes: set[str] = set()
    for group in groups:
        kept = []
        for way in group:
            if len(lexemes | {lexeme for lexeme, _worth in way}) <= _MOST_LEXEMES:
                lexemes |= {lexeme for lexeme, _worth in way}
                kept.append(way)
        if kept:
            yield kept

"""Corrects words that no offer and no synonym uses: beginnings of words, misspelt words, compounds, parts of words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from wegweiser.models import Word
from wegweiser.search import towns, words
from wegweiser.search.weights import WEIGHTS

_MOST_WORDS = 8
_MOST_REPLACEMENTS = 2
_SHORTEST_BEGINNING = 3
_SHORTEST_SWAPPED = 4

# `is_start`: only words that begin so are wanted. `~>=~` is what the index for LIKE knows, whatever the collation.
_NEAR = """
SELECT asked.word, near.word, near.stem, near.phonetic_key, near.weight, near.how
FROM unnest(%s::text[], %s::text[], %s::boolean[], %s::boolean[]) AS asked (word, phonetic_key, begins, is_start)
CROSS JOIN LATERAL (
    (SELECT *, 'near' AS how FROM wegweiser_word
     WHERE NOT asked.is_start AND phonetic_key %% asked.phonetic_key AND phonetic_key <> ''
     ORDER BY similarity(phonetic_key, asked.phonetic_key) DESC, word LIMIT 15)
    UNION ALL
    (SELECT *, 'within' FROM wegweiser_word
     WHERE NOT asked.is_start AND length(asked.word) > 4 AND weight > 0
       AND phonetic_key LIKE '%%' || asked.phonetic_key || '%%'
       AND word LIKE '%%' || asked.word || '%%'
     ORDER BY length(word), word LIMIT 6)
    UNION ALL
    (SELECT *, 'begun' FROM wegweiser_word
     WHERE asked.begins AND word ~>=~ asked.word AND word ~<~ (asked.word || chr(1114111)) AND phonetic_key <> ''
     ORDER BY weight = 0, length(word), word LIMIT 6)
) AS near
"""


@dataclass
class Correction:
    """What an unknown word may be: other words, each with its score; or the parts of a compound; or a town.

    `words` are these other words themselves, if each of them stands for the whole word. A guess is weak evidence: the
    word may be part of another one by chance.
    """

    replacements: list[tuple[str, float]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_guess: bool = False
    town: str = ""

    @property
    def stems(self) -> list[str]:
        return [stem for stem, _score in self.replacements] + [words.stem(part) for part in self.parts]

    @property
    def is_whole(self) -> bool:
        return bool(self.words)


@dataclass(order=True)
class _Near:
    mistakes: float
    rarity: float
    word: str
    stem: str


def correct(strange: list[str], last: str = "", compounds: Iterable[str] = ()) -> dict[str, Correction]:
    """A correction for every word, perhaps an empty one. Two statements for all of them, none without any.

    The `last` word of a question may have been left unfinished at two letters. `compounds` are what it may be with the
    word before it; of them only those are answered that words begin with.
    """
    strange = list(dict.fromkeys(strange))[:_MOST_WORDS]
    asked = [(word, len(word) >= _SHORTEST_BEGINNING or word == last, False) for word in strange]
    asked += [(word, True, True) for word in dict.fromkeys(compounds) if word not in strange]
    if not asked:
        return {}
    known = _known(strange)
    near = {word: _swapped(word, known) for word in strange}
    within: dict[str, list[str]] = defaultdict(list)
    begun: dict[str, list[_Near]] = defaultdict(list)
    with connection.cursor() as cursor:
        wanted, begins, is_start = map(list, zip(*asked, strict=True))
        cursor.execute(_NEAR, [wanted, [words.phonetic_key(word) for word in wanted], begins, is_start])
        for word, other, stem, phonetic_key, weight, how in cursor.fetchall():
            if how == "within":
                within[word].append(stem)
            elif how == "begun":
                begun[word].append(_Near(0, -weight, other, stem))
            elif alike := _compare(word, other, phonetic_key, stem, weight):
                near[word][other] = alike
    found = {word: _correction(word, sorted(near[word].values()), within[word], known) for word in strange}
    return found | {word: _begun(begun[word]) for word in wanted if begun[word]}


def _known(strange: list[str]) -> dict[str, float]:
    """Weights of known words that are parts of an unknown one, or equal it after swapping two neighbours."""
    asked: set[str] = set().union(*map(words.pieces, strange), *map(words.swapped, strange))
    return dict(Word.objects.filter(word__in=asked).values_list("word", "weight"))


def _swapped(word: str, known: dict[str, float]) -> dict[str, _Near]:
    """Known words one swap away: the trigram index misses them in short words, such as "geld" for "gled"."""
    if len(word) < _SHORTEST_SWAPPED:
        return {}
    return {other: _Near(1, -known[other], other, words.stem(other)) for other in words.swapped(word) & known.keys()}


def _begun(begun: list[_Near]) -> Correction:
    found = [(stem, WEIGHTS.begun) for stem in dict.fromkeys(each.stem for each in begun)]
    first = begun[0].word
    town = first if first in towns.names() and all(each.word.startswith(first) for each in begun) else ""
    return Correction(found, words=[each.word for each in begun], is_guess=True, town=town)


def _correction(word: str, near: list[_Near], within: list[str], known: dict[str, float]) -> Correction:
    parts = words.split_compound(word, known.__contains__)
    if near and (not parts or near[0].mistakes <= 1):
        best = [each for each in near if each.mistakes == near[0].mistakes][:_MOST_REPLACEMENTS]
        town = next((each.word for each in best if each.word in towns.names()), "")
        found = [(each.stem, WEIGHTS.misspelt) for each in best]
        return Correction(found, words=[each.word for each in best], town=town)
    if parts:
        return Correction(parts=parts)
    if within:
        return Correction([(stem, WEIGHTS.contained) for stem in dict.fromkeys(within)], is_guess=True)
    edges = [piece for piece, weight in known.items() if len(piece) > 4 and not 0 < weight < WEIGHTS.telling]
    edges = [piece for piece in edges if word.startswith(piece) or word.endswith(piece)]
    return Correction(parts=[max(edges, key=len)] if edges else [], is_guess=True)


def _compare(asked: str, word: str, key: str, stem: str, weight: float) -> _Near | None:
    """None if the two differ too much. Words that sound alike are nearly right."""
    spoken = words.phonetic_key(asked)
    mistakes = min(words.distance(asked, word), words.distance(spoken, key) + 0.5)
    allowed = 0.5 if len(asked) < 4 else 1 if len(asked) < 7 else 2 if len(asked) < 12 else 3
    same_start = word[0] == asked[0] or key[:1] == spoken[:1]
    return _Near(mistakes, -weight, word, stem) if mistakes <= allowed and same_start else None

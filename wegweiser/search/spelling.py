"""Corrects words that no offer and no synonym uses: misspelt words, compounds of known words, parts of known words."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from wegweiser.models import Word
from wegweiser.search import towns, words
from wegweiser.search.weights import WEIGHTS

_MOST_WORDS = 8
_MOST_REPLACEMENTS = 2

_NEAR = """
SELECT asked.word, near.word, near.stem, near.phonetic_key, near.weight, near.within
FROM unnest(%s::text[], %s::text[]) AS asked (word, phonetic_key)
CROSS JOIN LATERAL (
    (SELECT *, false AS within FROM wegweiser_word
     WHERE phonetic_key %% asked.phonetic_key AND phonetic_key <> ''
     ORDER BY similarity(phonetic_key, asked.phonetic_key) DESC, word LIMIT 15)
    UNION ALL
    (SELECT *, true FROM wegweiser_word
     WHERE length(asked.word) > 4 AND phonetic_key LIKE '%%' || asked.phonetic_key || '%%' AND weight > 0
     ORDER BY length(word), word LIMIT 6)
) AS near
"""


@dataclass
class Correction:
    """What an unknown word may be: other words, each with its score; or the parts of a compound; or a town."""

    replacements: list[tuple[str, float]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    is_misspelt: bool = False
    town: str = ""

    @property
    def stems(self) -> list[str]:
        return [stem for stem, _score in self.replacements] + [words.stem(part) for part in self.parts]


@dataclass(order=True)
class _Near:
    mistakes: float
    rarity: float
    word: str
    stem: str


def correct(strange: list[str]) -> dict[str, Correction]:
    """A correction for every word, perhaps an empty one. Two statements for all of them, none without any."""
    strange = list(dict.fromkeys(strange))[:_MOST_WORDS]
    if not strange:
        return {}
    pieces = set().union(*map(words.pieces, strange))
    known = dict(Word.objects.filter(word__in=pieces).values_list("word", "weight"))
    near: dict[str, list[_Near]] = defaultdict(list)
    within: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [strange, [words.phonetic_key(word) for word in strange]])
        for asked, word, stem, phonetic_key, weight, is_within in cursor.fetchall():
            if is_within:
                within[asked].append(stem)
            elif found := _compare(asked, word, phonetic_key, stem, weight):
                near[asked].append(found)
    return {word: _correction(word, sorted(near[word]), within[word], known) for word in strange}


def _correction(word: str, near: list[_Near], within: list[str], known: dict[str, float]) -> Correction:
    parts = words.split_compound(word, known.__contains__)
    if near and (not parts or near[0].mistakes <= 1):
        best = [each for each in near if each.mistakes == near[0].mistakes][:_MOST_REPLACEMENTS]
        town = next((each.word for each in best if each.word in towns.names()), "")
        return Correction([(each.stem, WEIGHTS.misspelt) for each in best], is_misspelt=True, town=town)
    if parts:
        return Correction(parts=parts)
    if within:
        return Correction([(stem, WEIGHTS.contained) for stem in dict.fromkeys(within)])
    edges = [piece for piece, weight in known.items() if len(piece) > 4 and not 0 < weight < WEIGHTS.telling]
    edges = [piece for piece in edges if word.startswith(piece) or word.endswith(piece)]
    return Correction(parts=[max(edges, key=len)] if edges else [])


def _compare(asked: str, word: str, key: str, stem: str, weight: float) -> _Near | None:
    """None if the two differ too much. Words that sound alike are nearly right."""
    spoken = words.phonetic_key(asked)
    mistakes = min(words.distance(asked, word), words.distance(spoken, key) + 0.5)
    allowed = 0.5 if len(asked) < 4 else 1 if len(asked) < 6 else 2 if len(asked) < 12 else 3
    same_start = word[0] == asked[0] or key[:1] == spoken[:1]
    return _Near(mistakes, -weight, word, stem) if mistakes <= allowed and same_start else None

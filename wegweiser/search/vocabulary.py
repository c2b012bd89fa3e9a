"""What words weigh and what they mean, asked of the database for all words at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from wegweiser.models import Synonym, Word
from wegweiser.search import words
from wegweiser.search.word_lists import NEGATION, STOP

_MOST_MEANINGS = 12

Alternative = list[tuple[str, float]]  # lexemes that score most together, each with its score


@dataclass
class Meaning:
    """A synonym that the question holds: what it was recognised by, and the stems of each thing it means."""

    stems: frozenset[str]
    means: list[list[str]]
    weight: float


class Vocabulary:
    """The words of one question. A stem is in it if any offer or synonym uses it."""

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}

    def __contains__(self, stem: str) -> bool:
        return stem in self._weights

    def weigh(self, stems: Iterable[str]) -> None:
        wanted = set(stems) - self._weights.keys()
        if wanted:
            found = Word.objects.filter(stem__in=wanted).values_list("stem").annotate(Max("weight"))
            self._weights |= dict(found.values_list("stem", "weight__max"))

    def weight(self, stem: str) -> float:
        """More the fewer offers use it; 0 if none does."""
        return self._weights.get(stem, 0.0)

    def alternatives(self, stem: str, factor: float) -> list[Alternative]:
        """The word itself as the only alternative; none if no offer uses it."""
        return [[(stem, factor * self.weight(stem))]] if self.weight(stem) else []

    def meanings(self, stems: set[str]) -> list[Meaning]:
        """The synonyms within the stems. One that lies within another says nothing any more: "krank", "Kind krank"."""
        rows = list(Synonym.objects.filter(stems__contained_by=list(stems)).exclude(stems=[]).order_by("pk"))
        keys = [frozenset(row.stems) for row in rows]
        rows = [row for row, key in zip(rows, keys, strict=True) if not any(key < other for other in keys)]
        rows.sort(key=lambda row: -row.weight * len(row.stems))
        found: dict[frozenset[str], Meaning] = {}
        for row in rows:
            key = frozenset(row.stems)
            means = [_stems(term) for term in row.means]
            if key in found:
                found[key].means += [term for term in means if term not in found[key].means]
            elif len(found) < _MOST_MEANINGS:
                found[key] = Meaning(key, means, row.weight)
        self.weigh(stem for meaning in found.values() for term in meaning.means for stem in term)
        return list(found.values())


def _stems(term: str) -> list[str]:
    return list(dict.fromkeys(words.stem(word) for word in words.tokens(term) if word not in STOP and word != NEGATION))

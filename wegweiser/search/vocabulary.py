"""What words weigh and what they mean, asked of the database for all words at once."""

from collections.abc import Iterable
from dataclasses import dataclass

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
        self._words: set[str] = set()

    def __contains__(self, stem: str) -> bool:
        return stem in self._weights

    def weigh(self, stems: Iterable[str]) -> None:
        wanted = set(stems) - self._weights.keys()
        if wanted:
            for word, stem, weight in Word.objects.filter(stem__in=wanted).values_list("word", "stem", "weight"):
                self._words.add(word)
                self._weights[stem] = max(weight, self._weights.get(stem, 0.0))

    def _is_used_itself(self, stem: str, typed: frozenset[str]) -> bool:
        """Whether an offer or a synonym uses a word of this stem as it was typed, and offers use the stem."""
        same = {word for word in map(words.normalise, typed) if words.stem(word) == stem}
        return self.weight(stem) > 0 and not same.isdisjoint(self._words)

    def weight(self, stem: str) -> float:
        """More the fewer offers use it; 0 if none does."""
        return self._weights.get(stem, 0.0)

    def alternatives(self, stem: str, factor: float) -> list[Alternative]:
        """The word itself as the only alternative; none if no offer uses it."""
        return [[(stem, factor * self.weight(stem))]] if self.weight(stem) else []

    def meanings(self, stems: set[str], typed: frozenset[str] = frozenset()) -> list[Meaning]:
        """The synonyms within the stems. One that lies within another says nothing any more: "krank", "Kind krank".

        A synonym of one word that was typed so (`typed`, as `words.written` gives it) beats others on the same stem. If
        none was, and the word itself is in use, the others do not count: "Unterhalt" is not "unterhalten".
        """
        rows = list(Synonym.objects.filter(stems__contained_by=list(stems)).exclude(stems=[]).order_by("pk"))
        as_typed = {row.pk for row in rows if typed.issuperset(words.written(row.word))}
        exact = {row.stems[0] for row in rows if len(row.stems) == 1 and row.pk in as_typed}
        rows = [
            row
            for row in rows
            if len(row.stems) > 1
            or row.pk in as_typed
            or (row.stems[0] not in exact and not self._is_used_itself(row.stems[0], typed))
        ]
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

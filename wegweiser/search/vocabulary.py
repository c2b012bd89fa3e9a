"""What words weigh and what they mean, asked of the database for all words at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from wegweiser.models import Synonym, Word
from wegweiser.search import words
from wegweiser.search.weighing import COMMON
from wegweiser.search.weights import WEIGHTS
from wegweiser.search.word_lists import LEISURE, NEGATION, REFUGE, SMALL, STOP, VIOLENCE

_MOST_MEANINGS = 12
_SMALL = {words.stem(word) for word in SMALL}

Alternative = list[tuple[str, float]]  # lexemes that score most together, each with its score
Clause = list[Alternative]


@dataclass
class Meaning:
    """A synonym that the question holds: what it was recognised by, and the stems of each thing it means."""

    stems: frozenset[str]
    means: list[list[str]]
    weight: float
    is_as_typed: bool  # not only a word of the same stem
    names_violence: bool  # among other things, or first of all
    is_urgent: bool
    is_leisure: bool


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

    def _may_be_typed(self, row: "_Row", typed: frozenset[str]) -> bool:
        """Whether the single word of a synonym was typed in another form, and not another word on its stem.

        "Wetter" is none of "wetten". "Kiffer" is one of "kiffen": "kifft" is in use, so this is known to be a verb.
        """
        stem = row.stems[0]
        if self._is_used_itself(stem, typed):
            return False
        same = [word for word in map(words.normalise, typed) if words.stem(word) == stem]
        is_doer = bool(same) and all(words.is_doer(word) and not word.startswith(row.first) for word in same)
        is_verb = any(word.endswith("t") and words.stem(word) == stem for word in self._words)
        return not is_doer or words.is_doer(row.first) or is_verb

    def weight(self, stem: str) -> float:
        """More the fewer offers use it; 0 if none does."""
        return self._weights.get(stem, 0.0)

    def alternatives(self, stem: str, factor: float) -> Clause:
        """The word itself as the only alternative; none if no offer uses it."""
        return [[(stem, factor * self.weight(stem))]] if self.weight(stem) else []

    def meant(self, meaning: Meaning, factor: float) -> Clause:
        """Everything that a synonym means as an alternative; the first counts most."""
        found = []
        for stems, order in zip(meaning.means, WEIGHTS.order, strict=False):
            if known := [stem for stem in stems if self.weight(stem)]:
                share = factor * order * WEIGHTS.rarity / len(known) ** WEIGHTS.together
                found.append([(stem, share * self.weight(stem) ** 0.5) for stem in known])
        return found

    def meanings(
        self,
        stems: set[str],
        typed: frozenset[str] = frozenset(),
        corrected: frozenset[str] = frozenset(),
        implied: frozenset[str] = frozenset(),
    ) -> list[Meaning]:
        """The synonyms within the stems. One that lies within another says nothing any more: "krank", "Kind krank".

        One that was typed so (`typed`, as `words.written` gives it, or `corrected`, normalised) beats others on the
        same stems, the longest most; after it one that is there with all its words, small ones too. If a single word
        was not typed so, and what was typed is in use itself or another word, it does not count: "Unterhalt" is not
        "unterhalten". Help against violence counts in any case.

        A phrase may hold a stem that is merely `implied`, if all its other words are there.
        """
        implied, stems = implied - stems, stems | implied
        found = Synonym.objects.filter(stems__contained_by=list(stems)).exclude(stems=[]).order_by("pk")
        rows = [_Row(row, typed, corrected, stems) for row in found]
        nearest = {row.key: row.rank for row in sorted(rows, key=lambda row: row.rank)}
        rows = [row for row in rows if row.rank == nearest[row.key] or (row.is_urgent and len(row.key) == 1)]
        rows = [
            row
            for row in rows
            if len(row.key) > 1 or row.nearness or row.is_urgent or self._may_be_typed(row, typed | corrected)
        ]
        rows = _meant(rows, implied)
        rows = [row for row in rows if not any(row.is_within(other) for other in rows)]
        rows.sort(key=lambda row: (not row.is_urgent, -row.weight * len(row.stems)))
        by_key: dict[frozenset[str], Meaning] = {}
        for row in rows:
            if row.key in by_key:
                by_key[row.key].means += [term for term in row.means if term not in by_key[row.key].means]
            elif len(by_key) < _MOST_MEANINGS:
                by_key[row.key] = Meaning(
                    row.key, row.means, row.weight, row.nearness > 0, row.names_violence, row.is_urgent, row.is_leisure
                )
        self.weigh(stem for meaning in by_key.values() for term in meaning.means for stem in term)
        return list(by_key.values())


def _meant(rows: list["_Row"], implied: frozenset[str]) -> list["_Row"]:
    """The rows that may be meant. Common phrases, and those that hold an implied word, need all their words.

    Beside violence nothing is implied: "Vater schlägt Sohn" is not "Kind schlägt".
    """
    rows = [row for row in rows if row.nearness or row.names_violence or not row.is_common]
    said = [row for row in rows if implied.isdisjoint(row.key)]
    if any(row.is_urgent for row in said):
        return said
    return [row for row in rows if row.nearness or implied.isdisjoint(row.key)]


class _Row:
    """A synonym whose stems the question holds."""

    def __init__(self, synonym: Synonym, typed: frozenset[str], corrected: frozenset[str], said: set[str]) -> None:
        self.stems, self.weight = synonym.stems, synonym.weight
        self.key = frozenset(synonym.stems)
        self.main = self.key - _SMALL
        self.means = [_stems(term) for term in synonym.means]
        spoken = words.tokens(synonym.word)
        self.first = spoken[0] if spoken else ""
        # Small words count here: "schlägt die Kinder und mich" is more than "Kind schlägt".
        if typed.issuperset(words.written(synonym.word)) or corrected.issuperset(spoken):
            self.nearness = 2
        else:
            self.nearness = int(len(self.key) > 1 and said.issuperset(map(words.stem, spoken)))
        # "Vom Mann geschlagen" holds "Mann geschlagen", and is the opposite.
        self.rank = self.nearness, len(spoken) if self.nearness else 0
        means = [words.spoken(term) for term in synonym.means]
        violent = [any(word.startswith(VIOLENCE) for word in term) for term in means]
        self.names_violence = any(violent) or any(word.startswith(REFUGE) for word in means[0])
        self.is_urgent = violent[:1] == [True]
        # "Ware kommt nicht" is not all that does not come: without its small words such a phrase says nothing.
        rest = self.main - {NEGATION}
        self.is_common = NEGATION in self.key and len(rest) < 2 and rest <= COMMON
        self.is_leisure = any(word.startswith(LEISURE) for term in means for word in term)

    def is_within(self, other: "_Row") -> bool:
        """Whether `other` says more. Small words are not more: "schlägt mich" lies within "Frau schlägt mich".

        What is urgent yields to such only if that is urgent too.
        """
        return self.key < other.key or (self.main < other.main and (other.is_urgent or not self.is_urgent))


def _stems(term: str) -> list[str]:
    return list(dict.fromkeys(words.stem(word) for word in words.tokens(term) if word not in STOP and word != NEGATION))

"""Short names that people make of a provider's name. Uses no database."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from wegweiser.search import towns, words
from wegweiser.search.word_lists import STOP

_SHORTEST, _LONGEST = 3, 5
_BORDER = re.compile(r"[,;/()–]| - | (?:oder|im|in|am|vor) ")
_LEGAL_FORMS = {"e", "v", "ev", "gmbh", "ggmbh", "mbh"}


def abbreviations(name: str, split_compound: Callable[[str], list[str]]) -> Iterator[str]:
    """Initials of the words and of the parts of compounds, from the first word and from the second on.

    "Deutscher Kinderschutzbund, Ortsverein Siegen" is DKSB and KSB, "Sozialdienst katholischer Männer" is SKM.
    """
    for section in _BORDER.split(name):
        found = [word for word in words.spoken(section) if word not in STOP | _LEGAL_FORMS | _places()]
        for start in (found, found[1:]):
            plain = "".join(word[0] for word in start)
            parted = "".join(part[0] for word in start for part in _all_parts(word, split_compound))
            yield from (
                short
                for short in dict.fromkeys((plain, parted))
                if _SHORTEST <= len(short) <= _LONGEST and short.isalpha()
            )


def _all_parts(word: str, split_compound: Callable[[str], list[str]]) -> list[str]:
    """The smallest: Kinderschutz-Bund is Kinder-Schutz-Bund."""
    parts = split_compound(word)
    return [small for part in parts for small in _all_parts(part, split_compound)] or [word]


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(towns.names())

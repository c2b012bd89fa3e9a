"""Recognises the municipality in a written town: "57076 Siegen-Weidenau", "Bad-Laasphe", "Dreis-Tiefenbach"."""

import re
from functools import lru_cache

from django.conf import settings

from kit import folding

# Words before the name of a town that do not change which town it is.
_TITLES = {"d", "de", "stadt", "gemeinde", "kreisstadt", "universitaetsstadt", "ortsteil", "ot", "stadtteil"}
_LONGEST_NAME = 3


def find(town: str) -> str:
    """The municipality that the text names, as its slug in settings.MUNICIPALITIES.

    settings.OUTSIDE for any other town; "" when no town is named at all (empty, "-", "?"). Raises nothing. A postcode
    of another region outweighs the name: "66538 Neunkirchen" is in the Saarland.
    """
    text = folding.place_name(town)
    codes = set(re.findall(r"(?<!\d)\d{5}(?!\d)", text))
    parts = [words for part in re.split(r"[,;/|()\n]", text) if (words := _words(part))]
    if not parts and not codes:
        return ""
    towns, places = _names()
    known_codes = {name for name in places if name.isdigit()}
    strange_code = bool(codes and known_codes and not codes & known_codes)
    if strange_code and not {code[:2] for code in codes} & {code[:2] for code in known_codes}:
        return settings.OUTSIDE
    if any(places.get(name) == settings.OUTSIDE for words in parts for name in _runs(words)):
        return settings.OUTSIDE
    # The name of a part of town does not outweigh a foreign postcode: "57632 Eichen".
    candidates = [_leading(parts[:1], towns if strange_code else places | towns), _leading(parts, towns)]
    candidates += [places[code] for code in sorted(codes & known_codes)]
    return next(filter(None, candidates), settings.OUTSIDE)


def _leading(parts: list[list[str]], names: dict[str, str]) -> str:
    """The slug of the first part that begins with one of the names, longest name first; "" if none does."""
    for words in parts:
        for length in range(_LONGEST_NAME, 0, -1):
            if slug := names.get("".join(words[:length])):
                return slug
    return ""


def _runs(words: list[str]) -> set[str]:
    """All runs of neighbouring words, written together: what a name of several words is looked up by."""
    return {
        "".join(words[start : start + length]) for start in range(len(words)) for length in range(1, _LONGEST_NAME + 1)
    }


def _words(part: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", part)
    while words and words[0] in _TITLES:
        words.pop(0)
    return words


def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Towns, and the parts that stand for a town; both map a name written as one word to a slug."""
    towns = {_joined(name): slug for slug, name in settings.MUNICIPALITIES.items()}
    places = {_joined(name): slug for slug, names in settings.DISTRICTS.items() for name in names}
    return towns, places


@lru_cache(maxsize=1024)
def _joined(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", folding.place_name(name)))

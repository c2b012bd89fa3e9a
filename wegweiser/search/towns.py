"""Finds towns in a question: "tagesmutter kreuztal", "kita 57319", "beratung in wittgenstein"."""

from functools import lru_cache

from django.conf import settings

from wegweiser.search import words

_LONGEST_NAME = 3
# Parts of towns that mean something else in a question: "Grenzen setzen".
_ALSO_WORDS = {"setzen", "eisern", "eichen"}


def find(tokens: list[str]) -> tuple[list[str], set[int]]:
    """The municipalities that the words name, as slugs, and the positions of these words."""
    towns: list[str] = []
    used: set[int] = set()
    start = 0
    while start < len(tokens):
        for length in range(min(_LONGEST_NAME, len(tokens) - start), 0, -1):
            named = names().get("".join(tokens[start : start + length]))
            if named is not None:
                towns += [town for town in named if town not in towns]
                used |= set(range(start, start + length))
                start += length - 1
                break
        start += 1
    return towns, used


@lru_cache(maxsize=1)
def parts() -> set[str]:
    """Parts of towns, normalised: "Jugendtreff Geisweid" is the one in Geisweid, not any of the town."""
    towns = {word for name in settings.MUNICIPALITIES.values() for word in words.tokens(name)}
    return {_together(part) for parts in settings.DISTRICTS.values() for part in parts} - towns


@lru_cache(maxsize=1)
def names() -> dict[str, list[str]]:
    """A normalised name written as one word → its towns. The region's own name maps to none."""
    parts = {
        _together(part): [slug]
        for slug, parts in settings.DISTRICTS.items()
        for part in parts
        if slug != settings.OUTSIDE and _together(part) not in _ALSO_WORDS
    }
    areas = {_together(name): towns for name, towns in settings.AREAS.items()}
    towns = {_together(name): [slug] for slug, name in settings.MUNICIPALITIES.items()}
    return {_together(settings.REGION): list[str](), **parts, **areas, **towns}


def _together(name: str) -> str:
    return "".join(words.tokens(name))

"""Finds the offers of a list whose letters were lost when it was saved, and those whose letters no font has."""

import re

from kit.printing import characters
from kit.spreadsheets.encodings import is_mistaken_utf8
from wegweiser.imports.columns import COLUMNS, OfferRow

# What an old program leaves of a letter, or of a dash, that it does not know, and what stands around it.
_LOST = re.compile(r".{0,20}(?:\w\?\w|(?:^|\s)\?\w|\s\?\s|\?{3}).{0,20}")
_NOT_ON_PAPER = {"source", "source_month", "website", "email"}


def found_in(row: OfferRow) -> list[tuple[str, str]]:
    """What stands where letters were lost, by the name of its column."""
    texts = {name: [text] if isinstance(text, str) else text for name, text in row.contents.items()}
    found = [(name, _excerpt(text)) for name in texts.keys() - {"website", "source"} for text in texts[name]]
    return sorted((COLUMNS.title(name), excerpt) for name, excerpt in found if excerpt)


def unprintable(row: OfferRow) -> str:
    """The letters of what the brochure shows that are question marks on paper."""
    shown = [row.contents[name] for name in row.contents.keys() - _NOT_ON_PAPER]
    return characters.missing(text for text in [row.provider, *shown] if isinstance(text, str) and not text.isascii())


def _excerpt(text: str) -> str:
    """The first place: "?iddet", "MÃ¼ller"."""
    match = _LOST.search(text)
    return match[0] if match else next(filter(is_mistaken_utf8, text.split()), "")

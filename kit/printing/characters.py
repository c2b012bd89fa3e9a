"""Texts made printable: only letters that the fonts have, and no word too long for a line."""

import functools
import re
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

# Ours, and those that step in letter by letter: Vietnamese, Greek and Cyrillic; Arabic, Persian, Kurdish and Pashto.
_FILES = {
    "fontpkg_figtree": "Figtree[wght].ttf",
    "fontpkg_noto_sans": "NotoSans[wdth,wght].ttf",
    "fontpkg_noto_sans_arabic": "NotoSansArabic[wdth,wght].ttf",
}
FONTS = [str(files(package) / "files") for package in _FILES]
_MISSING = "?"
# Letters of a word that fit on a line; in a column.
LINE, COLUMN = 40, 28
# A place where a line may break, and one where it must not; both show nothing and need no glyph.
_BREAK, _JOIN = "\u200b", "\u2060"


def text(value: Any) -> Any:
    """The data with all texts in nested lists and dictionaries made printable.

    Typst makes no accessible PDF with a letter that no font has: symbols are left out, letters become question marks.
    """
    if isinstance(value, dict):
        return {name: text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [text(each) for each in value]
    return _shown(value) if isinstance(value, str) else value


def missing(texts: Iterable[str]) -> str:
    """The letters of `texts` that no font has, each once, in their order: on paper they are question marks."""
    letters = dict.fromkeys(letter for line in texts for letter in unicodedata.normalize("NFC", line))
    return "".join(letter for letter in letters if letter != _MISSING and _letter(letter) == _MISSING)


def warning(letters: str, where: str) -> str:
    """What an officer reads of such letters; `where` is a sentence on the sheet that shows question marks."""
    return f"{letters[:20]}: Diese Buchstaben hat unsere Druckschrift nicht. {where}"


def breakable(line: str, most: int = LINE) -> str:
    """The text with break opportunities in words that are too long. Nothing is hyphenated, because the font has one
    glyph for a word's hyphen and a line's hyphen, and screen readers would stumble.
    """
    return re.sub(rf"[^\s-]{{{most}}}(?=[^\s-])", rf"\g<0>{_BREAK}", line)


def _shown(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_letter, unicodedata.normalize("NFC", line)))


def _letter(char: str) -> str:
    if _is_known(char):
        return char
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char)  # "ﬁ" is "fi"
    if all(map(_is_known, plain)):
        return plain
    return _MISSING if unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lo", "Nd"} else ""


def _is_known(char: str) -> bool:
    return ord(char) in _letters() or char in {"\n", _BREAK, _JOIN}


@functools.cache
def _letters() -> frozenset[int]:
    own, *others = (_letters_of(package, name) for package, name in _FILES.items())
    return own.union(*(filter(_is_letter, found) for found in others))


def _letters_of(package: str, name: str) -> frozenset[int]:
    with TTFont(str(files(package) / "files" / name), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _is_letter(code: int) -> bool:
    """Whether it belongs to words. Fonts have signs, too, and forms of letters that can be said more simply."""
    char = chr(code)
    return unicodedata.category(char)[0] in "LMNP" and unicodedata.normalize("NFKC", char) == char

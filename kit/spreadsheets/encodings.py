"""Finds out how the text of a file was saved, where the file itself does not say: by the letters that people write.

Excel saves "CSV" for Windows, Macintosh or MS-DOS. The same byte is another letter in each, so the reading with the
most letters of German words, and the fewest signs within words, is the right one. A short list may leave a doubt.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

# What older programs write, the usual one first: it wins when all read the same.
_NAMES = {"cp1252": "Windows", "cp850": "MS-DOS", "mac_roman": "Macintosh"}
_WORD = re.compile(r'[^\s;,"|/()<>=:\x00-\x1f]+')
_MOST_WORDS = 20_000
_USUAL, _KNOWN, _ODD = 3, 1, -4
_CLOSE = 6  # two words more would decide it
_KNOWN_LETTERS = frozenset("éèêëáàâçñóòôíìïúùûšžãõ")
_ODD_LETTERS = frozenset("ªºﬁﬂƒþðÞÐµΩπ\ufffd")
_ODD_PLACES = (
    # a capital within a word, a small letter before a capital
    re.compile("[a-zß-öø-ÿ][À-ÖØ-ÞŠŽŸŒ]|[A-ZÀ-ÖØ-Þ][À-ÖØ-ÞŠŽŸŒ][a-zß-öø-ÿ]|^[ß-öø-ÿ][A-ZÀ-ÖØ-Þ]"),
    re.compile("[0-9][À-ÖØ-öø-ÿŠŽŸŒšžœ]|[À-ÖØ-öø-ÿŠŽŸŒšžœ][0-9]"),
    re.compile("(?<![aeiouyäöüAEIOUÄÖÜ])ß"),
    # a sign beside a letter, other than a dash, an apostrophe, a space, "m²" and "20°C"
    re.compile(r"(?<=[^\W\d_])[^\w\x00-\x7f–—‑’´°\u00a0]|[^\w\x00-\x7f–—‑’´°\u00a0](?=[^\W\d_])|[²³¹](?=[^\W\d_])"),
)


class NotText(ValueError):
    """The bytes are no text of any kind that spreadsheet programs save."""


class Text(NamedTuple):
    """`guess` is what the program that saved it must have been, in German; "" if the bytes leave no choice."""

    text: str
    guess: str = ""
    encoding: str = ""
    close: bool = False  # another reading is nearly as good

    def doubtful(self, cell: str) -> list[str]:
        """The words of a cell that may have been written with other letters."""
        return [word for word in _words(cell) if self._is_doubtful(word)] if self.guess else []

    def _is_doubtful(self, word: str) -> bool:
        if _oddities(word):
            return True
        if not self.close:
            return False
        written = word.encode(self.encoding, errors="replace")
        others = {written.decode(name, errors="replace") for name in _NAMES} - {word}
        return any(not _oddities(other) and _score(other) >= _score(word) for other in others)


def decode(content: bytes) -> Text:
    """The text of a .csv or .txt. Raises NotText."""
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content:
        # Without BOM: every other byte of Western text is zero, in the first half of the pair or the second.
        big, little = content[::2].count(0), content[1::2].count(0)
        if min(big, little) * 10 > max(big, little):
            raise NotText
        encoding = "utf-16-be" if big > little else "utf-16-le"
    try:
        found = Text(content.decode(encoding))
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            raise NotText from None
        found = _guessed(content.removeprefix(b"\xef\xbb\xbf"))
    if "\0" in found.text:
        raise NotText
    return found


def examples(cells: Iterable[str], most: int = 5) -> list[str]:
    """Some different words with letters that a wrong guess would have changed."""
    found: dict[str, None] = {}
    for cell in cells:
        found |= dict.fromkeys(word.strip("„“”‚‘’.–!?") for word in _words(cell))
        if len(found) >= most:
            break
    return list(found)[:most]


def is_mistaken_utf8(word: str) -> bool:
    """Whether this is UTF-8 that was read as Windows-1252, "MÃ¼ller"; correct text hardly ever looks like that."""
    try:
        return word.encode("cp1252").decode("utf-8") != word
    except UnicodeError:
        return False


def _guessed(content: bytes) -> Text:
    """Letters that the encoding does not have become U+FFFD."""
    # Only a Macintosh ends lines with CR; both others are rarer than Windows.
    old_mac = b"\r" in content and b"\n" not in content
    chances = {"cp1252": 0, "cp850": -1, "mac_roman": 2 if old_mac else -3}
    texts = {name: content.decode(name, errors="replace") for name in _NAMES}
    scores = {name: sum(map(_score, set(_words(text)))) + chances[name] for name, text in texts.items()}
    best = max(scores, key=lambda name: scores[name])
    second = max(score for name, score in scores.items() if name != best)
    return Text(texts[best], _NAMES[best], best, close=scores[best] - second < _CLOSE)


def _words(text: str) -> list[str]:
    if text.isascii():
        return []
    return [word for word in _WORD.findall(text) if not word.isascii()][:_MOST_WORDS]


def _score(word: str) -> int:
    if odd := _oddities(word):
        return _ODD * odd
    usual = len(re.findall("[äöüÄÖÜß]", word)) + word.startswith("„") + word.endswith("“")
    known = sum(letter in _KNOWN_LETTERS for letter in word)
    return _USUAL * usual + _KNOWN * known


def _oddities(word: str) -> int:
    """How many signs of a wrong reading the word has: "MŸller", "Gro§", "Jˆrg", "Zo‘"."""
    bare = word.lstrip("„“”‚‘»«–").rstrip("“”’»«….–!?™®©")
    if "‚" in word:
        bare = bare.removesuffix("‘")
    odd = sum(letter in _ODD_LETTERS for letter in bare)
    return odd + sum(len(pattern.findall(bare)) for pattern in _ODD_PLACES)

"""Words as the search compares them: normalised, stemmed, by phonetic key, split and joined.

Uses no database. Everything here is applied alike to offers and to questions, so a word is found in all its spellings
and endings.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from wegweiser.search.word_lists import FILLERS, NEGATION, NEGATIONS, SAME, SHORT, SMALL, STOP

JOINTS = ("", "s", "n", "en", "es", "er", "e")
LONGEST = 40

_WORD = re.compile(r"[^\W_]+")
_CHAIN = re.compile(r"[^\W_]++(?:[-–/][^\W_]++)++|\d++(?: \d++)++")
_IN_CHAINS = re.compile(r"[-–/]|\d \d")
_SUSPENDED = re.compile(r"(?P<starts>(?:[^\W_]+-,? (?:und |oder )?)+)(?P<whole>[^\W_]+)")
_STARTS = re.compile(r"([^\W_]+)-")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_PAIRS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_FEMALE = re.compile(r"(?<=.{4}[^aeiou])in(?:nen)?$|(?<=rzt)in(?:nen)?$")
_DOER = re.compile(r"er(?:[ns]|in|innen)?$")
_ABSTRACT = re.compile(r"(?:ung|ungs|ungen|heit|keit|igkeit|heiten|keiten)$")
_SOUNDS = (
    ("sch", "ch"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("tz", "z"), ("ck", "k"), ("chs", "x"), ("ks", "x"),
    ("qu", "kw"), ("ai", "ei"), ("ay", "ei"), ("ey", "ei"), ("eu", "oi"), ("au", "ao"), ("ie", "i"), ("ih", "i"),
    ("y", "i"), ("v", "f"), ("w", "f"), ("c", "k"), ("d", "t"), ("b", "p"), ("g", "k"), ("z", "s"), ("j", "i"),
)  # fmt: skip


class _Letters(dict[int, int | str | None]):
    """What a character becomes, and None for one that is dropped: worked out once for each that is often seen."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        becomes = None if unicodedata.combining(char) or unicodedata.category(char) == "Cf" else code
        if code < _OFTEN_SEEN:
            self[code] = becomes
        return becomes


_REPLACED = SAME | dict.fromkeys(NEGATIONS, NEGATION)
_OFTEN_SEEN = 0x3000  # all alphabets
_LETTERS = _Letters(str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"}) | dict.fromkeys(map(ord, "'’`´ʼ\u0640")))


@lru_cache(maxsize=64)  # what was read for its words is read for its hyphens next
def normalise(text: str) -> str:
    """Lower case, no accents, umlauts as plain letters however they were written: Müller, Mueller, Muller.

    Soft hyphens and other characters that nobody sees are dropped: pasted words hold them.
    """
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def written(text: str) -> list[str]:
    """The words of a text as they were typed, umlauts in one spelling: "hört" is not "Hort", "Väter" is "Vaeter"."""
    return _WORD.findall(unicodedata.normalize("NFC", text.casefold()).translate(_UMLAUTS))


def spoken(text: str) -> list[str]:
    """The words of a text, normalised, in their order."""
    return [word[:LONGEST] for word in _WORD.findall(normalise(text))]


def tokens(text: str) -> list[str]:
    """The spoken words, with one word for all that mean the same: every negation is one, "Mama" is "Mutter"."""
    return [_REPLACED.get(word, word)[:LONGEST] for word in _WORD.findall(normalise(text))]


def chains(text: str) -> list[str]:
    """Words joined by hyphens, as one: "Mutter-Kind-Kur" is "mutterkindkur" as well, "116 016" is a number."""
    text = normalise(text)
    found = _CHAIN.findall(text) if _IN_CHAINS.search(text) else []
    return ["".join(_WORD.findall(chain))[:LONGEST] for chain in found]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The word without endings, and without "ge-": betreut, Betreuung, betreuen; getrennt, Trennung.

    The endings go as in CISTEM (Weißweiler and Fraser 2017), after those that make nouns.
    """
    if word == NEGATION:
        return word
    if len(word) > 4 and word.startswith("ال"):
        word = word[2:]
    if not word.isascii():
        return word
    word = _FEMALE.sub("", word)
    shorter = _ABSTRACT.sub("", word)
    word = shorter if len(shorter) > 3 else word
    if len(word) > 5 and word.startswith("ge"):
        word = word[2:]
    word = word.replace("sch", "\x01").replace("ei", "\x02").replace("ie", "\x03")
    word = re.sub(r"(.)\1", "\\1\x04", word)
    while len(word) > 3:
        if len(word) > 5 and word.endswith(("em", "er")):
            word = word[:-2]
        elif word.endswith(("e", "n")) or (len(word) > 4 and word.endswith(("s", "t"))):  # not "Kurs": "Kur"
            word = word[:-1]
        else:
            break
    word = re.sub("(.)\x04", r"\1\1", word)
    return word.replace("\x01", "sch").replace("\x02", "ei").replace("\x03", "ie")


def is_doer(word: str) -> bool:
    """Whether the word ends as one for a person who does something: "Kiffer", and "Wetter"."""
    return _DOER.search(word) is not None


def phonetic_key(word: str) -> str:
    """Nearly how the word is spoken, for words written by ear: "fohrschus" is "Vorschuss"."""
    for letters, same in _SOUNDS:
        word = word.replace(letters, same)
    word = re.sub(r"(?<=[aeiou])h", "", word)
    return re.sub(r"(.)\1+", r"\1", word)


def content(text: str) -> list[str]:
    """The stems of all but stop words, in their order."""
    return [stem(word) for word in tokens(text) if word not in STOP]


def phrase(text: str) -> list[str]:
    """The stems by which a phrase is recognised, each once.

    Small words are among them only if there would be but one stem otherwise: "schlägt mich", "mehr Platz".
    """
    return list(_phrase(text))


@lru_cache(maxsize=16_384)  # every index made anew asks for all synonyms
def _phrase(text: str) -> tuple[str, ...]:
    words = tokens(text)
    short = {stem(word) for word in words if word not in STOP | FILLERS}
    longer = {stem(word) for word in words if word not in (STOP - SMALL) | FILLERS}
    whole = {stem(word) for word in words if word not in STOP - SMALL}
    # "billiger ins" is not "billig": a phrase of several words is never recognised by one of them.
    for found, enough in ((short, 2), (longer, 2), (whole, 2)):
        if len(found) >= enough and found - {NEGATION}:
            return tuple(sorted(found))
    return tuple(sorted({stem(word) for word in words}))


def key(stems: list[str]) -> str:
    """One lexeme for a phrase, whatever the order of its words."""
    return "_".join(sorted(set(stems)))


def ngrams(stems: list[str]) -> list[str]:
    """Two to four neighbouring words as phrases."""
    return [key(stems[start : start + length]) for length in (2, 3, 4) for start in range(len(stems) - length + 1)]


def split_compound(word: str, known: Callable[[str], bool]) -> list[str]:
    """The parts of a compound, all of them known words: kindertagespflege → kinder, tages, pflege. [] if it is none.

    The longest first part that leaves a known rest wins.
    """
    if len(word) < 7 or not word.isalpha():
        return []
    for end in range(len(word) - 3, 2, -1):
        head, rest = word[:end], word[end:]
        if not _is_part(head, known):
            continue
        if _is_part(rest, known):
            return [head, rest]
        if parts := split_compound(rest, known):
            return [head, *parts]
    return []


def pieces(word: str) -> set[str]:
    """Every substring that split_compound may look up."""
    found = {word[start:end] for start in range(len(word)) for end in range(start + 3, len(word) + 1)}
    return {piece for piece in found if len(piece) > 3 or piece in SHORT}


def swapped(word: str) -> set[str]:
    """All spellings with two neighbouring letters swapped: "gled" → lged, geld, glde."""
    pairs = range(len(word) - 1)
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs} - {word}


def suspended_compounds(text: str, split_compound: Callable[[str], list[str]]) -> Iterator[str]:
    """Compounds whose end stands with the next one: "Schuldner- und Insolvenzberatung" → schuldnerberatung."""
    for chain in _SUSPENDED.finditer(normalise(text)):
        if parts := split_compound(chain["whole"]):
            for start in _STARTS.findall(chain["starts"]):
                yield (start + parts[-1])[:LONGEST]


def _is_part(part: str, known: Callable[[str], bool]) -> bool:
    for joint in JOINTS:
        if part.endswith(joint):
            root = part[: len(part) - len(joint)]
            if (len(root) > 3 or root in SHORT) and known(root):
                return True
    return False


def join_compounds(first: str, second: str) -> Iterator[str]:
    """The compounds that two neighbouring words may be: unterhalt vorschuss → unterhaltsvorschuss."""
    for joint in JOINTS:
        yield (first + joint + second)[:LONGEST]


def distance(first: str, second: str) -> int:
    """How many letters are wrong, missing, too many, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for y, one in enumerate(first, 1):
        last, before, row = before, row, [y] + [0] * len(second)
        for x, two in enumerate(second, 1):
            row[x] = min(before[x] + 1, row[x - 1] + 1, before[x - 1] + (one != two))
            if last and x > 1 and one == second[x - 2] and first[y - 2] == two:
                row[x] = min(row[x], last[x - 2] + 1)
    return row[-1]

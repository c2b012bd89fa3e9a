"""Text as people type it when they look for somebody: without case, accents and umlauts; numbers without gaps.

Python folds what was typed, PostgreSQL what is stored; both do the same, so an index over the folded column is used.
"""

import re
import unicodedata

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import CharField, F, Func, Q, TextField

_ACCENTED = "áàâãåāăąçćčďđéèêëēęěğíìîïīįıłñńňóòôõøōőřśšşșťțúùûūůűýÿźżž"
_PLAIN = "aaaaaaaacccddeeeeeeegiiiiiiilnnnooooooorssssttuuuuuuyyzzz"
_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe"}
_TABLE = str.maketrans(dict(zip(_ACCENTED, _PLAIN, strict=True)) | _TWO_LETTERS)
_NO_NUMBER = re.compile(r"[^\d\s()/+.-]")
_FEWEST_DIGITS = 4


def folded(text: str) -> str:
    """Makes "mueller" of both "Müller" and "MUELLER"."""
    return text.lower().translate(_TABLE)


def place_name(text: str) -> str:
    """A town's name as lists write it, in lower case: umlauts as two letters, no accents, however they are encoded.

    "Erndtebrück" and "ERNDTEBRUECK" become the same; spaces and hyphens stay.
    """
    text = folded(unicodedata.normalize("NFC", text).casefold())
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def sort_key(text: str) -> str:
    """The key by which German names and titles are sorted: umlauts as plain letters, quotes and dashes ignored."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if char.isalnum() or char == " ").strip()


def digits(text: str) -> str:
    """The digits of a telephone number without the code of the country or the area's zero; "" if it is none.

    A part of a number will do: "23125-214" → "23125214", "+49 30 23125" → "3023125".
    """
    if _NO_NUMBER.search(text):
        return ""
    found = re.sub(r"^\s*(?:\+|00)\s*49", "", text)
    found = re.sub(r"\D", "", found).lstrip("0")
    return found if len(found) >= _FEWEST_DIGITS else ""


def _template() -> str:
    nested = f"translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}')"
    for letter, letters in _TWO_LETTERS.items():
        nested = f"replace({nested}, '{letter}', '{letters}')"
    return nested


class Folded(Func):
    """The same as `folded`, in SQL."""

    template = _template()
    output_field = TextField()


class Digits(Func):
    """All digits of a number, in SQL: those that `digits` leaves are a part of them."""

    template = "regexp_replace(%(expressions)s, '[^0-9]', '', 'g')"
    output_field = CharField()


def index(kind: type[Func], field: str, name: str, condition: Q | None = None) -> GinIndex:
    """Finds what contains a text, in a column folded by `kind`."""
    return GinIndex(OpClass(kind(F(field)), "gin_trgm_ops"), name=name, condition=condition)

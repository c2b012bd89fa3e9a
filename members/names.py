"""Names that people type for themselves. A public authority greets its readers by them: "Guten Tag Kim,"."""

import re
import unicodedata

from django.core.exceptions import ValidationError

from mailings.templates import one_line

LONGEST = 40
_TOO_LONG = f"Bitte höchstens {LONGEST} Zeichen: So steht der Name in der Anrede unserer Mails."
_NO_NAME = (
    "Bitte nur Buchstaben, Leerzeichen, Bindestrich, Apostroph und Punkt, zum Beispiel „Frau Dr. Sommer-Öz“ oder „Kim“."
)
_JOINS = " -‐–'’ʼ`´."
_MOST_MARKS = 2  # accents in a row on one letter; more are made to spill over other lines


def cleaned(typed: str, stored: str = "") -> str:
    """The name in one line. Raises ValidationError, in German, if no mail should greet somebody by it.

    A name that is `stored` already, by an earlier version or an officer, may stay as it is.
    """
    name = unicodedata.normalize("NFC", one_line(typed))
    if not name or name == unicodedata.normalize("NFC", one_line(stored)):
        return name
    name = re.sub(r"(?<=\w)\.(?=[A-ZÄÖÜ])", ". ", name)  # "Dr.Sommer"
    if len(name) > LONGEST:
        raise ValidationError(_TOO_LONG)
    if not _is_name(name):
        raise ValidationError(_NO_NAME)
    return name


def _is_name(name: str) -> bool:
    """Letters of any script, and what joins them; no digits, and nothing that a mail program makes a link of."""
    kinds = "".join(_kind(character) for character in name)
    too_many = "M" * (_MOST_MARKS + 1)
    return "L" in kinds and not re.search(r"[^LM .\-]|\.[LM]|^M|[ .\-]M|" + too_many, kinds)


def _kind(character: str) -> str:
    """L: letter, M: mark on a letter, " ", "." or "-" (any other joint); "?": none of it."""
    if character in _JOINS:
        return character if character in " ." else "-"
    category = unicodedata.category(character)[0]
    return category if category in "LM" else "?"

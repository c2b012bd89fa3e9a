"""Phone numbers as people write them: readable text, and the number that a phone dials.

Knows German numbers; a number without an area code takes that of the one before it ("0271/404-2958, -2301").
"""

import re
from typing import NamedTuple

_DIGIT = re.compile(r"\d")
# Between two numbers of one cell. A slash or dash within a number is none of them.
_BETWEEN = re.compile(r"\s*(?:[,;\n]|\s/\s(?=\(?0)|\b(?:und|oder|bzw\.?|u\.|o\.)(?=\s))\s*")
_EXTENSION = re.compile(r"[-–—]\s*\d[\d ]*")
_LAST_PART = re.compile(r"[-–—]\s*\d[\d ]*$")
_NUMBER = re.compile(r"(?:\+|\(\+?)?\s*\(?\d[\d\s()/.–—-]*")
_ZERO_IN_BRACKETS = re.compile(r"(?<=[\d)\s])\(0\)")
FEWEST, MOST = 3, 15  # digits; E.164 allows fifteen


class Call(NamedTuple):
    """A number to show, and the part after `tel:`."""

    text: str
    tel: str


def split(cell: str) -> list[str]:
    """The numbers of one cell, each readable by itself; a part without a number stays with the one before it."""
    found: list[str] = []
    for part in _BETWEEN.split(" ".join(cell.split(" "))):
        text = " ".join(part.split())
        if not text:
            continue
        if found and _EXTENSION.fullmatch(text):
            text = _with_extension(found[-1], text)
        elif found and not tel(text):
            found[-1] = f"{found[-1]}, {text}"
            continue
        found.append(text)
    return found


def tel(text: str) -> str:
    """What a phone dials for the first number in the text; "" if there is none.

    International if that works from everywhere: "0271/404-2301" → "+492714042301". Emergency and free numbers (110, 116
    016, 0800 …) stay as they are: from abroad they cannot be called.
    """
    match = next((found for found in _NUMBER.finditer(text) if len(_DIGIT.findall(found[0])) >= FEWEST), None)
    if match is None:
        return ""
    written = _ZERO_IN_BRACKETS.sub("", match[0]) if "+" in match[0] or match[0].startswith("00") else match[0]
    digits = "".join(_DIGIT.findall(written))
    if len(digits) > MOST:
        return ""
    if "+" in written:
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0") and not digits.startswith(("0800", "0180", "0137", "0900")):
        return f"+49{digits[1:]}"
    return digits


def calls(phones: list[str]) -> list[Call]:
    return [Call(text, number) for text in phones if (number := tel(text))]


def _with_extension(before: str, extension: str) -> str:
    """ "0271/404-2958" and "-2301" → "0271/404-2301"."""
    stem = _LAST_PART.sub("", before).rstrip()
    return f"{stem}{extension}" if stem != before.rstrip() else f"{before} {extension}"

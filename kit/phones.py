"""Phone numbers as people write them: readable text in one spelling, and the number that a phone dials.

A cell may hold several numbers beside hours, prices, names and rooms. Those are masked first (`phone_noise`); what is
left is split, and `phonenumbers` parses and spells each number. Numbers without a country code are German ones. One
without an area code takes that of the number before it ("0271/404-2958, -2301"). Nothing is dialled rather than a
wrong number: `undialled` names what is left out so.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from kit import phone_series
from kit.phone_noise import BLOCK, SHORT, digits, masked

_FEWEST, _MOST = 6, 17  # digits as they are written: E.164 allows fifteen, and "00" may stand before them
_COUNTRY = "DE"
_LONGEST_CELL = 1000  # what is longer is no list of numbers
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ue000\ue001]")
# Between two numbers of one cell. A slash or dash within a number is none of them.
_BETWEEN = re.compile(
    r"""\s*(?:
    [,;|•] | \s/\s(?=\(?0) | \s\+\s
    | (?<=[\d)\ue000])\s*/\s*(?=-\s*\d)                                        # 333-10/-11
    | (?<=\d)\s*/\s*(?=\(?0\d{2,5}\)?[\s/-])
    | (?:(?<=[\d)])/|(?<=[\d)\ue000])\s+/\s+)(?=[^\W\d_])                       # 333-0 / Frau Beil
    | (?<=[\d)\ue000])\s+&\s
    | \b(?:und|oder|sowie|bzw\.?|u\.|o\.|od\.)(?=[\s-])
    | (?<=[\d)\ue000])\s+(?=(?:durchwahl|dw|app\.|apparat|mobil|handy)\b)
    | (?<=[\d)\ue000])\s+(?=(?:(?:tele)?fax|tel|telefon|fon|notruf)\b[\s.:]*[-(+\d])
    | (?:(?<=\d)(?<!116)|(?<=\d\ \(fax\)))\s+(?=0[1-9]\d{1,3}[/\ -]|\+\d\d|\(0\d+\))
    | (?<=[\d)])\s+(?=[^\W\d_]+[.:]?\s+\(?0[1-9]\d{1,3}\)?[/\ -])                 # 333-0 privat 0271 4041
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_EXTENSION = re.compile(
    r"(?:(?:Durchwahl|DW|App\.?|Apparat|Nebenstelle|Nst\.?)\s*:?\s*-?|-)\s*(\d[\d ]*)", re.IGNORECASE
)
_LAST_PART = re.compile(r"-\s*\d[\d ]*$")
_NUMBER = re.compile(
    r"(?:\(?\s*(?:\+\s*|00)\d{1,3}\)?[\s/.-]*(?:\(\s*0\s*\)[\s/.-]*)?)?\(?\d[\d\s)/.\ue001-]*"  # +49 (0) (271) 333-0
)
_BARE = re.compile(r"[1-9][\d ]*\d(?![\d/:.])")
# What a number ends with though it is none of its own: "-100 12 Plätze", "12 3 Sprachen"; and what breaks off: "-..."
_TAIL = re.compile(r"(?P<head>.*\d)\s+(?P<group>\d{1,4})(?P<rest>[.\s-]*)")
_WHOLE = re.compile(r".*\d.*-\s*(?:0|\d{3,})")
_BREAKS_OFF = re.compile(r".*\d-\.*")
_CUT_SHORT = re.compile(r"(?:/\s*\d{1,2}\s*)+[\s.]*$")
_MOST_AT_HOME = 12  # digits of a German number of a place, without the zero
_FAX = re.compile(r"\b(?:tele)?fax(?:nummer|nr)?\b|\bF:|\(F\)", re.IGNORECASE)
_FAX_BEHIND = re.compile(r"\s*(?:\(\s*(?:(?:tele)?fax|F)\s*\)|(?:tele)?fax\W*$)", re.IGNORECASE)
_PHONE_TOO = re.compile(r"\b(?:tel|telefon|fon)\b", re.IGNORECASE)
_SOME_DIGITS = re.compile(r"(?:\d\D{0,3}){3}")
_LABEL = re.compile(
    r"^\W*(?:Telefon(?:nummer)?|Tel|Fon|Phone|T|Ruf)\b(?:\.?\s?-?\s?Nr\b)?\s*[.:]*"
    r"\s*(?:(?:[/+&]|und|u\.)\s*(?:Tele)?Fax\b\W*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(SHORT)
_FROM_HERE_ONLY = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
    PhoneNumberType.PERSONAL_NUMBER,
)


class Found(NamedTuple):
    """Where a number stands in a text, how it is written there, and what is dialled."""

    start: int
    written: str
    tel: str


class Call(NamedTuple):
    """A number to show, with what was written beside it, and the part after `tel:`."""

    text: str
    tel: str


def split(cell: str) -> list[str]:
    """The numbers of one cell, each readable by itself; a part without a number stays with the one before it."""
    if len(cell) > _LONGEST_CELL:
        return [cell]
    found: list[str] = []
    for part in _parts(_plain(cell)):
        text = _complete(part, found[-1]) if found else part
        if found and not _find(text) and not _is_fax(text):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(text)
    return found


def tel(text: str) -> str:
    """What a phone dials for the first number in the text; "" if there is none, or only a fax or half a number.

    International if that works from everywhere: "0271/404-2301" → "+492714042301". Emergency and free numbers (110, 116
    016, 0800 …) stay as they are: from abroad they cannot be called.
    """
    found = _find(_plain(text))
    return found.tel if found else ""


def calls(phones: list[str]) -> list[Call]:
    """What people see and dial for the parts that `split` made; the parts without a number are left out."""
    return [call for text in phones if (call := _call(_plain(text)))]


def spelt(text: str) -> str:
    """A text with one number in the spelling that is shown everywhere; as it is if a phone cannot dial it."""
    call = _call(_plain(text))
    return call.text if call else text


def dials(phones: list[str]) -> str:
    """What a phone dials for the parts that `split` made, in one line."""
    return ", ".join(call.tel for call in calls(phones))


def are_same(phones: list[str], others: list[str]) -> bool:
    """Whether both say the same; long dashes and unusual spaces do not count."""
    return list(map(_plain, phones)) == list(map(_plain, others))


def undialled(phones: list[str]) -> list[str]:
    """The parts that look like a number though none can be dialled: an area code is missing, digits are, or a reader
    cannot tell where it ends."""
    return [text for text in phones if not tel(text) and _looks_callable(_plain(text))]


def _looks_callable(text: str) -> bool:
    is_fax = _is_fax(text) and not _PHONE_TOO.search(masked(text))
    return not is_fax and _SOME_DIGITS.search(masked(text)) is not None


def _plain(text: str) -> str:
    """Ordinary dashes, spaces and digits; without what cannot be seen."""
    text = _UNSEEN.sub("", _DASHES.sub("-", text))
    return " ".join(unicodedata.normalize("NFKC", text).replace("\n", ";").split())


def _parts(text: str) -> Iterator[str]:
    """The cell at its separators; an hour's comma is none of them."""
    start = 0
    for between in [*_BETWEEN.finditer(masked(text)), None]:
        end = between.start() if between else len(text)
        part = text[start:end].strip(" ,;|")
        start = between.end() if between else end
        if part:
            yield from phone_series.alternatives(part)


def _complete(part: str, before: str) -> str:
    """An extension, or a number without its area code, with what the one before it has: "-2301", "40 42"."""
    found = _find(before)
    if found is None or _is_fax(part):
        return part
    number = found.written.rstrip()
    stem = _LAST_PART.sub("", number).rstrip()
    if extension := _EXTENSION.match(part):
        joined = f"{stem}-{extension[1]}{part[extension.end() :]}"
        return joined if stem != number or extension[0].startswith("-") else part
    bare = _BARE.match(masked(part))
    if bare is None or _SHORT.fullmatch(digits(bare[0])):
        return part
    goes_on = part[bare.end() :].lstrip().startswith("-")  # "404-200": not an extension
    if stem != number and not goes_on and len(bare[0]) == len(number) - len(stem) - 1:
        return f"{stem}-{part}"
    if len(digits(bare[0])) < (3 if goes_on else 4):
        return part
    parsed = _parsed(number)
    length = phonenumbers.length_of_geographical_area_code(parsed) if parsed else 0
    return f"0{str(parsed.national_number)[:length]} {part}" if parsed and length else part


def _is_fax(text: str) -> bool:
    """Whether the word stands before the first number or right behind it. A fax elsewhere leaves the number a phone."""
    shown = masked(text)
    fax = _FAX.search(shown)
    if fax is None:
        return False
    number = next((each for each in _NUMBER.finditer(shown) if _SOME_DIGITS.search(each[0])), None)
    return number is None or fax.start() < number.start() or _FAX_BEHIND.match(shown, number.end()) is not None


@lru_cache(maxsize=4096)  # lists show the same numbers again and again, every page the site's own
def _find(text: str) -> Found | None:
    """The first number of a text."""
    if _is_fax(text):
        return None
    shown = masked(text)
    for match in _NUMBER.finditer(shown):
        written = _ended(match[0], shown[match.end() :])
        if number := _dialled(written):
            return Found(match.start(), written, number)
    return None


def _call(text: str) -> Call | None:
    found = _find(text)
    if found is None:
        return None
    written = found.written.rstrip(" (/.-")
    opened = written.count("(") - written.count(")")
    before = _LABEL.sub("", text[: found.start]) + "(" * opened
    after = ")" * -opened + text[found.start + len(written) :]
    shown = " ".join(f"{before}{_spelling(found.tel)}{after}".split())
    opened = shown.count("(") - shown.count(")")  # the cell was split within a bracket
    return Call("(" * -opened + shown + ")" * opened, found.tel)


def _ended(written: str, after: str) -> str:
    """What was written up to its end; nothing can be dialled if it goes on in letters or breaks off."""
    glued = re.match(r"[^\W\d_]|:\d", after) is not None and not written.endswith(" ")
    tail = _TAIL.fullmatch(written)
    if tail and len(digits(tail["head"])) >= 7:
        is_whole = _WHOLE.fullmatch(tail["head"]) and len(digits(tail["head"].rpartition("-")[0])) >= 6
        if is_whole or (len(tail["group"]) <= 2 and glued):
            return tail["head"]
        if len(tail["group"]) == 1 and after[:1].isalpha():  # "55 53 2 Plätze" may be a number of five digits
            return tail["head"] if re.search(r"\d{4}$", tail["head"]) else BLOCK
    return BLOCK if glued or _BREAKS_OFF.fullmatch(written) else written


def _dialled(written: str) -> str:
    """The number to dial for what was written, without anything else around it; "" if a phone cannot dial it."""
    dialled = digits(written)
    if _SHORT.fullmatch(dialled):
        return dialled
    if not _FEWEST <= len(dialled) <= _MOST or not ("+" in written or dialled.startswith("0")):
        return ""
    parsed = _parsed(written)
    if (
        BLOCK in written
        or parsed is None
        or not phonenumbers.is_possible_number(parsed)
        or _is_unclear(written, parsed)
    ):
        return ""
    if parsed.country_code == 49 and re.fullmatch(r"1[5-7]\d{0,7}", str(parsed.national_number)):
        return ""  # half a mobile number
    of_a_place = parsed.country_code == 49 and phonenumbers.length_of_geographical_area_code(parsed)
    if of_a_place and len(str(parsed.national_number)) > _MOST_AT_HOME:
        return ""
    if phonenumbers.number_type(parsed) in _FROM_HERE_ONLY and parsed.country_code == 49:
        return f"0{parsed.national_number}"
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _is_unclear(written: str, parsed: PhoneNumber) -> bool:
    """Whether it may be one number or several: "2345/67" is 234567, or 2345 and 2367. "404/29" and "4041/0" are one."""
    tail = _CUT_SHORT.search(written)
    if tail is None or (last := digits(tail[0])) == "0":
        return False
    area = phonenumbers.length_of_geographical_area_code(parsed) or 3
    return len(str(parsed.national_number)) - area - len(last) >= 4


def _parsed(written: str) -> PhoneNumber | None:
    written = written.replace("(0)", "") if "+" in written or re.match(r"\D*00", written) else written
    try:
        return phonenumbers.parse(written, _COUNTRY)
    except NumberParseException:
        return None


def _spelling(number: str) -> str:
    """How a number is shown everywhere: "0271 4042301", "+43 1 711000", "116 016"."""
    if _SHORT.fullmatch(number):
        return f"{number[:3]} {number[3:]}".strip()
    parsed = phonenumbers.parse(number, _COUNTRY)
    if parsed.country_code != 49:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    spelt = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return spelt if spelt.startswith("0") else f"0{spelt}"

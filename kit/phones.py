"""Phone numbers as people write them: readable text in one spelling, and the number that a phone dials.

A cell may hold several numbers beside hours, prices, names and rooms. Those are masked first, so that their digits are
never dialled; what is left is split, and `phonenumbers` parses and spells each number. Numbers without a country code
are German ones. A number without an area code takes that of the one before it ("0271/404-2958, -2301").
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_FEWEST, _MOST = 6, 17  # digits as they are written: E.164 allows fifteen, and "00" may stand before them
_COUNTRY = "DE"
_MASK = "\ue000"
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ue000]")
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?"
_DAY = (
    r"(?:Mo(?:ntag)?|Di(?:enstag)?|Mi(?:ttwoch)?|Do(?:nnerstag)?|Fr(?:eitag)?|Sa(?:mstag)?|So(?:nntag)?"
    r"|werktag|täglich)s?\b\.?"
)
# What has digits and is no number, most telling first.
_NO_NUMBER = re.compile(
    rf"""
    \((?!\s*\+?[\d\s/-]+\s*\))[^()]*\)                                     # (8-12 Uhr), but not (0271) or (+49)
    | \b{_DAY}(?:\s*(?:-|bis|und|u\.|\+|,|/|&)\s*{_DAY})*\s*:?\s*(?:von\s+|ab\s+)?
        {_CLOCK}(?:\s*(?:Uhr\s*)?(?:-|bis|und|u\.|,|/|&)\s*(?:{_CLOCK})(?![\d/]))*(?:\s*(?:Uhr|h)\b)?
    | \b{_CLOCK}\s*(?:Uhr\s*)?(?:(?:-|bis|und|u\.|/)\s*{_CLOCK}\s*)*(?:Uhr|h|Std|Stunden)\b
    | \b24\s*/\s*7\b
    | \b\d+(?:[.,]\d+)?\s*(?:cent|ct|euro|eur|€)\.?(?:\s*(?:/|pro|je)\s*(?:min|minute|anruf)\b\.?)?
    | (?<![\d/-])\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}})?(?!\d)               # 1.9.2026
    | \b(?:Zimmer|Zi\.?|Raum|R\.|Etage|Haus|Stock|OG|Nr\.|Hausnummer)\s*\d+[a-z]?\b
    | \b(?:seit|ab|bis|Stand)\s+\d{{4}}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Between two numbers of one cell. A slash or dash within a number is none of them.
_BETWEEN = re.compile(
    r"""\s*(?:
    [,;|•] | \s/\s(?=\(?0) | \s\+\s
    | (?<=[\d)\ue000])\s*/\s*(?=-\s*\d)                                        # 333-10/-11
    | (?<=\d)\s*/\s*(?=\(?0\d{2,5}\)?[\s/-])
    | \b(?:und|oder|sowie|bzw\.?|u\.|o\.)(?=[\s-])
    | (?<=[\d)\ue000])\s+(?=(?:(?:tele)?fax|durchwahl|dw|app\.|apparat|mobil|handy|tel)\b)
    | (?<=\d)\s+(?=0\d{2,4}[/\ -]|\+\d\d|\(0\d+\))
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_EXTENSION = re.compile(
    r"(?:(?:Durchwahl|DW|App\.?|Apparat|Nebenstelle|Nst\.?)\s*:?\s*-?|-)\s*(\d[\d ]*)", re.IGNORECASE
)
_SAME_LENGTH = re.compile(r"(?P<stem>.*-\s*)(?P<one>\d{1,5})\s*/\s*(?P<two>\d{1,5})")  # "333-10/11"
_LAST_PART = re.compile(r"-\s*\d[\d ]*$")
_NUMBER = re.compile(r"(?:\+\s*|\(\s*\+?\s*)?\(?\d[\d\s()/.-]*")
_BARE = re.compile(r"[1-9][\d ]*\d(?![\d/:.])")
_FAX = re.compile(r"\b(?:tele)?fax\b", re.IGNORECASE)
_PHONE_TOO = re.compile(r"\b(?:tel|telefon|fon)\b", re.IGNORECASE)  # "Tel./Fax"
_SOME_DIGITS = re.compile(r"(?:\d\D{0,3}){3}")
_LABEL = re.compile(
    r"^\W*(?:Telefon(?:nummer)?|Tel|Fon|Phone|T|Ruf)\b\s*[.:]*\s*(?:[/+&]\s*(?:Tele)?Fax\W*)?", re.IGNORECASE
)
_SHORT = re.compile(r"11[025]|116\d{3}")
_FROM_HERE_ONLY = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
    PhoneNumberType.PERSONAL_NUMBER,
)


class Call(NamedTuple):
    """A number to show, with what was written beside it, and the part after `tel:`."""

    text: str
    tel: str


def split(cell: str) -> list[str]:
    """The numbers of one cell, each readable by itself; a part without a number stays with the one before it."""
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
    return found[1] if found else ""


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
    """The parts that look like a number though none can be dialled: an area code is missing, or digits are."""
    return [
        text for text in phones if not tel(text) and not _is_fax(text) and _SOME_DIGITS.search(_masked(_plain(text)))
    ]


def _plain(text: str) -> str:
    """Ordinary dashes, spaces and digits; without what cannot be seen."""
    text = _UNSEEN.sub("", _DASHES.sub("-", text))
    return " ".join(unicodedata.normalize("NFKC", text).replace("\n", ";").split())


def _masked(text: str) -> str:
    """The same text, as long as it was, without digits that belong to no number."""
    return _NO_NUMBER.sub(lambda match: _MASK * len(match[0]), text)


def _parts(text: str) -> Iterator[str]:
    """The cell at its separators; an hour's comma is none of them."""
    start = 0
    for between in [*_BETWEEN.finditer(_masked(text)), None]:
        end = between.start() if between else len(text)
        part = text[start:end].strip(" ,;|")
        start = between.end() if between else end
        alternatives = _SAME_LENGTH.fullmatch(part)
        if alternatives and len(alternatives["one"]) == len(alternatives["two"]):
            yield alternatives["stem"] + alternatives["one"]
            yield f"-{alternatives['two']}"
        elif part:
            yield part


def _complete(part: str, before: str) -> str:
    """An extension, or a number without its area code, with what the one before it has: "-2301", "40 42"."""
    found = _find(before)
    if found is None or _is_fax(part):
        return part
    number = found[0][0].rstrip()
    stem = _LAST_PART.sub("", number).rstrip()
    if extension := _EXTENSION.match(part):
        joined = f"{stem}-{extension[1]}{part[extension.end() :]}"
        return joined if stem != number or extension[0].startswith("-") else part
    bare = _BARE.match(_masked(part))
    if bare is None or _SHORT.fullmatch(re.sub(r"\D", "", bare[0])):
        return part
    if stem != number and len(bare[0]) == len(number) - len(stem) - 1:
        return f"{stem}-{part}"
    parsed = _parsed(number)
    length = phonenumbers.length_of_geographical_area_code(parsed) if parsed else 0
    return f"0{str(parsed.national_number)[:length]} {part}" if parsed and length else part


def _is_fax(text: str) -> bool:
    fax = _FAX.search(text)
    return fax is not None and not _PHONE_TOO.search(text[: fax.start()])


@lru_cache(maxsize=4096)  # lists show the same numbers again and again, every page the site's own
def _find(text: str) -> tuple[re.Match[str], str] | None:
    """The first number of a text: where it stands, and what is dialled."""
    if _is_fax(text):
        return None
    for match in _NUMBER.finditer(_masked(text)):
        if number := _dialled(match[0]):
            return match, number
    return None


def _call(text: str) -> Call | None:
    found = _find(text)
    if found is None:
        return None
    match, number = found
    before = _LABEL.sub("", text[: match.start()])
    after = text[match.start() + len(match[0].rstrip(" (/.-")) :]
    return Call(" ".join(f"{before}{_spelling(number)}{after}".split()), number)


def _dialled(written: str) -> str:
    """The number to dial for what was written, without anything else around it; "" if a phone cannot dial it."""
    digits = re.sub(r"\D", "", written)
    if _SHORT.fullmatch(digits):
        return digits
    if not _FEWEST <= len(digits) <= _MOST or not ("+" in written or digits.startswith("0")):
        return ""
    parsed = _parsed(written)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return ""
    if phonenumbers.number_type(parsed) in _FROM_HERE_ONLY and parsed.country_code == 49:
        return f"0{parsed.national_number}"
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


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

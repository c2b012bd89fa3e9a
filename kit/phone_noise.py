"""What stands beside phone numbers in a cell and has digits of its own: hours, prices, dates, rooms, remarks.

It is masked before anything is dialled. Where a reader could take it for a part of the number too, both are blocked:
for "0271 404 10-12" nothing is dialled.
"""

import re

MASK = "\ue000"
BLOCK = "\ue001"
SHORT = r"(?:11[025]|116\s?\d{3})"  # emergency and free numbers
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?(?!\d)"
_DAY = (
    r"(?:Mo(?:ntag)?|Di(?:enstag)?|Mi(?:ttwoch)?|Do(?:nnerstag)?|Fr(?:eitag)?|Sa(?:mstag)?|So(?:nntag)?"
    r"|werktag|täglich)s?\b\.?"
)
_PHONE, _FAX, _AND = r"\b(?:Telefon|Tel|Fon)\b\.?", r"\b(?:Tele)?fax\b\.?", r"\s*(?:und|u\.|oder|o\.|/|\+|&)\s*"
# What has digits and is no number, most telling first; and a fax that is a phone too.
_NO_NUMBER = re.compile(
    rf"""
    \b{_DAY}(?:\s*(?:-|bis|und|u\.|\+|,|/|&)\s*{_DAY}){{0,6}}\s*:?\s*(?:von\s+|ab\s+)?
        {_CLOCK}(?:\s*(?:Uhr\s*)?(?:-|bis|und|u\.|,|/|&)\s*(?:{_CLOCK})(?![\d/])){{0,6}}(?:\s*(?:Uhr|h)\b)?
    | \b{_CLOCK}\s*(?:Uhr\s*)?(?:(?:-|bis|und|u\.|/)\s*{_CLOCK}\s*){{0,6}}(?:Uhr|h|Std|Stunden)\b
    | \b24\s*/\s*7\b
    | \b\d+(?:[.,]\d+)?\s*(?:cent|ct|euro|eur|€)\.?(?:\s*(?:/|pro|je)\s*(?:min|minute|anruf)\b\.?)?
    | (?<![\d/-])\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}})?(?!\d)               # 1.9.2026
    | \b(?:0?[1-9]|1[0-2])/20\d\d\b                                          # 09/2026
    | \b(?:Zimmer|Zi\.?|Raum|R\.|Etage|Haus|Stock|OG|Nr\.|Hausnummer)\s*(?!0\d{{2}})\d+[a-z]?\b
    | \b\d{{1,2}}\.\s?(?:Stock|Etage|OG)\b
    | (?:^|(?<=[,;|])|(?<=[,;|]\s))\d{{5}}(?=\s+(?-i:[A-ZÄÖÜ]))               # 57072 Siegen
    | \b(?:seit|ab|bis|Stand)\s+\d{{4}}\b
    | (?<=\d{{3}}-0)\s+\d{{1,4}}(?![\d/-]|\s*-)                                # no extension follows -0
    | (?<!\d\s){_PHONE}{_AND}{_FAX} | (?<!\d\s){_FAX}{_AND}{_PHONE}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPAN = re.compile(r"(?<![\d.:])(\d{1,2})([.:]\d{2})?\s*(-|bis)\s*(\d{1,2})(?:[.:]\d{2})?(?![\d:]|\.\d)")
_RUN = re.compile(r"[+(]?\d[\d\s()/.-]*$")
_AREA_ALONE = re.compile(r"\(\s*0[\d ]*\)$")
_BRACKET = re.compile(r"\([^()]*\)")
_ONLY_DIGITS = re.compile(r"\(\s*\+?[\d\s/-]+\)")  # (0271), (+49)
_ONLY_FAX = re.compile(r"\(\s*(?:(?:tele)?fax|F)\s*\)", re.IGNORECASE)
_FAX_WORD = re.compile(_FAX, re.IGNORECASE)
_NUMBER_INSIDE = re.compile(r"(?:\+|\b0)[\s()/.-]{0,3}(?:\d[\s()/.-]{0,3}){5}")
# A number that goes on in letters ("404-XX"), and one of which nobody knows whether it is the fax ("333-99 / Fax").
_UNSURE = re.compile(r"(?<=\d)-(?=[^\W\d_])|(?<=\d)\s*[/:=-]+\s*(?:tele)?fax\b(?=\s*(?:[,;|]|$))", re.IGNORECASE)


def masked(text: str) -> str:
    """The same text, as long as it was: MASK for digits that belong to no number, BLOCK where nobody can tell."""
    text = _NO_NUMBER.sub(_mask, text)
    start = 0
    while span := _SPAN.search(text, start):
        text = text[: span.start()] + _hours(span) + text[span.end() :]
        start = span.end(1)
    text = _BRACKET.sub(_bracket, text)
    return _UNSURE.sub(lambda match: BLOCK * len(match[0]), text)


def _mask(match: re.Match[str]) -> str:
    return MASK * len(match[0])


def _hours(span: re.Match[str]) -> str:
    """Hours without "Uhr" or a day, such as "8-12"; what cannot be hours stays."""
    first, minutes, to, last = span.groups()
    before = span.string[: span.start()].rstrip()
    run = _RUN.search(before)
    if not int(first) < int(last) <= 24 or _AREA_ALONE.search(before):
        return span[0]
    if run is None or before[-1] == "(":
        return _mask(span)
    before_it = digits(run[0])
    by_words = minutes or to == "bis"
    if before[-1] in "-/":  # 333-10 bis 19; but 333-10-19 might be one number
        return span[0] if by_words or before[-1] == "/" or len(before_it) < 7 else BLOCK * len(span[0])
    group = re.split(r"\D", run[0].rstrip())[-1]
    extends = re.search(r"-\s*\d+$", run[0]) and len(before_it) - len(group) >= 6
    if len(before_it) < 7:
        return _mask(span) if re.fullmatch(SHORT, before_it) else BLOCK * len(span[0])
    return _mask(span) if by_words or extends or len(group) >= 4 or len(before_it) >= 10 else BLOCK * len(span[0])


def _bracket(match: re.Match[str]) -> str:
    """Remarks are masked; an area code, a number, and the word for a fax stay."""
    text = match[0]
    if _ONLY_FAX.fullmatch(text):
        return text
    if _ONLY_DIGITS.fullmatch(text):
        run = _RUN.search(match.string[: match.start()])
        ends = run and (re.search(r"-\s*\d+\s*$", run[0]) or len(digits(run[0])) < 6)
        return text if ends or not run or len(digits(text)) >= 6 else BLOCK * len(text)
    number, fax = _NUMBER_INSIDE.search(text), _FAX_WORD.search(text)
    return text if number and not (fax and fax.start() < number.start()) else _mask(match)


def digits(text: str) -> str:
    """The digits of the text alone."""
    return re.sub(r"\D", "", text)

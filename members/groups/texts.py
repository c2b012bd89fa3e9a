"""What people type in groups: what a public notice must not hold, and what no mail of a group passes on (M-20)."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from mailings.templates import one_line

_DAYS = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
_MONTHS = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
_WHEN = re.compile(
    rf"{_DAYS}|\b\d{{1,2}}(?:[.:]\d\d)?\s*Uhr\b|\b\d{{1,2}}\.\s*(?:\d{{1,2}}\.|(?:{_MONTHS})\b)"
    # "um zwei Hunde" is no time: a noun follows.
    r"|\bum\s+(?:\d{1,2}|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)\b(?!\s+(?-i:[A-ZÄÖÜ]))",
    re.IGNORECASE,
)
_STREET = re.compile(r"\b[\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|allee|platz)\s+\d+", re.IGNORECASE)
_MAILBOX = re.compile(r"\S{1,254}\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LINK = re.compile(
    r"https?://|\bwww\.|\b[\w-]+\.[a-z]{2,}/"
    r"|\b[\w-]+\.(?:de|at|ch|com|org|net|info|eu|app|me|io|gg|ly|be|to|co|link|group|chat|example)\b",
    re.IGNORECASE,
)
# A date is no number: 05.12.2026.
_PHONE = re.compile(r"(?<!\w)(?!\d\d\.\d\d\.(?:\d\d){1,2}\b)(?:\+|0)\d(?:[\s/().–-]*\d){5,}")
# A personal link of ours has a number, a dash and 27 letters of a key in it (mailings.tokens), however it is wrapped:
# over lines of a quotation, with signs that nobody sees, inside another link, between underscores.
# Possessive: what a wrap has taken it never gives back, so that no text takes long to read.
_WRAP = r"(?:=?[ \t]*+\n[\s>|]*+|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff])*+"
_DASH = r"(?:-|%(?:25)*2D)"
_TOKEN = re.compile(
    rf"\d{_WRAP}{_DASH}(?:{_WRAP}(?:\w|{_DASH}|%(?:25)*5F)){{27}}(?=_{{0,2}}(?![\w-]))\S*",
    re.ASCII | re.IGNORECASE,
)
_MOST_LINES = 3  # of one link: more are a list of words
_ESCAPABLE = re.compile(r"([!-/:-@\[-`{-~])")

NO_DAY = (
    "Hier steht ein Tag oder eine Uhrzeit. Lassen Sie das bitte weg: Wann Sie sich treffen, erfährt nur die Gruppe."
)
NO_PLACE = "Hier steht eine Straße. Lassen Sie sie bitte weg: Wo Sie sich treffen, erfährt nur die Gruppe."
NO_ADDRESS = "Bitte keine Mail-Adresse, keine Telefonnummer und keinen Link hineinschreiben."


def notice(typed: str) -> str:
    """Title or text of a group, in one line; raises ValidationError if it tells a day, a place or how to reach one."""
    text = without_addresses(typed)
    if _WHEN.search(text):
        raise ValidationError(NO_DAY)
    if _STREET.search(text):
        raise ValidationError(NO_PLACE)
    return text


def without_addresses(typed: str) -> str:
    """The text in one line; raises ValidationError if it holds a mail address, a link or a telephone number."""
    text = one_line(typed)
    if _MAILBOX.search(text) or _LINK.search(text) or _PHONE.search(text):
        raise ValidationError(NO_ADDRESS)
    return text


class Relayed(NamedTuple):
    """A message as others get it, and whether something was taken out."""

    text: str
    is_cleaned: bool


def relayed(typed: str) -> Relayed:
    """Plain lines without mail addresses and without anybody's personal links."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    unlinked = _without_links(text)
    lines = "\n".join(one_line(line) for line in unlinked.split("\n"))
    cleaned, mailboxes = _MAILBOX.subn("[Adresse entfernt]", re.sub(r"\n{3,}", "\n\n", lines).strip())
    return Relayed(cleaned, unlinked != text or mailboxes > 0)


def _without_links(text: str) -> str:
    """Each token goes with the whole word that it stands in."""
    kept, end = [], 0
    for found in _TOKEN.finditer(text):
        if found[0].count("\n") < _MOST_LINES:
            before = text[end : found.start()]
            kept += [before[: len(before) - len(re.split(r"\s", before)[-1])], "[Link entfernt]"]
            end = found.end()
    return "".join([*kept, text[end:]])


def quoted(text: str) -> str:
    """The text as a quotation in light Markdown: nothing in it is taken for markup."""
    lines = (_ESCAPABLE.sub(r"\\\1", line) for line in text.split("\n"))
    return "\n".join(f"> {line}".rstrip() for line in lines)

"""What people type in groups: what a public notice must not hold, and what no mail of a group passes on (M-20)."""

import re

from django.core.exceptions import ValidationError

from mailings.templates import one_line

_DAYS = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
_MONTHS = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
_WHEN = re.compile(
    rf"\b(?:{_DAYS})(?:s|e|en|[a-zäöü]*(?:morgen|vormittag|mittag|nachmittag|abend)s?)?\b|\b\d{{1,2}}(?:[.:]\d\d)?\s*Uhr\b"
    rf"|\b\d{{1,2}}\.\s*(?:\d{{1,2}}\.|(?:{_MONTHS})\b)|\bum\s+(?:\d{{1,2}}|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|"
    r"zehn|elf|zwölf)\b",
    re.IGNORECASE,
)
_STREET = re.compile(r"\b[\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|allee|platz)\s+\d+", re.IGNORECASE)
_MAILBOX = re.compile(r"\S+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LINK = re.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:de|com|org|net|info|eu|app|me|io|example)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\w)(?:\+|0)\d(?:[\s/()-]*\d){5,}")
# A personal link of ours has a number, a dash and 27 letters of a key in it (mailings.tokens), however it is wrapped.
_TOKEN = re.compile(r"\S*\d-[\w-]{27}(?![\w-])\S*", re.ASCII)
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


def relayed(typed: str) -> str:
    """A message as others get it: plain lines without mail addresses and without anybody's personal links."""
    lines = [one_line(line) for line in typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return _MAILBOX.sub("[Adresse entfernt]", _TOKEN.sub("[Link entfernt]", text))


def quoted(text: str) -> str:
    """The text as a quotation in light Markdown: nothing in it is taken for markup."""
    lines = (_ESCAPABLE.sub(r"\\\1", line) for line in text.split("\n"))
    return "\n".join(f"> {line}".rstrip() for line in lines)

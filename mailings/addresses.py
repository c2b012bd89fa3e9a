"""Mail addresses as people write them: one cell of a spreadsheet, one field of a form."""

import re
import unicodedata

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

LONGEST = 254  # RFC 5321: what fits into a MAIL FROM
_LONGEST_LOCAL = 64

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
# Characters around an address: blanks, quotes, brackets, the comma after it.
_AROUND = " \t\r\n\u00a0\"'`´„“”‚‘’«»‹›<>()[],;"
_AT_IN_WORDS = re.compile(r"[(\[{<]\s*(at|ät)\s*[)\]}>]|\s(at|ät)\s|＠|﹫", re.IGNORECASE)
_SOMETHING_AT = re.compile(r"[^\s<>()\[\],;:\"'„“”/|]+@[^\s<>()\[\],;:\"'„“”/|]+")
_NAME_AND_ADDRESS = re.compile(r"[^<>]*<([^<>]*)>\W*")


class InvalidAddress(ValueError):
    """The text is no address that we can write to; `reason` (and str()) is a German sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normalise(text: str) -> str:
    """The one address in the text, lower-cased and ASCII: "Eva <Eva@Müller.de> " → "eva@xn--mller-kva.de".

    Raises InvalidAddress instead of guessing what was meant. Does not ask whether the mailbox exists. Domains reserved
    for examples (example.org, .test) pass, because the demo needs them.
    """
    if len(text) > 4 * LONGEST:
        raise InvalidAddress(_("Das ist zu lang für eine E-Mail-Adresse."))
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).strip()
    if len({found.casefold().rstrip(".") for found in _SOMETHING_AT.findall(text)}) > 1:
        raise InvalidAddress(_("Hier stehen zwei Adressen. Bitte nur eine eintragen."))
    address = _bare(text)
    _check_shape(address)
    try:
        checked = validate_email(
            address, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except EmailNotValidError:
        raise InvalidAddress(_("Diese Adresse kann es so nicht geben. Bitte Zeichen für Zeichen prüfen.")) from None
    result = (checked.ascii_email or "").lower()
    if not result or len(result) > LONGEST:
        raise InvalidAddress(_("Das ist zu lang für eine E-Mail-Adresse."))
    return result


def canonical(address: str) -> str:
    """The mailbox behind an address from normalise(), for counting attempts only: never write to it.

    Without +tag; at Gmail also without dots and with one domain. Raises nothing.
    """
    local, _at, domain = address.strip().lower().partition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _bare(text: str) -> str:
    """The text without display name, mailto:, quotes and what else surrounds an address."""
    if match := _NAME_AND_ADDRESS.fullmatch(text):
        text = match[1]
    text = text.strip(_AROUND)
    if text.lower().startswith("mailto:"):
        text = text[len("mailto:") :].partition("?")[0].strip(_AROUND)
    return text.rstrip("." + _AROUND)


def _check_shape(address: str) -> None:
    """Raises InvalidAddress with the most helpful sentence for the commonest mistakes; the library judges the rest."""
    local, _at, domain = address.partition("@")
    if not address:
        raise InvalidAddress(_("Es steht keine E-Mail-Adresse da."))
    if "@" not in address and _AT_IN_WORDS.search(address):
        raise InvalidAddress(_("Das @ fehlt: Statt „(at)“ muss das Zeichen @ dastehen."))
    if "@" not in address:
        raise InvalidAddress(_("Das @ fehlt, wie in „name@example.org“."))
    if "@" in domain:
        raise InvalidAddress(_("Hier steht das @ zweimal. Es darf nur einmal vorkommen."))
    if any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in address):
        raise InvalidAddress(_("In der Adresse steckt ein unsichtbares Zeichen. Bitte neu eintippen."))
    if re.search(r"\s", address):
        raise InvalidAddress(_("In der Adresse ist eine Lücke. Bitte ohne Leerzeichen schreiben."))
    if not local:
        raise InvalidAddress(_("Vor dem @ fehlt etwas, wie in „name@example.org“."))
    if not domain:
        raise InvalidAddress(_("Hinter dem @ fehlt etwas, wie in „name@example.org“."))
    if not local.isascii():
        raise InvalidAddress(_("Vor dem @ gehen nur Buchstaben von a bis z, keine Umlaute. Bitte prüfen."))
    if ".." in address or address.startswith(".") or ".@" in address or "@." in address:
        raise InvalidAddress(_("In der Adresse ist ein Punkt zu viel."))
    if "," in domain:
        raise InvalidAddress(_("Hinter dem @ steht ein Komma. Gemeint ist wohl ein Punkt."))
    if not re.search(r"[.。．｡]\w[\w-]*\w$", domain):
        raise InvalidAddress(_("Hier fehlt das Ende, zum Beispiel „.de“."))
    if len(address) > LONGEST or len(local) > _LONGEST_LOCAL:
        raise InvalidAddress(_("Das ist zu lang für eine E-Mail-Adresse."))

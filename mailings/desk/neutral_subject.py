"""Finds words in a subject that reveal too much on a locked phone, and proposes a neutral one (M-15)."""

import re
import unicodedata

PROPOSAL = "Neuigkeiten für Sie"

# Stems, also within compounds; the lookarounds exclude similar words: Entscheidung, Unterhaltung, gewaltig.
_STEMS = (
    r"allein[\s-]?erzieh|ein[\s-]?eltern|elternteil|\bsingle|verwitwe|\bwitwe"
    r"|trennung|getrennt|(?<!ent)(?<!unter)(?<!aus)scheidung|geschieden|\bex-|\bex\b"
    r"|gewalt(?!ig)|missbrauch|misshand|bedroh|stalking|frauenhaus|frauenhäus|schutzwohnung|notruf"
    r"|unterhalt(?!ung|sam|end)|sorgerecht|umgangsrecht|vaterschaft|vormund|familiengericht|anwalt|anwält"
    r"|jugend[\s-]?amt|jugendämt|jobcenter|sozialamt|sozialhilfe|bürgergeld|beratungsstelle|schuldner"
)
_TELLING = re.compile(rf"(?:\w|(?<=\w)-)*(?:{_STEMS})(?:\w|-(?=\w))*", re.IGNORECASE)
_PARTS = re.compile(r"\s*[:;|]\s+|\s+[–—-]\s+")


def finds(text: str) -> list[str]:
    """The revealing words of a text as written, each once, in order."""
    return list(dict.fromkeys(match[0] for match in _TELLING.finditer(_plain(text))))


def proposal(subject: str) -> str:
    """A subject without revealing words: a part of this one if that reads well, else PROPOSAL."""
    plain = _plain(subject)
    match = _TELLING.search(plain)
    if match is None:
        return plain
    for part in [*_PARTS.split(plain), _up_to_noun(plain[: match.start()])]:
        if len(part.split()) > 1 and not _TELLING.search(part):
            return part
    return PROPOSAL


def _up_to_noun(start: str) -> str:
    """Drops what only leads to the missing word: "Einladung zum Vortrag über den" → "Einladung zum Vortrag"."""
    words = start.split()
    while words and not words[-1][:1].isupper():
        words.pop()
    return " ".join(words).rstrip(",;:–-")


def _plain(text: str) -> str:
    """Letters as they are typed, without invisible characters."""
    composed = unicodedata.normalize("NFKC", text)
    return " ".join("".join(char for char in composed if unicodedata.category(char) != "Cf").split())

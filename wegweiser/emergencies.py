"""Offers beside which the emergency numbers stand. An officer decides; new ones from a list begin with a guess."""

import re
from collections.abc import Iterable

# Violence, and despair: a lawyer or a food bank in the same topic needs no such box.
_SIGNS = re.compile(
    r"gewalt|missbrauch|misshand|\b(?:ge)?schl[aä]g|bedroh|stalking|opfer|notruf|suizid|\bkrise"
    r"|frauenhaus|zuflucht|\bin not\b",
    re.IGNORECASE,
)


def is_likely(title: str, search_words: Iterable[str]) -> bool:
    """Whether the words speak of violence or despair."""
    return bool(_SIGNS.search(" ; ".join([title, *search_words])))

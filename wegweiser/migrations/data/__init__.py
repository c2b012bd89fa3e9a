"""The first synonyms: what parents say, and what offers call it. From then on the officers write them.

Each file is read once, by a migration of its own: what the officers have deleted since does not come back. Stems and
weights are computed by the next refresh of the search index.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIRST = Path(__file__).with_name("first_synonyms.txt")
MORE = Path(__file__).with_name("more_synonyms.txt")
COUNSELLING = Path(__file__).with_name("counselling_synonyms.txt")
VIOLENCE = Path(__file__).with_name("violence_synonyms.txt")
EVERYDAY = Path(__file__).with_name("everyday_synonyms.txt")
ALL = (FIRST, MORE, COUNSELLING, VIOLENCE, EVERYDAY)


def read(*files: Path) -> dict[str, list[str]]:
    """Word or phrase → what it means, the most important first."""
    found: dict[str, list[str]] = {}
    for asked, means in (pair for file in files for pair in _pairs(file)):
        known = found.setdefault(asked, [])
        known += [meaning for meaning in means if meaning not in known]
    return found


def create(synonym: Any, *files: Path) -> None:
    """Creates the synonyms of the files (all, without any) that do not exist yet.

    What the officers have written is left alone, in whatever case and with whatever accents: "Bude" is "bude" already.
    Takes the model, so that a migration can pass its own.
    """
    known = {_plain(word) for word in synonym.objects.values_list("word", flat=True)}
    rows = [synonym(word=word, means=means) for word, means in read(*(files or ALL)).items()]
    new = [row for row in rows if _plain(row.word) not in known]
    synonym.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _pairs(file: Path) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        asked, arrow, means = line.partition(" > ")
        if arrow and not line.startswith("#"):
            for word in asked.split(","):
                yield word.strip(), [meaning.strip() for meaning in means.split(";")]

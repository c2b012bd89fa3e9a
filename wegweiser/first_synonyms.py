"""The first synonyms: how parents say what offers call by another name. From then on the officers write them.

What joins them later stands in a file of its own that a migration of its own reads, once: nothing that the officers
deleted comes back.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wegweiser.search import words

FIRST = Path(__file__).with_suffix(".txt")
MORE = FIRST.with_name("more_synonyms.txt")


def read(*files: Path) -> dict[str, list[str]]:
    """Word or turn of phrase → what it means, the most important first."""
    found: dict[str, list[str]] = {}
    for asked, means in (line for file in files for line in _lines(file)):
        known = found.setdefault(asked, [])
        known += [meaning for meaning in means if meaning not in known]
    return found


def create(synonym: Any, *files: Path) -> None:
    """Creates those that do not exist yet; never touches what the officers have changed.

    Without files: all of them. Takes the model, so that a migration can hand in its own.
    """
    found = read(*(files or (FIRST, MORE)))
    rows = [synonym(word=word, means=means, stems=words.phrase(word)) for word, means in found.items()]
    synonym.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _lines(file: Path) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        asked, arrow, means = line.partition(" > ")
        if arrow and not line.startswith("#"):
            for word in asked.split(","):
                yield word.strip(), [meaning.strip() for meaning in means.split(";")]

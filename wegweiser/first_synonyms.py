"""The first synonyms: how parents say what offers call by another name. From then on the officers write them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wegweiser import words

FILE = Path(__file__).with_suffix(".txt")


def read() -> dict[str, list[str]]:
    """Word or turn of phrase → what it means, the most important first."""
    found: dict[str, list[str]] = {}
    for asked, means in _lines():
        known = found.setdefault(asked, [])
        known += [meaning for meaning in means if meaning not in known]
    return found


def create(synonym: Any) -> None:
    """Creates those that do not exist yet; never touches what the officers have changed.

    Takes the model, so that a migration can hand in its own.
    """
    rows = [synonym(word=word, means=means, stems=words.phrase(word)) for word, means in read().items()]
    synonym.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _lines() -> Iterator[tuple[str, list[str]]]:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        asked, arrow, means = line.partition(" > ")
        if arrow and not line.startswith("#"):
            for word in asked.split(","):
                yield word.strip(), [meaning.strip() for meaning in means.split(";")]

"""Measures the search with a file of questions: where the first expected offer of each stands."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wegweiser.search import ranking

COLUMNS = {"anfrage", "erwartet", "art"}
_DEPTH = ranking.PER_PAGE


class InvalidQuestions(Exception):
    """The file holds no questions; the text says why, in German."""


@dataclass(frozen=True)
class Question:
    """Without an expected offer the question should find nothing."""

    text: str
    expected: list[str]
    kind: str


@dataclass(frozen=True)
class Answer:
    question: Question
    found: list[str]

    @property
    def rank(self) -> int:
        """The rank of the first expected offer; 0 if none is among the hits.

        A question that should find nothing has rank 1 if it does find nothing.
        """
        if not self.question.expected:
            return 0 if self.found else 1
        places = (place for place, slug in enumerate(self.found, 1) if slug in self.question.expected)
        return next(places, 0)


@dataclass(frozen=True)
class Score:
    """hit@1 and hit@5: how often an expected offer is first, or among the first five. MRR: the mean of 1/rank."""

    questions: int
    hit1: float
    hit5: float
    mrr: float


def read(path: Path) -> list[Question]:
    """Raises InvalidQuestions, OSError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(rows.fieldnames or ()) >= COLUMNS:
                raise InvalidQuestions(f"Die Spalten {', '.join(sorted(COLUMNS))} fehlen.")
            found = [
                Question(
                    row["anfrage"], list(filter(None, map(str.strip, (row["erwartet"] or "").split(";")))), row["art"]
                )
                for row in rows
                if row["anfrage"] and row["art"]
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidQuestions("Die Datei ist keine CSV-Datei in UTF-8.") from error
    if not found:
        raise InvalidQuestions("Die Datei enthält keine Fragen.")
    return found


def ask(question: Question) -> Answer:
    """Answers the question as the page does, without filters."""
    hits = ranking.offers(ranking.find(ranking.parse(question.text)))
    return Answer(question, [offer.slug for offer in hits])


def measure(answers: Iterable[Answer]) -> Score:
    ranks = [answer.rank for answer in answers]
    return Score(
        len(ranks),
        sum(rank == 1 for rank in ranks) / len(ranks),
        sum(0 < rank <= 5 for rank in ranks) / len(ranks),
        sum(1 / rank for rank in ranks if rank) / len(ranks),
    )

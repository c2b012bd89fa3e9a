"""docs/search.md follows one question to its score: the figures there are the figures here."""

import pytest
from django.db import connection

from wegweiser.search import ranking
from wegweiser.search.query import parse
from wegweiser.search.ranking import Filters

pytestmark = pytest.mark.usefixtures("wegweiser")


def scores(question: str) -> list[tuple[str, str]]:
    """Titles and scores of all hits, best first."""
    sql, values = ranking.statement(parse(question), Filters(), page=1)
    hits = (
        sql[: sql.index("SELECT 'hit'")] + "SELECT title, round(score::numeric, 2)::text FROM tried ORDER BY score DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(hits, values)
        return list(cursor.fetchall())


def test_what_kim_asks_becomes_three_clauses() -> None:
    clauses = [
        [(lexeme, round(score, 3)) for alternative in clause for lexeme, score in alternative]
        for clause in parse("Ex zahlt nicht").clauses
    ]
    assert clauses == [
        [("unterhaltsvorschuss", 3.237), ("beistandschaf", 2.59), ("jugendam", 1.749)],
        [("zahl", 1.168)],
        [("nicht_zahl", 2.302)],
    ]


def test_each_offer_gets_the_sum_of_its_best_alternatives() -> None:
    assert scores("Ex zahlt nicht")[:3] == [
        ("unterhaltsvorschuss", "4.54"),
        ("beistandschaft des jugendamts", "1.99"),
        ("jugendamt des kreises siegen-wittgenstein", "1.43"),
    ]

"""The times of a search: of its bare statement, and of the whole page (tests.bench.find)."""

import json
import random
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench import find_fill
from wegweiser.models import Topic
from wegweiser.search import ranking
from wegweiser.search.ranking import Filters
from wegweiser.search.words import stem

COMMON = 20  # words that every twenty-fifth offer holds
ROUNDS = 10
_SYLLABLES = [first + second for first in "bdfghklmnprstw" for second in "aeio"]


def main(offers: str) -> None:
    """Fills and measures; prints JSON."""
    result = find_fill.fill(int(offers), COMMON, _vocabulary())
    words = result.pop("common")
    pairs = [f"{one} {two}" for one, two in zip(words, words[1:] + words[:1], strict=True)]
    result["rows"] = {
        "ein Wort": _times(words),
        "ein Wort und ein Ort": _times([f"{word} kreuztal" for word in words]),
        "zwei Wörter": _times(pairs),
        "ein häufiges Wort": _times(["beratung"]),  # of a topic's title: in every fifth
        "ein Wort, verschrieben": _times([word[:-1] for word in words]),
        "ein Thema": _times([""], "/wegweiser/thema/wohnen/"),
    }
    print(json.dumps(result))


def _vocabulary() -> list[str]:
    """No two with the same stem: each would be found with the other, and more often than it was said."""
    chance = random.Random(7)
    made = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(15_000)]
    return list({stem(word): word for word in made}.values())


def _times(questions: list[str], path: str = "/wegweiser/") -> dict[str, object]:
    client = Client(HTTP_HOST="localhost")
    topic = Topic.objects.get(slug="wohnen").pk
    sql: list[float] = []
    page: list[float] = []
    hits = 0
    for question in questions:
        query = ranking.parse(question) if question else None
        filters = Filters() if question else Filters(topic=topic)
        hits += ranking.find(query, filters).count
        statement, values = ranking.statement(query, filters, 1)
        for _round in range(ROUNDS):
            if query is None or query.clauses:  # nothing is asked for what no offer says
                with connection.cursor() as cursor:
                    begin = time.perf_counter()
                    cursor.execute(statement, values)
                    cursor.fetchall()
                    sql.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            answer = client.get(path, {"q": question} if question else {})
            page.append(time.perf_counter() - begin)
            assert answer.status_code == 200
            assert b'id="treffer"' in answer.content
    with CaptureQueriesContext(connection) as asked:
        client.get(path, {"q": questions[0]} if questions[0] else {})
    return {"hits": hits / len(questions), "queries": len(asked), "sql": _points(sql), "page": _points(page)}


def _points(seconds: list[float]) -> tuple[float, float]:
    """p50 and p95, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000

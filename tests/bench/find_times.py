"""The times of a search: of its bare statement, and of the whole page (tests.bench.find)."""

import json
import random
import time
from typing import Any

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
LOADS = 60  # of a page, at least: p95 of ten loads would be the slowest of them
# What is measured beside it: how long this machine takes to read and count all that the common word is in.
_COUNTING = "SELECT count(title) FROM wegweiser_searchentry WHERE vector @@ 'bera'::tsquery"
_ALL = Filters()
_SYLLABLES = [first + second for first in "bdfghklmnprstw" for second in "aeio"]


def main(offers: str) -> None:
    """Fills and measures; prints JSON."""
    result = find_fill.fill(int(offers), COMMON, _vocabulary())
    words = result.pop("common")
    topic = Topic.objects.get(slug="wohnen").pk
    result["counting"] = _points([_seconds(_COUNTING, {}) for _round in range(ROUNDS)])
    pairs = [f"{one} {two}" for one, two in zip(words, words[1:] + words[:1], strict=True)]
    result["rows"] = {
        "ein Wort": _times(words),
        "ein Wort und ein Ort": _times([f"{word} kreuztal" for word in words]),
        "zwei Wörter": _times(pairs),
        "ein häufiges Wort": _times(["beratung"]),  # of a topic's title: in every fifth
        "ein Wort, verschrieben": _times([_misspelt(word) for word in words]),
        # With a page's number, because the finished page without one is kept until something is written.
        "ein Thema": _times([""], Filters(topic=topic), "/wegweiser/thema/wohnen/", seite="1"),
        "ein Ort ohne Frage": _times([""], Filters(town="kreuztal"), ort="kreuztal"),
        "ein Ort als Frage": _times(["kreuztal"]),
    }
    result["typing"] = {
        "2 Buchstaben": _suggested([word[:2] for word in words]),
        "häufiger Anfang": _suggested(["bera"]),
        "zwei Wörter": _suggested([f"{one} {two[:3]}" for one, two in zip(words, words[1:] + words[:1], strict=True)]),
    }
    print(json.dumps(result))


def _misspelt(word: str) -> str:
    """Two letters swapped: no beginning of the word, as a word cut off is."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


def _suggested(beginnings: list[str]) -> tuple[float, float]:
    """What is offered while somebody types."""
    client, times = Client(HTTP_HOST="localhost"), []
    for typed in beginnings:
        for _round in range(ROUNDS):
            begin = time.perf_counter()
            answer = client.get("/wegweiser/vorschlaege.json", {"q": typed})
            times.append(time.perf_counter() - begin)
            assert answer.status_code == 200
    return _points(times)


def _vocabulary() -> list[str]:
    """No two with the same stem: each would be found with the other, and more often than it was said."""
    chance = random.Random(7)
    made = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(15_000)]
    return list({stem(word): word for word in made}.values())


def _times(
    questions: list[str], filters: Filters = _ALL, path: str = "/wegweiser/", **chosen: str
) -> dict[str, object]:
    client = Client(HTTP_HOST="localhost")
    sql: list[float] = []
    page: list[float] = []
    hits = 0
    rounds = max(ROUNDS, LOADS // len(questions))
    for question in questions:
        asked = chosen | ({"q": question} if question else {})
        query = ranking.parse(question) if question else None
        hits += ranking.find(query, filters).count
        for _round in range(rounds):
            if query is None or query.clauses or query.towns:  # nothing is asked for what no offer says
                sql.append(_seconds(*ranking.statement(query, filters, 1)))
            begin = time.perf_counter()
            answer = client.get(path, asked)
            page.append(time.perf_counter() - begin)
            assert answer.status_code == 200
            assert b'id="treffer"' in answer.content
    with CaptureQueriesContext(connection) as captured:
        client.get(path, asked)
    return {"hits": hits / len(questions), "queries": len(captured), "sql": _points(sql), "page": _points(page)}


def _seconds(statement: str, values: dict[str, Any]) -> float:
    with connection.cursor() as cursor:
        begin = time.perf_counter()
        cursor.execute(statement, values)
        cursor.fetchall()
        return time.perf_counter() - begin


def _points(seconds: list[float]) -> tuple[float, float]:
    """p50 and p95, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000

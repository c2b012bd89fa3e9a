"""Finding: the search among 100,000 offers, as a whole page and as its bare statement, side by side in one run."""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from netzwerk.local.postgres import running
from wegweiser.search.words import stem

OFFERS = 100_000
COMMON = 20  # words that every twenty-fifth offer holds
ROUNDS = 10
SQL_TARGET = 40.0  # ms
PAGE_TARGET = 25.0  # ms, more than twice the statement
_SYLLABLES = [first + second for first in "bdfghklmnprstw" for second in "aeio"]


def measure(offers: int = OFFERS) -> int:
    """Prints p50 and p95, and what the issue asks for; 1 if it is not reached."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-bench-"))
        url = stack.enter_context(running(Path(name) / "postgres", say=lambda line: None))
        more = {"DATA_DIR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "netzwerk.settings", "DEMO": "0"}
        for arguments in (["django", "migrate", "-v0"], ["tests.bench.find", str(offers)]):
            command = [sys.executable, "-m", *arguments]
            done = subprocess.run(command, env=os.environ | more, stdout=subprocess.PIPE, text=True, check=True)
    return _report(offers, json.loads(done.stdout.splitlines()[-1]))


def _report(offers: int, found: dict) -> int:
    print(
        f"Suche: {offers} Angebote, Verzeichnis gemacht in {found['rebuild']:.0f} s; ein Angebot: {found['put']:.0f} ms"
    )
    print(f"  {'':22}Treffer  Anfragen  SQL p50      p95 Seite p50     p95  (ms)")
    for label, row in found["rows"].items():
        figures = [*row["sql"], *row["page"]]
        print(f"  {label:<22}{row['hits']:7.0f}  {row['queries']:8}" + "".join(f"{each:9.1f}" for each in figures))
    sql, page = found["rows"]["ein Wort"]["sql"][1], found["rows"]["ein Wort"]["page"][1]
    allowed = 2 * sql + PAGE_TARGET
    print(f"  ein Wort: SQL p95 {sql:.1f} ms (Ziel {SQL_TARGET:.0f}), Seite p95 {page:.1f} ms (Ziel {allowed:.1f})")
    return int(sql > SQL_TARGET or page > allowed)


def main(offers: int) -> None:
    """Fills and measures; prints JSON."""
    from tests.bench import find_fill

    result = find_fill.fill(offers, COMMON, _vocabulary())
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
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from wegweiser.models import Topic
    from wegweiser.search import ranking
    from wegweiser.search.ranking import Filters

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


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))

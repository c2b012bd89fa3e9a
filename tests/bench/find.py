"""Finding: the search among 100,000 offers, as a whole page and as its bare statement, side by side in one run."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from netzwerk.local.postgres import running

OFFERS = 100_000
SQL_TARGET = 40.0  # ms
PAGE_TARGET = 25.0  # ms, more than twice the statement
MOST_TARGET = 60.0  # ms
REBUILD_TARGET = 60.0  # s
PUT_TARGET = 30.0  # ms
TYPING_TARGET = 50.0  # ms


def measure(offers: int) -> None:
    """Prints p50 and p95 of the statement and of the page; judges nothing."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-bench-"))
        url = stack.enter_context(running(Path(name) / "postgres", say=lambda line: None))
        more = {"DATA_DIR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "netzwerk.settings", "DEMO": "0"}
        for arguments in (["django", "migrate", "-v0"], ["tests.bench.run", "find_times", str(offers)]):
            command = [sys.executable, "-m", *arguments]
            done = subprocess.run(command, env=os.environ | more, stdout=subprocess.PIPE, text=True, check=True)
    _report(offers, json.loads(done.stdout.splitlines()[-1]))


def _report(offers: int, found: dict[str, Any]) -> None:
    put, counting = found["put"], found["counting"][0]
    print(f"Suche: {offers} Angebote, Verzeichnis gemacht in {found['rebuild']:.0f} s (Ziel {REBUILD_TARGET:.0f})")
    print(f"  ein Angebot: p50 {put[len(put) // 2]:.0f}, p95 {put[-2]:.0f} ms (Ziel {PUT_TARGET:.0f})")
    print(f"  zum Vergleich: alle Treffer eines häufigen Worts lesen und zählen, p50 {counting:.1f} ms")
    print(f"  {'':22}Treffer  Anfragen  SQL p50      p95 Seite p50     p95  (ms)  SQL p50 : Vergleich")
    for label, row in found["rows"].items():
        figures = [*row["sql"], *row["page"]]
        print(
            f"  {label:<22}{row['hits']:7.0f}  {row['queries']:8}"
            + "".join(f"{each:9.1f}" for each in figures)
            + f"{row['sql'][0] / counting:12.1f}"
        )
    sql, page = found["rows"]["ein Wort"]["sql"][1], found["rows"]["ein Wort"]["page"][1]
    allowed = 2 * sql + PAGE_TARGET
    print(f"  ein Wort: SQL p95 {sql:.1f} ms (Ziel {SQL_TARGET:.0f}), Seite p95 {page:.1f} ms (Ziel {allowed:.1f})")
    print(f"  jede andere Seite: p95 (Ziel {MOST_TARGET:.0f} ms)")
    for label, (half, most) in found["typing"].items():
        print(f"  beim Tippen, {label}: p50 {half:.1f}, p95 {most:.1f} ms (Ziel {TYPING_TARGET:.0f})")

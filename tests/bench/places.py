"""Answering: 64 clients for the last ten seats, by our conditional update and by locking the row first.

One event after the other. Measured: taking a seat alone; the same with the waiting list; and the whole action.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from netzwerk.local.postgres import running

CLIENTS, SEATS, EVENTS, ROUNDS, PROCESSES = 64, 10, 15, 5, 4
WAYS = ("place ours", "place locked", "decision ours", "decision locked", "action ours", "action locked")


def measure() -> None:
    """Prints answers per second of both ways, taken in turns; judges nothing."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-bench-"))
        url = stack.enter_context(running(Path(name) / "postgres", say=lambda line: None))
        more = {"DATA_DIR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "netzwerk.settings", "DEMO": "0"}
        env = os.environ | more
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.run", "places_rounds"],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    _report(json.loads(done.stdout.splitlines()[-1]))


def _report(rates: dict[str, list[float]]) -> None:
    middle = {way: sorted(found)[len(found) // 2] for way, found in rates.items()}
    print(f"Antworten je Sekunde: {CLIENTS} zugleich auf die letzten {SEATS} Plätze, Mitte aus {ROUNDS} Runden")
    print(f"  {'':26}eine Anweisung  FOR UPDATE  Verhältnis")
    for label, what in (
        ("nur der Platz", "place"),
        ("mit der Warteschlange", "decision"),
        ("die ganze Antwort", "action"),
    ):
        ours, locked = middle[f"{what} ours"], middle[f"{what} locked"]
        print(f"  {label:<26}{ours:14.0f}{locked:12.0f}{ours / locked:12.1f}")

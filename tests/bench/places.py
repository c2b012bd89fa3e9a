"""Answering: 64 clients for the last ten places, by our conditional statement and by locking the row first.

One event after the other. Measured is who gets a place, in bare SQL; the same with the line of those who do not; and
the whole action.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import django

from netzwerk.local.postgres import running

CLIENTS, SEATS, EVENTS, ROUNDS, PROCESSES = 64, 10, 15, 5, 4
TARGET = 2.0
WAYS = ("place ours", "place locked", "decision ours", "decision locked", "action ours", "action locked")


def measure() -> int:
    """Prints answers per second of both ways, taken in turns; 1 if ours does not give places twice as fast."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-bench-"))
        url = stack.enter_context(running(Path(name) / "postgres", say=lambda line: None))
        more = {"DATA_DIR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "netzwerk.settings", "DEMO": "0"}
        env = os.environ | more
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.places"], env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    return _report(json.loads(done.stdout.splitlines()[-1]))


def _report(rates: dict[str, list[float]]) -> int:
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
    ratio = middle["place ours"] / middle["place locked"]
    print(f"  Ziel: der Platz {TARGET:.0f} mal so schnell")
    return int(ratio < TARGET)


def main() -> None:
    """Runs the rounds in processes of several clients each; prints JSON."""
    from tests.events.meetings import household, meeting, taken

    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    command = [sys.executable, "-m", "tests.bench.places", "client"]
    workers: list[Any] = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for number in range(len(WAYS) * ROUNDS):
        way = WAYS[number % len(WAYS)]
        events = [meeting(seats=SEATS, slug=f"runde-{number}-{each}") for each in range(EVENTS)]
        asked = [[household(event, f"Familie {each}").pk for event in events] for each in range(CLIENTS)]
        share = CLIENTS // PROCESSES
        for index, worker in enumerate(workers):
            job = [way, [event.pk for event in events], asked[index * share : (index + 1) * share]]
            worker.stdin.write(json.dumps(job) + "\n")
            worker.stdin.flush()
        spans = [json.loads(worker.stdout.readline()) for worker in workers]
        rates[way].append(CLIENTS * EVENTS / (max(end for _, end in spans) - min(begin for begin, _ in spans)))
        assert [taken(event) for event in events] == [(SEATS, 0)] * EVENTS
        if not way.startswith("place"):
            assert [event.waiting_list.count() for event in events] == [CLIENTS - SEATS] * EVENTS
    for worker in workers:
        worker.stdin.close()
        worker.wait()
    print(json.dumps(rates))


def client() -> None:
    """Answers for the families that are read from standard input, all at once; prints when it began and ended."""
    from django.db import connection

    from tests.bench import places_ways

    pool = ThreadPoolExecutor(CLIENTS // PROCESSES)

    def answer(way: str, events: list[int], replies: list[int], ready: Barrier) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")  # 64 in one line take their time
        actions = [places_ways.prepared(way, event, reply) for event, reply in zip(events, replies, strict=True)]
        ready.wait()
        for action in actions:
            action()

    for line in sys.stdin:
        way, events, asked = json.loads(line)
        ready = Barrier(len(asked) + 1)
        jobs = [pool.submit(answer, way, events, replies, ready) for replies in asked]
        ready.wait()
        begin = time.time()
        for job in jobs:
            job.result()
        print(json.dumps([begin, time.time()]), flush=True)


if __name__ == "__main__":
    django.setup()
    client() if "client" in sys.argv else main()

"""The rounds of tests.bench.places, in processes of several clients each."""

import json
import subprocess
import sys
from typing import Any

from tests.bench.places import CLIENTS, EVENTS, PROCESSES, ROUNDS, SEATS, WAYS
from tests.events.meetings import household, meeting, taken


def main() -> None:
    """Runs the rounds; prints JSON."""
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    command = [sys.executable, "-m", "tests.bench.run", "places_client"]
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

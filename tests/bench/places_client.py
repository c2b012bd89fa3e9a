"""A process of clients of tests.bench.places."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.conf import settings

from tests.bench import places_ways
from tests.bench.places import CLIENTS, PROCESSES


def main() -> None:
    """Answers for the families that are read from standard input, all at once; prints when it began and ended."""
    limits = settings.DATABASES["default"]["OPTIONS"]["cursor_factory"].limits
    limits["lock_timeout"] = 0  # the last of 64 waits longer for its turn than a page may
    pool = ThreadPoolExecutor(CLIENTS // PROCESSES)

    def answer(way: str, events: list[int], replies: list[int], ready: Barrier) -> None:
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
